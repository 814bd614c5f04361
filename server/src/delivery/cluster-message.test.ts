import { describe, expect, test } from 'vitest'
import { parseClusterMessage } from './cluster-message.js'

const user = { id: 'ada', name: 'Ada' }
const changed = {
  room: 'lobby',
  epoch: 'e1',
  from: 1,
  rev: 2,
  messages: [{ id: 'm', seq: 2, rev: 2, at: 5, user, text: 'hi' }],
}

function published(event: unknown, fact: unknown, change: { opts?: object; message?: object } = {}): unknown {
  return {
    uid: 'n1',
    nsp: '/',
    type: 3,
    data: {
      packet: { type: 2, nsp: '/', data: [event, fact] },
      opts: { rooms: ['r/demo/lobby'], except: [], flags: {}, ...change.opts },
    },
    ...change.message,
  }
}

describe('what nodes say', () => {
  test('a commit, to the channel of its room', () => {
    expect(parseClusterMessage(published('room:changed', changed))).toEqual({
      channel: 'r/demo/lobby',
      received: { kind: 'room:changed', fact: changed },
    })
  })

  test.each([
    { kind: 'members:changed' },
    { kind: 'typing:changed', node: 'n1', users: [user] },
    { kind: 'user:renamed', app: 'demo', user },
  ])('$note', (note) => expect(parseClusterMessage(published(note.kind, note))?.received).toEqual(note))

  test('a note to all nodes has no channel', () => {
    const note = { kind: 'user:renamed', app: 'demo', user }
    expect(parseClusterMessage(published(note.kind, note, { opts: { rooms: [] } }))?.channel).toBe('')
  })
})

describe('[P9] what no node says', () => {
  test.each([
    ['nothing', null],
    ['a number', 5],
    ['a list', []],
    ['another type of message', published('room:changed', changed, { message: { type: 6 } })],
    ['another namespace', published('room:changed', changed, { message: { nsp: '/admin' } })],
    ['nobody', published('room:changed', changed, { message: { uid: undefined } })],
    ['several channels', published('room:changed', changed, { opts: { rooms: ['a', 'b'] } })],
    ['exceptions', published('room:changed', changed, { opts: { except: ['x'] } })],
    ['a fact of the server to its own clients', published('session:closing', { error: {} })],
    ['a note under another name', published('room:changed', { kind: 'members:changed' })],
    ['a commit without messages', published('room:changed', { ...changed, messages: [] })],
    ['a commit that goes back', published('room:changed', { ...changed, from: 3 })],
    [
      'a message of numbers',
      published('room:changed', { ...changed, messages: [{ ...changed.messages[0], text: 1 }] }),
    ],
    [
      'a message of nobody',
      published('room:changed', { ...changed, messages: [{ ...changed.messages[0], user: null }] }),
    ],
    [
      'a face without a name',
      published('user:renamed', { kind: 'user:renamed', app: 'demo', user: { id: 'x' } }),
    ],
  ])('%s', (_what, message) => expect(parseClusterMessage(message)).toBeUndefined())
})

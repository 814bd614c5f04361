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
    ['an edit', [{ id: 'm', seq: 2, rev: 2, text: 'hi', editedAt: 5 }]],
    ['a deletion', [{ id: 'm', seq: 2, rev: 2, text: '', deleted: { at: 5, by: 'author' }, meta: null }]],
    [
      'reactions',
      [
        {
          id: 'm',
          seq: 2,
          rev: 2,
          reactions: { '👍': 2 },
          reacted: [{ emoji: '👍', user: 'ada', on: true }],
        },
      ],
    ],
    ['a change that touches no message', []],
  ])('%s', (_what, messages) => {
    const fact = { ...changed, messages }
    expect(parseClusterMessage(published('room:changed', fact))?.received).toEqual({
      kind: 'room:changed',
      fact,
    })
  })

  test.each([
    { kind: 'members:changed' },
    { kind: 'typing:changed', node: 'n1', users: [user] },
    { kind: 'user:renamed', app: 'demo', user },
  ])('$kind', (message) =>
    expect(parseClusterMessage(published(message.kind, message))?.received).toEqual(message),
  )

  test('one to all nodes has no channel', () => {
    const message = { kind: 'user:renamed', app: 'demo', user }
    expect(parseClusterMessage(published(message.kind, message, { opts: { rooms: [] } }))?.channel).toBe('')
  })
})

const WRONG_FIELDS: readonly [what: string, field: object][] = [
  ['a text that is removed', { text: null }],
  ['a reply to a number', { replyTo: 5 }],
  ['a list as meta', { meta: [] }],
  ['counts of words', { reactions: { '👍': 'two' } }],
  ['reactions that are no list', { reacted: 5 }],
  ['a reaction of nobody', { reacted: [{ emoji: '👍', on: true }] }],
  ['a reaction that is neither', { reacted: [{ emoji: '👍', user: 'ada' }] }],
]

describe('[P9] what no node says', () => {
  test.each(WRONG_FIELDS)('a patch with %s', (_what, field) => {
    const fact = { ...changed, messages: [{ id: 'm', seq: 2, rev: 2, ...field }] }
    expect(parseClusterMessage(published('room:changed', fact))).toBeUndefined()
  })

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
    ['a message under another name', published('room:changed', { kind: 'members:changed' })],
    [
      'a patch of half a row',
      published('room:changed', { ...changed, messages: [{ id: 'm', seq: 2, rev: 2, at: 5 }] }),
    ],
    [
      'a patch with a text of numbers',
      published('room:changed', { ...changed, messages: [{ id: 'm', seq: 2, rev: 2, text: 5 }] }),
    ],
    ['a patch of nothing', published('room:changed', { ...changed, messages: [{ seq: 2, rev: 2 }] })],
    [
      'a deletion at no time',
      published('room:changed', {
        ...changed,
        messages: [{ id: 'm', seq: 2, rev: 2, deleted: { by: 'author' } }],
      }),
    ],
    ['settings at no rev', published('room:changed', { ...changed, info: { title: 'x' } })],
    ['a title of numbers', published('room:changed', { ...changed, info: { rev: 2, title: 5 } })],
    ['a message named like a method', published('toString', { kind: 'toString' })],
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

/** The same with another value at one place. */
function withField(whole: unknown, [key = '', ...rest]: string[], value: unknown): unknown {
  const copy = (Array.isArray(whole) ? [...(whole as unknown[])] : { ...(whole as object) }) as Record<
    string,
    unknown
  >
  copy[key] = rest.length > 0 ? withField(copy[key], rest, value) : value
  return copy
}

const FACT = 'data.packet.data.1'
const ROW = `${FACT}.messages.0`

describe('what is as it should be', () => {
  test.each<[string, unknown]>([
    ['data.opts.rooms', ['x'.repeat(300)]],
    [`${FACT}.from`, 0],
    [`${FACT}.info`, { rev: 2, title: 'Lobby' }],
    [`${FACT}.info`, { rev: 2, title: null }],
    [`${ROW}.user`, { ...user, avatar: 'https://site.example/a.png', guest: true }],
  ])('is taken: %s', (path, value) => {
    const message = withField(published('room:changed', changed), path.split('.'), value)
    expect(parseClusterMessage(message)).toBeDefined()
  })

  test('a face may have a picture, and be a guest', () => {
    const fact = { kind: 'user:renamed', app: 'demo', user: { ...user, avatar: 'https://x', guest: true } }
    expect(parseClusterMessage(published('user:renamed', fact))?.received).toEqual(fact)
  })
})

describe('[P9] but for one field it is no node’s', () => {
  test.each<[string, unknown]>([
    ['data', null],
    ['data.requestId', 'r1'],
    ['data.packet', undefined],
    ['data.packet', []],
    ['data.packet.type', 3],
    ['data.packet.nsp', '/admin'],
    ['data.packet.data', { length: 2, 0: 'room:changed', 1: changed }],
    ['data.packet.data', ['room:changed']],
    ['data.packet.data', ['room:changed', changed, 7]],
    ['data.packet.data.0', 7],
    ['data.opts', null],
    ['data.opts.flags', undefined],
    ['data.opts.rooms', 'r/demo/lobby'],
    ['data.opts.rooms', [7]],
    ['data.opts.rooms', ['x'.repeat(301)]],
    ['data.opts.except', undefined],
    [FACT, null],
    [FACT, 'room'],
    [`${FACT}.room`, 7],
    [`${FACT}.epoch`, undefined],
    [`${FACT}.from`, '1'],
    [`${FACT}.from`, -1],
    [`${FACT}.from`, 1.5],
    [`${FACT}.rev`, 1],
    [`${FACT}.rev`, 2 ** 53],
    [`${FACT}.messages`, {}],
    [`${FACT}.info`, []],
    [ROW, []],
    [`${ROW}.id`, 7],
    [`${ROW}.seq`, null],
    [`${ROW}.rev`, -1],
    [`${ROW}.at`, 'now'],
    [`${ROW}.text`, undefined],
    [`${ROW}.user`, 'ada'],
    [`${ROW}.user.id`, 7],
    [`${ROW}.user.name`, undefined],
  ])('%s as %j', (path, value) => {
    const message = withField(published('room:changed', changed), path.split('.'), value)
    expect(parseClusterMessage(message)).toBeUndefined()
  })

  test.each<[string, unknown]>([
    ['editedAt', 'now'],
    ['deleted', { at: 5, by: 7 }],
    ['deleted', 'author'],
    ['reactions', { '👍': -1 }],
    ['reacted', [{ emoji: 7, user: 'ada', on: true }]],
  ])('a patch with %s as %j', (field, value) => {
    const patch = { id: 'm', seq: 2, rev: 2, [field]: value }
    expect(parseClusterMessage(published('room:changed', { ...changed, messages: [patch] }))).toBeUndefined()
  })

  test.each<[object, object]>([
    [{ kind: 'typing:changed', node: 'n1', users: [user] }, { kind: 'user:renamed' }],
    [{ kind: 'typing:changed', node: 'n1', users: [user] }, { node: 'n'.repeat(65) }],
    [{ kind: 'typing:changed', node: 'n1', users: [user] }, { users: Array(1_001).fill(user) }],
    [{ kind: 'user:renamed', app: 'demo', user }, { app: undefined }],
    [{ kind: 'user:renamed', app: 'demo', user }, { user: { ...user, guest: false } }],
    [{ kind: 'user:renamed', app: 'demo', user }, { user: { ...user, avatar: 'x'.repeat(4_001) } }],
    [{ kind: 'user:renamed', app: 'demo', user }, { user: { ...user, name: 'x'.repeat(1_001) } }],
  ])('%j with %.40j', (message, other) => {
    const { kind } = message as { kind: string }
    expect(parseClusterMessage(published(kind, message))).toBeDefined()
    expect(parseClusterMessage(published(kind, { ...message, ...other }))).toBeUndefined()
  })
})

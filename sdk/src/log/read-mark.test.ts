import { describe, expect, it } from 'vitest'
import type { MessagePatch, MessageRow } from '../protocol/index.js'
import { afterStep, NOTHING_READ } from './read-mark.js'
import { EMPTY_LOG, takeFrame, takePart, type Step } from './room-log.js'

const says = (seq: number, userId: string): MessageRow => ({
  id: `id-${seq}`,
  seq,
  rev: seq,
  at: seq,
  user: { id: userId, name: userId },
  text: `m${seq}`,
})
const snapshot = (messages: MessageRow[], step?: Step): Step =>
  takePart(step?.log ?? EMPTY_LOG, {
    kind: 'snapshot',
    epoch: 'e',
    head: messages.at(-1)!.rev,
    messages,
    hasOlder: true,
  })
const deletes = (seq: number, rev: number): MessagePatch => ({
  ...{ id: `id-${seq}`, seq, rev, text: '' },
  deleted: { at: rev, by: 'author' },
})
const then = ({ log }: Step, message: MessageRow | MessagePatch): Step =>
  takeFrame(log, { room: 'lobby', epoch: 'e', from: log.rev, rev: message.rev, messages: [message] })

const first = snapshot([says(1, 'ada'), says(2, 'bob')])
const start = afterStep(NOTHING_READ, first, true, 'ada')

describe('what is unread', () => {
  it('is nothing of the window a room begins with', () => {
    expect(start).toEqual({ seq: 2, unread: 0 })
  })

  it('is all that others said where nothing was read yet', () => {
    expect(afterStep(NOTHING_READ, first, false, 'eve')).toEqual({ seq: 0, unread: 2 })
    expect(afterStep(NOTHING_READ, first, false, 'ada')).toEqual({ seq: 0, unread: 1 })
  })

  it('is nothing of that either when some of it is edited while the room begins', () => {
    const edited = then(first, { id: 'id-1', seq: 1, rev: 3, text: 'edited', editedAt: 3 })
    expect(afterStep(NOTHING_READ, edited, true, 'ada')).toEqual({ seq: 2, unread: 0 })
  })

  it('is counted on, however little of it the log still has', () => {
    const third = then(first, says(3, 'bob'))
    expect(afterStep({ seq: 2, unread: 2_000 }, third, false, 'ada')).toEqual({ seq: 2, unread: 2_001 })
  })

  it('is what others say after it, until one says something oneself', () => {
    const third = then(first, says(3, 'bob'))
    const one = afterStep(start, third, false, 'ada')
    expect(one).toEqual({ seq: 2, unread: 1 })
    const fourth = then(third, says(4, 'ada'))
    expect(afterStep(one, fourth, false, 'ada')).toEqual({ seq: 4, unread: 0 })
    expect(afterStep(one, fourth, false, 'eve')).toEqual({ seq: 2, unread: 2 })
  })

  it('is recounted when the window is replaced', () => {
    const later = snapshot([says(2, 'bob'), says(3, 'bob'), says(4, 'bob')], first)
    expect(afterStep({ seq: 2, unread: 7 }, later, false, 'ada')).toEqual({ seq: 2, unread: 2 })
    expect(afterStep({ seq: 2, unread: 7 }, later, true, 'ada')).toEqual({ seq: 2, unread: 2 })
    const gone = { ...says(4, 'bob'), text: '', deleted: { at: 5, by: 'author' as const } }
    const without = snapshot([says(3, 'bob'), gone], first)
    expect(afterStep({ seq: 2, unread: 7 }, without, false, 'ada')).toEqual({ seq: 2, unread: 1 })
  })

  it('goes with what is deleted, and not twice', () => {
    const fourth = then(then(first, says(3, 'bob')), says(4, 'bob'))
    const two = { seq: 2, unread: 2 }
    const deleted = then(fourth, deletes(3, 5))
    expect(afterStep(two, deleted, false, 'ada')).toEqual({ seq: 2, unread: 1 })
    expect(afterStep({ seq: 3, unread: 1 }, deleted, false, 'ada')).toEqual({ seq: 3, unread: 1 })
  })

  it('stays as it is after an edit, and a message that came deleted is news to nobody', () => {
    const edited = then(then(first, says(3, 'bob')), {
      id: 'id-3',
      seq: 3,
      rev: 4,
      text: 'again',
      editedAt: 4,
    })
    expect(afterStep({ seq: 2, unread: 1 }, edited, false, 'ada')).toEqual({ seq: 2, unread: 1 })
    const gone = then(first, { ...says(3, 'bob'), text: '', deleted: { at: 3, by: 'moderator' } })
    expect(afterStep(start, gone, false, 'ada')).toEqual({ seq: 2, unread: 0 })
  })
})

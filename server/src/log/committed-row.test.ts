import { describe, expect, test } from 'vitest'
import type { ChangeAuthor, MessageChange, MessagePatch, MessageRow } from '@alcove/sdk/protocol'
import type { Changed } from '../storage/change-repository.js'
import type { NewMessage } from '../storage/message-repository.js'
import { toPatch, toWireMessage, withoutRepeats } from './committed-row.js'

const ROOM = { roomKey: 1, roomId: 'lobby', channel: 'r/demo/lobby', epoch: 'e1' }
const ADA = { id: 'ada', name: 'Ada' }

describe('a new message', () => {
  const message: NewMessage = { ...ROOM, id: 'm1', author: ADA, text: 'hi', fingerprint: 'f' }
  const appended = { outcome: 'added' as const, seq: 3, rev: 7, at: 5 }
  const row = { id: 'm1', seq: 3, rev: 7, at: 5, user: ADA, text: 'hi' }

  test('is its whole row, without what it does not have', () => {
    expect(toWireMessage({ message, appended })).toStrictEqual(row)
  })

  test('has what was sent with it', () => {
    const whole = { ...message, replyTo: 'm0', meta: '{"card":1}' }
    expect(toWireMessage({ message: whole, appended })).toStrictEqual({
      ...{ ...row, replyTo: 'm0' },
      meta: { card: 1 },
    })
  })
})

describe('[CHANGE-6] a change is a patch', () => {
  function patchOf(
    change: MessageChange,
    by: ChangeAuthor = { kind: 'user', id: 'ada' },
    more: Partial<Changed> = {},
  ): MessagePatch {
    const asked = { ...ROOM, id: 'c1', by, change, conditions: { who: 'anybody' as const } }
    return toPatch(asked, change, { outcome: 'applied', seq: 3, rev: 7, at: 5, author: 'ada', ...more })
  }
  const PLACE = { id: 'm1', seq: 3, rev: 7 }

  test('an edit has the new text and its time', () => {
    const change = { kind: 'message.edited' as const, message: 'm1', text: 'new' }
    expect(patchOf(change)).toStrictEqual({ ...PLACE, text: 'new', editedAt: 5 })
  })

  test.each([
    ['its author', { kind: 'user', id: 'ada' }, 'author'],
    ['somebody else', { kind: 'user', id: 'eve' }, 'moderator'],
    ["an app's own server", { kind: 'app' }, 'moderator'],
  ] as const)('[CHANGE-5] a deletion by %s says so, and takes all else away', (_who, author, by) => {
    expect(patchOf({ kind: 'message.deleted', message: 'm1' }, author)).toStrictEqual({
      ...{ ...PLACE, text: '', deleted: { at: 5, by } },
      ...{ editedAt: null, replyTo: null, meta: null, reactions: null },
    })
  })

  test.each(['added', 'removed'] as const)(
    '[REACT-6] a reaction that is %s has all counts after it, and who did it',
    (what) => {
      const change = { kind: `reaction.${what}` as const, message: 'm1', emoji: '👍' }
      expect(patchOf(change, undefined, { reactions: '[["👍",2],["🎉",1]]' })).toStrictEqual({
        ...{ ...PLACE, reactions: { '👍': 2, '🎉': 1 } },
        reacted: [{ emoji: '👍', user: 'ada', on: what === 'added' }],
      })
      for (const none of ['[]', null])
        expect(patchOf(change, undefined, { reactions: none })).toMatchObject({ reactions: null })
    },
  )
})

describe('[REACT-6] the reactions of one run', () => {
  const reaction = (rev: number, emoji: string, { seq = 1, user = 'ada' } = {}): MessagePatch => ({
    ...{ id: `m${seq}`, seq, rev, reactions: { [emoji]: rev } },
    reacted: [{ emoji, user, on: true }],
  })
  const edit = (rev: number): MessagePatch => ({ id: 'm1', seq: 1, rev, text: 'new', editedAt: 1 })
  const row: MessageRow = { id: 'm3', seq: 3, rev: 9, at: 1, user: ADA, text: 'hi' }

  test('to one message are one patch in the place of the last, with what all of them did', () => {
    const [first, other, last] = [
      reaction(1, '👍'),
      reaction(2, '🎉', { seq: 2 }),
      reaction(3, '❤️', { user: 'eve' }),
    ]
    expect(withoutRepeats([first, other, last])).toEqual([
      other,
      {
        ...last,
        reacted: [
          { emoji: '👍', user: 'ada', on: true },
          { emoji: '❤️', user: 'eve', on: true },
        ],
      },
    ])
    expect(first.reacted, 'what was given stays as it is').toHaveLength(1)
  })

  test('leave rows and other patches between them where they are', () => {
    const whole = withoutRepeats([row, reaction(10, '👍'), edit(11), reaction(12, '👍')])
    expect(whole.map(({ rev }) => rev)).toEqual([9, 11, 12])
  })

  test('without any, all is as it was, in a list of its own', () => {
    const rows = [row, edit(10)]
    expect(withoutRepeats(rows)).toEqual(rows)
    expect(withoutRepeats(rows)).not.toBe(rows)
  })
})

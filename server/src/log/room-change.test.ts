import { describe, expect, test } from 'vitest'
import type { MessageChange } from '@alcove/sdk/protocol'
import { changeRefusal, toNewChange, type RoomChange } from './room-change.js'

const EDIT: MessageChange = { kind: 'message.edited', message: 'm1', text: 'new' }

const asked = (change: MessageChange, more: Partial<RoomChange> = {}): RoomChange => ({
  ...{ roomKey: 1, roomId: 'lobby', channel: 'r/demo/lobby', epoch: 'e1', id: 'c1', change },
  ...{ by: { kind: 'user', id: 'ada' }, conditions: { who: 'author', withinSeconds: 5 } },
  ...more,
})

describe('as it is written down', () => {
  test('kind and message stand apart from what the kind has besides', () => {
    const written = toNewChange(asked(EDIT))
    expect(written).toMatchObject({
      ...{ roomKey: 1, epoch: 'e1', id: 'c1', kind: 'message.edited', message: 'm1' },
      ...{ by: { kind: 'user', id: 'ada' }, conditions: { who: 'author', withinSeconds: 5 } },
    })
    expect(JSON.parse(written.body)).toEqual({ text: 'new' })
  })
})

describe('[CHANGE-1] a retry is known', () => {
  const fingerprint = (change: MessageChange, sent?: MessageChange) =>
    toNewChange(asked(change, sent && { sent })).fingerprint

  test('by kind, message and all that was sent', () => {
    const others: MessageChange[] = [
      { ...EDIT, text: 'other' },
      { ...EDIT, message: 'm2' },
      { kind: 'message.deleted', message: 'm1' },
      { kind: 'message.deleted', message: 'm1', reason: 'spam' },
      { kind: 'reaction.added', message: 'm1', emoji: '👍' },
      { kind: 'reaction.removed', message: 'm1', emoji: '👍' },
    ]
    expect(fingerprint({ ...EDIT })).toBe(fingerprint(EDIT))
    expect(new Set([EDIT, ...others].map((change) => fingerprint(change))).size).toBe(7)
  })

  test('as it was sent, whatever a hook made of it', () => {
    const replaced = { ...EDIT, text: '***' }
    expect(fingerprint(replaced, EDIT)).toBe(fingerprint(EDIT))
    expect(JSON.parse(toNewChange(asked(replaced, { sent: EDIT })).body)).toEqual({ text: '***' })
  })
})

test.each([
  ['conflict', 'change_conflict'],
  ['missing', 'message_not_found'],
  ['deleted', 'message_deleted'],
  ['forbidden', 'forbidden'],
  ['too_late', 'edit_window_closed'],
  ['too_many', 'too_many_edits'],
] as const)('[CHANGE-3] [CHANGE-8] what the database calls %s is refused with %s', (outcome, code) => {
  expect(changeRefusal(outcome, asked(EDIT))).toMatchObject({ code })
})

test.each(['reaction.added', 'reaction.removed'] as const)(
  '[REACT-3] too many of %s are reactions',
  (kind) => {
    const reaction: MessageChange = { kind, message: 'm1', emoji: '👍' }
    const [all, own] = [
      changeRefusal('too_many', asked(reaction)),
      changeRefusal('too_many_own', asked(reaction)),
    ]
    expect([all, own]).toMatchObject([{ code: 'too_many_reactions' }, { code: 'too_many_reactions' }])
    expect(own?.message).not.toBe(all?.message)
  },
)

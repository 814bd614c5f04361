import { describe, expect, it } from 'vitest'
import { changeRefusal } from './may-change.js'
import { CLIENT_LIMITS, type Capability } from './protocol/index.js'
import type { Message } from './types.js'

const ada = { id: 'ada', name: 'Ada' }
const bob = { id: 'bob', name: 'Bob' }
const message: Message = {
  id: 'm',
  seq: 1,
  rev: 1,
  at: 1_000,
  user: ada,
  text: 'text',
  state: 'sent',
  reactions: [],
}
const { seq: _, rev: __, ...rest } = message
const unsent: Message = { ...rest, seq: undefined, rev: undefined, state: 'pending' }
const tombstone: Message = { ...message, deleted: { at: 5, by: 'author' } }

/** [edit, delete] */
function refusals(
  of: Message,
  { me = ada, now = 2_000, window = 60, may = ['read', 'write'] as Capability[] } = {},
): (string | undefined)[] {
  const asker = { me, now, limits: { ...CLIENT_LIMITS, editWindowSeconds: window } }
  return (['message.edited', 'message.deleted'] as const).map((kind) => changeRefusal(kind, of, asker, may))
}
const MODERATOR: Capability[] = ['read', 'write', 'moderate']

describe('[CHANGE-2] [CHANGE-3] who may edit and delete a message', () => {
  it('its author, who may write', () => {
    expect(refusals(message)).toEqual([undefined, undefined])
    expect(refusals(message, { may: ['read'] })).toEqual(['forbidden', 'forbidden'])
    expect(refusals(message, { me: bob })).toEqual(['forbidden', 'forbidden'])
  })

  it('a moderator may delete, and edit nothing of others', () => {
    expect(refusals(message, { me: bob, may: MODERATOR })).toEqual(['forbidden', undefined])
    expect(refusals(message, { may: MODERATOR })).toEqual([undefined, undefined])
  })

  it('within the window, its last millisecond included; a moderator deletes at any time', () => {
    expect(refusals(message, { now: 61_000 })).toEqual([undefined, undefined])
    expect(refusals(message, { now: 61_001 })).toEqual(['edit_window_closed', 'edit_window_closed'])
    expect(refusals(message, { now: 61_001, may: MODERATOR })).toEqual(['edit_window_closed', undefined])
  })

  it('never with a window of 0, not even before the clock has moved', () => {
    expect(refusals(message, { window: 0, now: 1_000 })).toEqual(['edit_window_closed', 'edit_window_closed'])
  })

  it('nobody, once it is deleted', () => {
    expect(refusals(tombstone)).toEqual(['message_deleted', 'message_deleted'])
    expect(refusals(tombstone, { me: bob, may: MODERATOR })).toEqual(['message_deleted', 'message_deleted'])
    expect(refusals({ ...unsent, deleted: { at: 5, by: 'author' } })).toEqual([
      'message_deleted',
      'message_deleted',
    ])
  })

  it('its author alone, whatever they may and however late, while it has not gone out', () => {
    expect(refusals(unsent, { may: [], now: 1e9, window: 0 })).toEqual([undefined, undefined])
    expect(refusals(unsent, { me: bob, may: MODERATOR })).toEqual(['forbidden', 'forbidden'])
  })

  it('nobody without an identity', () => {
    const asker = { me: undefined, now: 0, limits: CLIENT_LIMITS }
    expect(changeRefusal('message.edited', message, asker, ['write'])).toBe('forbidden')
  })
})

describe('[REACT-5] who may react', () => {
  const refusal = (
    of: Message,
    may: Capability[],
    what: 'reaction.added' | 'reaction.removed' = 'reaction.added',
  ) => changeRefusal(what, of, { me: bob, now: 1e9, limits: { ...CLIENT_LIMITS, editWindowSeconds: 0 } }, may)

  it('who has the capability, on anybody’s message and at any time', () => {
    for (const what of ['reaction.added', 'reaction.removed'] as const) {
      expect(refusal(message, ['react'], what)).toBeUndefined()
      expect(refusal(message, MODERATOR, what)).toBe('forbidden')
    }
  })

  it('nobody, once it is deleted', () => {
    expect(refusal(tombstone, ['react'])).toBe('message_deleted')
  })
})

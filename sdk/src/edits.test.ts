import { describe, expect, it } from 'vitest'
import { deletion, edit, EDITS } from './edits.js'
import { CLIENT_LIMITS } from './protocol/index.js'

describe('[CHANGE-4] an edit', () => {
  it('has a text by the rules of a new message', () => {
    expect(edit('m1', 'e\u0301', CLIENT_LIMITS)).toStrictEqual({
      ...{ kind: 'message.edited', message: 'm1', text: 'é' },
    })
    expect(() => edit('m1', ' ', CLIENT_LIMITS)).toThrow(expect.objectContaining({ code: 'message_empty' }))
  })
})

describe('[CHANGE-5] a deletion', () => {
  it('has a reason only where one is given', () => {
    const reason = 'x'.repeat(500)
    expect(deletion('m1', {})).toStrictEqual({ kind: 'message.deleted', message: 'm1' })
    expect(deletion('m1', { reason })).toStrictEqual({ kind: 'message.deleted', message: 'm1', reason })
  })

  it.each([['x'.repeat(501)], [7], [null]])('whose reason is %.20j is refused', (reason) => {
    expect(() => deletion('m1', { reason: reason as string })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})

describe('with one to the same message that has not been sent', () => {
  const edited = { kind: 'message.edited' as const, message: 'm1', text: 'new' }
  const deleted = { kind: 'message.deleted' as const, message: 'm1' }
  const created = { kind: 'message.created' as const, text: 'old', meta: { card: 1 } }
  const reacted = { kind: 'reaction.added' as const, message: 'm1', emoji: '👍' }

  it('an edit changes what waits, and a deletion stands for it', () => {
    expect(EDITS['message.edited'].merged(created, edited)).toEqual({ ...created, text: 'new' })
    expect(EDITS['message.edited'].merged({ ...edited, text: 'old' }, edited)).toEqual(edited)
    expect(EDITS['message.deleted'].merged(created, deleted)).toBeNull()
    expect(EDITS['message.deleted'].merged(edited, deleted)).toEqual(deleted)
  })

  it.each([deleted, reacted])('neither is combined with %j', (waiting) => {
    expect(EDITS['message.edited'].merged(waiting, edited)).toBeUndefined()
    expect(EDITS['message.deleted'].merged(waiting, deleted)).toBeUndefined()
  })
})

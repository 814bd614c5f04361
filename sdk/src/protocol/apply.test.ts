import { describe, expect, it } from 'vitest'
import { applyChange, applyRow, patchOf } from './apply.js'
import type { Change, ChangeAuthor, MessageChange, Recorded } from './changes.js'
import type { MessagePatch, MessageRow } from './message.js'

const row: MessageRow = {
  ...{ id: 'm1', seq: 1, rev: 4, at: 10, user: { id: 'ada', name: 'Ada' }, text: 'hi' },
  ...{ replyTo: 'm0', meta: { card: 1 }, reactions: { '👍': 1 } },
}
const patch = (rev: number, more: Partial<MessagePatch> = {}): MessagePatch => ({
  ...{ id: 'm1', seq: 1, rev },
  ...more,
})

describe('a row or a patch on what is known', () => {
  it('[P3] the older one, or the same again, changes nothing', () => {
    for (const rev of [3, 4]) {
      expect(applyRow(row, { ...row, rev, text: 'other' })).toBe(row)
      expect(applyRow(row, patch(rev, { text: 'other' }))).toBe(row)
    }
  })

  it('a newer row stands in the place of what is known, whole', () => {
    const { meta: _, ...newer } = { ...row, rev: 5 }
    expect(applyRow(row, newer)).toBe(newer)
    expect(applyRow(undefined, row)).toBe(row)
  })

  it('[LOG-12] of a patch what is absent stays, what is null goes, and anything else is new', () => {
    const after = applyRow(row, patch(5, { text: 'new', editedAt: 20, meta: null }))
    const { meta: _, ...rest } = row
    expect(after).toStrictEqual({ ...rest, rev: 5, text: 'new', editedAt: 20 })
    expect(row.text, 'what was known stays as it was').toBe('hi')
  })

  it('who reacted is of the change alone, and in no row', () => {
    const reacted = [{ emoji: '👍', user: 'eve', on: true }]
    expect(applyRow(row, patch(5, { reactions: { '👍': 2 }, reacted }))).toStrictEqual({
      ...{ ...row, rev: 5 },
      reactions: { '👍': 2 },
    })
  })

  it('[P4] a patch of a message that is not known says nothing', () => {
    expect(applyRow(undefined, patch(5, { text: 'new' }))).toBeUndefined()
  })
})

describe('what a change does to a row', () => {
  const after = (
    change: Change,
    by: ChangeAuthor = { kind: 'user', id: 'ada' },
    before = row,
  ): MessageRow => {
    const recorded: Recorded = { id: 'c1', room: 'lobby', rev: 9, by, at: 20, change }
    return applyChange(before, recorded)
  }

  it('a creation changes none that is there', () => {
    expect(after({ kind: 'message.created', text: 'other' })).toBe(row)
  })

  it('[CHANGE-4] an edit sets text and time, and keeps all else', () => {
    expect(after({ kind: 'message.edited', message: 'm1', text: 'new' })).toStrictEqual({
      ...{ ...row, rev: 9 },
      ...{ text: 'new', editedAt: 20 },
    })
  })

  it.each<[string, ChangeAuthor, 'author' | 'moderator']>([
    ['its author', { kind: 'user', id: 'ada' }, 'author'],
    ['another user', { kind: 'user', id: 'eve' }, 'moderator'],
    ['an admin of the same id', { kind: 'admin', id: 'ada' }, 'moderator'],
    ["an app's own server", { kind: 'app' }, 'moderator'],
  ])('[CHANGE-5] a deletion by %s keeps the place alone, and says so', (_who, author, by) => {
    expect(after({ kind: 'message.deleted', message: 'm1' }, author)).toStrictEqual({
      ...{ id: 'm1', seq: 1, rev: 9, at: 10, user: row.user, text: '' },
      deleted: { at: 20, by },
    })
  })

  it('[REACT-1] a reaction counts up or down; with the last one the counts are gone', () => {
    const reaction = (kind: 'reaction.added' | 'reaction.removed', emoji = '👍'): Change => ({
      ...{ kind, message: 'm1', emoji },
    })
    expect(after(reaction('reaction.added'))).toStrictEqual({ ...row, rev: 9, reactions: { '👍': 2 } })
    const { reactions: _, ...rest } = row
    expect(after(reaction('reaction.removed'))).toStrictEqual({ ...rest, rev: 9 })
    expect(after(reaction('reaction.added', '🎉'), undefined, rest)).toStrictEqual({
      ...{ ...rest, rev: 9 },
      reactions: { '🎉': 1 },
    })
  })
})

describe('[LOG-12] the patch of a change', () => {
  const made = (change: MessageChange) => ({
    ...{ rev: 9, at: 20, change },
    by: { kind: 'user' as const, id: 'ada' },
  })
  const PLACE = { id: 'm1', seq: 1, rev: 9 }
  const reaction = (on: boolean): MessageChange => ({
    kind: on ? 'reaction.added' : 'reaction.removed',
    ...{ message: 'm1', emoji: '👍' },
  })

  it.each<[MessageChange, object]>([
    [
      { kind: 'message.edited', message: 'm1', text: 'new' },
      { text: 'new', editedAt: 20 },
    ],
    [
      { kind: 'message.deleted', message: 'm1' },
      {
        ...{ text: '', deleted: { at: 20, by: 'author' } },
        ...{ editedAt: null, replyTo: null, meta: null, reactions: null },
      },
    ],
    [reaction(true), { reactions: { '👍': 2 }, reacted: [{ emoji: '👍', user: 'ada', on: true }] }],
    [reaction(false), { reactions: null, reacted: [{ emoji: '👍', user: 'ada', on: false }] }],
  ])('%j has what it sets, and null where it takes away', (change, fields) => {
    expect(patchOf(row, made(change))).toStrictEqual({ ...PLACE, ...fields })
  })

  it('[REACT-8] of an app that reacts in nobody’s name has no user', () => {
    const { reacted } = patchOf(row, { ...made(reaction(true)), by: { kind: 'app' } })
    expect(reacted).toEqual([{ emoji: '👍', user: '', on: true }])
  })
})

/**
 * How a row becomes the next one. A client's window, its pending changes, the fake server and the server's test of its
 * journal all use these functions, so that there is one definition of what a change does. Pure.
 */
import type { MessageChange, Recorded } from './changes.js'
import { isRow, type Changeable, type MessagePatch, type MessageRow, type PatchFields } from './message.js'
import { counted } from './reactions.js'

/**
 * Applies a row, or the patch of one, to what is known of the message; an older version is ignored.
 *
 * A patch may be applied to the known row because changes are processed in dense `rev` order: its base is always the
 * row of the previous rev. For an unknown message there is no base, and the patch is ignored.
 */
export function applyRow<Known extends Versioned = MessageRow>(
  known: Known | undefined,
  given: MessageRow | MessagePatch,
): Known | MessageRow | undefined {
  if (known && given.rev <= known.rev) return known
  return isRow(given) ? given : known && applyPatch(known, given)
}

/** A row, in the form in which its holder keeps it. */
type Versioned = Pick<MessageRow, 'rev'>

/** Applies what changed to a message, in the form in which its holder keeps it. */
export function applyPatch<Known extends object>(known: Known, { reacted: _, ...patch }: PatchFields): Known {
  const next = { ...known } as Record<string, unknown>
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete next[field]
    else next[field] = value
  }
  return next as Known
}

/** What a change does to an existing row. A creation brings its own, and settings change none. */
export function applyChange(row: MessageRow, { change, ...made }: Recorded): MessageRow {
  return 'message' in change ? applyPatch(row, patchOf(row, { ...made, change })) : row
}

/** The patch that a change makes: everything needed to turn the row before it into the row after it. */
export function patchOf(
  row: Base & Pick<MessageRow, 'id' | 'seq'>,
  made: Made & Pick<Recorded, 'rev'>,
): MessagePatch {
  return { id: row.id, seq: row.seq, rev: made.rev, ...patchFields(row, made) }
}

/** The parts of a row that the patch of a change may depend on. */
type Base = Pick<MessageRow, 'user' | 'reactions'>
type Made = Pick<Recorded, 'at' | 'by'> & { change: MessageChange }

/** The fields that a change sets or removes, with one case for each kind. */
export function patchFields({ user, reactions }: Base, { at, by, change }: Made): PatchFields {
  switch (change.kind) {
    case 'message.edited':
      return { text: change.text, editedAt: at }
    case 'message.deleted': {
      const isAuthor = by.kind === 'user' && by.id === user.id
      return { ...GONE, text: '', deleted: { at, by: isAuthor ? 'author' : 'moderator' } }
    }
    case 'reaction.added':
    case 'reaction.removed':
      return {
        reactions: counted(reactions, change) ?? null,
        reacted: [{ emoji: change.emoji, user: by.id ?? '', on: change.kind === 'reaction.added' }],
      }
  }
}

/** The fields that a deletion removes. */
const GONE: { readonly [Field in Exclude<keyof Changeable, 'text' | 'deleted'>]: null } = {
  ...{ editedAt: null, replyTo: null, meta: null, reactions: null },
}

/**
 * How a row becomes the next one. A client's window, its pending changes, the fake server and the server's test of its
 * journal all use these functions, so that there is one definition of what a change does. Pure.
 */
import type { ChangeKind, Recorded } from './changes.js'
import { isRow, type MessagePatch, type MessageRow } from './message.js'
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
  return isRow(given) ? given : known && patched(known, given)
}

function patched<Known extends Versioned>(row: Known, { reacted: _, ...patch }: MessagePatch): Known {
  const next: Record<string, unknown> = { ...row }
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete next[field]
    else next[field] = value
  }
  return next as unknown as Known
}

/** A row, in the form in which its holder keeps it. */
type Versioned = Pick<MessageRow, 'rev'>

/** What a change does to an existing row. A creation brings its own row and changes none. */
export function applyChange(row: MessageRow, { rev, at, by, change }: Recorded): MessageRow {
  switch (change.kind) {
    case 'message.created':
    case 'room.updated':
      return row
    case 'message.edited':
      return { ...row, rev, text: change.text, editedAt: at }
    case 'message.deleted': {
      const { id, seq, user } = row
      const isAuthor = by.kind === 'user' && by.id === user.id
      return {
        ...{ id, seq, rev, at: row.at, user, text: '' },
        deleted: { at, by: isAuthor ? 'author' : 'moderator' },
      }
    }
    case 'reaction.added':
    case 'reaction.removed': {
      const { reactions: before, ...rest } = row
      const reactions = counted(before, change)
      return { ...rest, rev, ...(reactions && { reactions }) }
    }
  }
}

/** The fields that each kind of change may touch; the patch that delivers it holds no others. */
const TOUCHED: { readonly [K in ChangeKind]: readonly (keyof MessagePatch)[] } = {
  'message.created': [],
  'room.updated': [],
  'message.edited': ['text', 'editedAt'],
  'message.deleted': ['text', 'deleted', 'editedAt', 'replyTo', 'meta', 'reactions'],
  'reaction.added': ['reactions'],
  'reaction.removed': ['reactions'],
}

/** The difference between two rows: everything needed to turn the first into the second. */
export function patchOf(kind: ChangeKind, after: MessageRow): MessagePatch {
  const patch: Record<string, unknown> = { id: after.id, seq: after.seq, rev: after.rev }
  for (const field of TOUCHED[kind]) patch[field] = after[field as keyof MessageRow] ?? null
  return patch as unknown as MessagePatch
}

/**
 * How a row becomes the next one. The window of a client, what it shows before the server has answered, the fake server,
 * and the server's own test of its journal all go by these: there is one truth about what a change does. Pure.
 */
import type { ChangeKind, Recorded } from './changes.js'
import { isRow, type MessagePatch, type MessageRow } from './message.js'
import { counted } from './reactions.js'

/**
 * A row, or the patch of one, on what is known of the message; the older of two is left alone.
 *
 * A patch may be laid on the known row because changes are taken in dense `rev` order: its base is always the row of the
 * rev before. Where nothing is known there is no base, and the patch says nothing.
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

/** A row, in whatever form it is held. */
type Versioned = Pick<MessageRow, 'rev'>

/** What a change does to a row that is there. A creation is its own row and changes none. */
export function applyChange(row: MessageRow, { rev, at, by, change }: Recorded): MessageRow {
  switch (change.kind) {
    case 'message.created':
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

/** The fields that each kind of change may touch, for the patch that delivers it. */
const TOUCHED: { readonly [K in ChangeKind]: readonly (keyof MessagePatch)[] } = {
  'message.created': [],
  'message.edited': ['text', 'editedAt'],
  'message.deleted': ['text', 'deleted', 'editedAt', 'replyTo', 'meta', 'reactions'],
  'reaction.added': ['reactions'],
  'reaction.removed': ['reactions'],
}

/** What changed from one row to the next: all that is needed to make the second of the first. */
export function patchOf(kind: ChangeKind, after: MessageRow): MessagePatch {
  const patch: Record<string, unknown> = { id: after.id, seq: after.seq, rev: after.rev }
  for (const field of TOUCHED[kind]) patch[field] = after[field as keyof MessageRow] ?? null
  return patch as unknown as MessagePatch
}

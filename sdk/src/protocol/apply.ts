/**
 * How a row becomes the next one. The window of a client, what it shows before the server has answered, the fake server,
 * and the server's own test of its journal all go by these: there is one truth about what a change does. Pure.
 */
import type { ChangeKind, Recorded } from './changes.js'
import { isRow, type MessagePatch, type MessageRow } from './message.js'

/**
 * A row, or the patch of one, on what is known of the message; the older of two is left alone.
 *
 * A patch may be laid on the known row because changes are taken in dense `rev` order: its base is always the row of the
 * rev before. Where nothing is known there is no base, and the patch says nothing.
 */
export function applyRow(
  known: MessageRow | undefined,
  given: MessageRow | MessagePatch,
): MessageRow | undefined {
  if (known && given.rev <= known.rev) return known
  return isRow(given) ? given : known && patched(known, given)
}

function patched(row: MessageRow, patch: MessagePatch): MessageRow {
  const next: Record<string, unknown> = { ...row }
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete next[field]
    else next[field] = value
  }
  return next as unknown as MessageRow
}

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
  }
}

/** The fields that each kind of change may touch, for the patch that delivers it. */
const TOUCHED: { readonly [K in ChangeKind]: readonly (keyof MessagePatch)[] } = {
  'message.created': [],
  'message.edited': ['text', 'editedAt'],
  'message.deleted': ['text', 'deleted', 'editedAt', 'replyTo', 'meta'],
}

/** What changed from one row to the next: all that is needed to make the second of the first. */
export function patchOf(kind: ChangeKind, after: MessageRow): MessagePatch {
  const patch: Record<string, unknown> = { id: after.id, seq: after.seq, rev: after.rev }
  for (const field of TOUCHED[kind]) patch[field] = after[field as keyof MessageRow] ?? null
  return patch as unknown as MessagePatch
}

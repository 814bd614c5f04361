/** What a message costs its readers in bytes, before it is a frame or an answer (P7). Estimates, and never too little. */
import type { Change, ChangeAuthor, MessagePatch, MessageRow, User } from '@alcove/sdk/protocol'

/** The names of the fields, ids, numbers. */
const OVERHEAD = 250

/** @param meta as JSON. Everything else is measured as JSON too, where a control character is six bytes. */
export function wireSize(user: User, text: string, meta = ''): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify([user, text])) + Buffer.byteLength(meta)
}

export function messageSize(row: MessageRow): number {
  const { user, text, meta } = row
  // One's own come with them, and are never more than all.
  return wireSize(user, text, meta && JSON.stringify(meta)) + 2 * reactionsSize(row)
}

export function reactionsSize({ reactions }: Pick<MessageRow | MessagePatch, 'reactions'>): number {
  return reactions ? Buffer.byteLength(JSON.stringify(reactions)) : 0
}

/** Of the patch that a change makes. */
export function changeSize({ change, by }: { change: Change; by: ChangeAuthor }): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify([change, by.id]))
}

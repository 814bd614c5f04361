/**
 * The size of a message in bytes before it is encoded in a frame or an answer (P7). Estimates that are never too low.
 */
import type { Change, ChangeAuthor, MessagePatch, MessageRow, User } from '@alcove/sdk/protocol'

/** The names of the fields, ids, numbers. */
const OVERHEAD = 250

/** @param meta as JSON. Everything else is measured as JSON too, in which a control character takes six bytes. */
export function wireSize(user: User, text: string, meta = ''): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify([user, text])) + Buffer.byteLength(meta)
}

export function messageSize(row: MessageRow): number {
  const { user, text, meta } = row
  // The reader's own reactions are sent as well, and are never more than all of them.
  return wireSize(user, text, meta && JSON.stringify(meta)) + 2 * reactionsSize(row)
}

export function reactionsSize({ reactions }: Pick<MessageRow | MessagePatch, 'reactions'>): number {
  return reactions ? Buffer.byteLength(JSON.stringify(reactions)) : 0
}

/** `"👩🏽‍👩🏽‍👩🏽‍👩🏽":123456,`, the longest emoji. */
const COUNT_BYTES = 51

/**
 * The counts in the patch of reactions to one message: all that the message may have, because only the database knows
 * how many it has.
 */
export const countsSize = (most: number): number => most * COUNT_BYTES

/** The size of the patch for a change, without the counts of reactions. */
export function changeSize({ change, by }: { change: Change; by: ChangeAuthor }): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify([change, by.id]))
}

/** What a message costs its readers in bytes, before it is a frame or an answer (P7). Estimates, and never too little. */
import type { Change, MessageRow, User } from '@alcove/sdk/protocol'

/** The names of the fields, ids, numbers. */
const OVERHEAD = 250

/** @param meta as JSON. Everything else is measured as JSON too, where a control character is six bytes. */
export function wireSize(user: User, text: string, meta = ''): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify([user, text])) + Buffer.byteLength(meta)
}

export function messageSize({ user, text, meta }: MessageRow): number {
  return wireSize(user, text, meta && JSON.stringify(meta))
}

/** Of the patch that a change makes. */
export function changeSize(change: Change): number {
  return OVERHEAD + Buffer.byteLength(JSON.stringify(change))
}

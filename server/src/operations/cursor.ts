/** The start of the next page, in an opaque form that nobody is tempted to compute with. */
import { Refusal } from '../errors/refusal.js'

export const writeCursor = (position: string): string => Buffer.from(position).toString('base64url')

/** @throws Refusal `invalid_request` */
export function readCursor(cursor: string, shape: RegExp): string {
  const position = Buffer.from(cursor, 'base64url').toString()
  if (shape.test(position) && writeCursor(position) === cursor) return position
  throw new Refusal('invalid_request', 'unable to list; after is not the next of a page in this order')
}

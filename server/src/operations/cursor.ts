/** Where the next page begins, in a form that nobody is tempted to count with. */
import { Refusal } from '../errors/refusal.js'

export const writeCursor = (position: string): string => Buffer.from(position).toString('base64url')

/** @throws Refusal `invalid_request` */
export function readCursor(cursor: string, shape: RegExp): string {
  const position = Buffer.from(cursor, 'base64url').toString()
  if (shape.test(position) && writeCursor(position) === cursor) return position
  throw new Refusal('invalid_request', 'unable to list; after is not the next of a page in this order')
}

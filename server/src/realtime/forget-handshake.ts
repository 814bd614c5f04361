/**
 * An established connection no longer needs its handshake, but Socket.IO would keep all of it: headers, credentials,
 * and what was derived from them. The request object itself remains, emptied, because listeners below Socket.IO hold
 * it.
 */
import type { ClientSocket } from './connection.js'

const NOTHING = Object.freeze({})
const NO_LINES = Object.freeze([])
const NO_HANDSHAKE = Object.freeze({ headers: NOTHING, auth: NOTHING, query: NOTHING, url: '' })

/** The public types declare these read-only or not at all; all are plain fields. */
interface Forgetful {
  handshake: object
  data: object
  conn: { request: { headers: object; rawHeaders: readonly string[]; url: string; _query: object } }
}

export function forgetHandshake(socket: ClientSocket): void {
  const forgetful = socket as unknown as Forgetful
  forgetful.handshake = NO_HANDSHAKE
  forgetful.data = NOTHING
  Object.assign(forgetful.conn.request, { headers: NOTHING, rawHeaders: NO_LINES, url: '', _query: NOTHING })
}

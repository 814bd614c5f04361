/**
 * A connection that stands needs nothing of its handshake any more, and Socket.IO would keep all of it for as long as
 * it lives: headers, credentials, what they were found to be. The request itself stays (listeners below Socket.IO hold
 * it), emptied.
 */
import type { ClientSocket } from './connection.js'

const NOTHING = Object.freeze({})
const NO_LINES = Object.freeze([])
const NO_HANDSHAKE = Object.freeze({ headers: NOTHING, auth: NOTHING, query: NOTHING, url: '' })

/** The public types say read-only, or do not say; all are plain fields. */
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

/**
 * Every error code that crosses the wire or reaches an application. One table, shared by server and
 * SDK; docs/errors.md is generated from it. Decide by `code`, never by the words of a message.
 */

interface ErrorCodeFacts {
  /** Whether the same request may succeed later without anyone changing it. */
  readonly retryable: boolean
  /** HTTP status of the same failure on the HTTP API; 0 where it only exists in the client. */
  readonly status: number
  /** What it means and what to do, one sentence, for docs/errors.md. */
  readonly meaning: string
}

const facts = <T extends Record<string, ErrorCodeFacts>>(table: T): T => table

export const ERROR_CODES = facts({
  invalid_request: {
    retryable: false,
    status: 400,
    meaning: 'A field is missing, unknown, or of the wrong shape; the message names it.',
  },
  protocol_unsupported: {
    retryable: false,
    status: 400,
    meaning: 'Client and server speak different protocol versions; update the older one.',
  },
  unknown_app: {
    retryable: false,
    status: 404,
    meaning: 'No app has this id on this server; check `app` (or `data-app`).',
  },
  origin_not_allowed: {
    retryable: false,
    status: 403,
    meaning: "The page's origin is not on the app's list; add it with `alcove app update`.",
  },
  token_required: {
    retryable: false,
    status: 401,
    meaning: 'The app takes signed users only; pass `token`.',
  },
  token_invalid: {
    retryable: false,
    status: 401,
    meaning: 'The token is malformed, wrongly signed, or for another app.',
  },
  token_expired: {
    retryable: false,
    status: 401,
    meaning: 'The token is past its `exp`; pass `token` as a function so that it can be renewed.',
  },
  forbidden: {
    retryable: false,
    status: 403,
    meaning: 'The user may read this room but lacks the capability for this request.',
  },
  room_not_found: {
    retryable: false,
    status: 404,
    meaning: 'The room does not exist or the user may not read it; the two are never told apart.',
  },
  room_full: {
    retryable: true,
    status: 409,
    meaning: 'The room has as many members as it may have; try again when someone leaves.',
  },
  not_joined: {
    retryable: false,
    status: 409,
    meaning: 'The request needs a joined room on this connection; join first.',
  },
  too_many_rooms: {
    retryable: false,
    status: 409,
    meaning: 'This connection is in as many rooms as it may be in; leave one first.',
  },
  too_many_connections: {
    retryable: true,
    status: 429,
    meaning: 'This user or address has as many connections open as allowed; close one.',
  },
  message_empty: {
    retryable: false,
    status: 400,
    meaning: 'A message needs text with at least one visible character.',
  },
  message_too_long: {
    retryable: false,
    status: 413,
    meaning: 'The text is over the limit in characters or bytes; shorten it.',
  },
  message_conflict: {
    retryable: false,
    status: 409,
    meaning: 'A message with this id exists with another author or another body; use a new id.',
  },
  name_invalid: {
    retryable: false,
    status: 400,
    meaning: 'A name needs 1 to 40 visible characters.',
  },
  name_fixed: {
    retryable: false,
    status: 403,
    meaning: "The name comes from the user's token and cannot be changed here.",
  },
  rate_limited: {
    retryable: true,
    status: 429,
    meaning: 'Too many requests; try again after `retryAfterMs`.',
  },
  overloaded: {
    retryable: true,
    status: 503,
    meaning: 'A queue on the server is full; try again after `retryAfterMs`.',
  },
  unavailable: {
    retryable: true,
    status: 503,
    meaning: 'The database cannot be reached just now; nothing was lost, try again.',
  },
  draining: {
    retryable: true,
    status: 503,
    meaning: 'The node is shutting down; the client reconnects to another by itself.',
  },
  internal: {
    retryable: false,
    status: 500,
    meaning: 'A fault on the server; the message carries a request id found in its log.',
  },
  server_unreachable: {
    retryable: true,
    status: 0,
    meaning: 'No connection to the server: wrong address, network, proxy, or a CSP that blocks it.',
  },
  timeout: {
    retryable: true,
    status: 0,
    meaning: 'No answer in time; a message waits in the outbox and is sent again with the same id.',
  },
  offline: {
    retryable: true,
    status: 0,
    meaning: 'The request needs a connection and there is none just now.',
  },
  outbox_full: {
    retryable: false,
    status: 0,
    meaning: 'Too many messages wait to be sent; wait for the connection.',
  },
  closed: {
    retryable: false,
    status: 0,
    meaning: 'The chat was closed, or the room was left; create or join it again.',
  },
})

export type ErrorCode = keyof typeof ERROR_CODES

/** A failure as it crosses the wire, in acks, refused handshakes and `session:closing`. */
export interface WireError {
  code: ErrorCode
  /** "unable to X; reason", for developers and logs; not meant for end users. */
  message: string
  retryable: boolean
  /** Milliseconds to wait before trying again. */
  retryAfterMs?: number
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value)
}

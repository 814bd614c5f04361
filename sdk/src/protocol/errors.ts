/**
 * Every error code that crosses the wire or reaches an application. One table, shared by server and
 * SDK; what each means is in error-meanings.ts. Decide by `code`, never by the words of a message.
 */

interface ErrorCodeFacts {
  /** Whether the same request may succeed later without anyone changing it. */
  readonly retryable: boolean
  /** HTTP status of the same failure on the HTTP API; 0 where it only exists in the client. */
  readonly status: number
}

export const ERROR_CODES = {
  invalid_request: { retryable: false, status: 400 },
  protocol_unsupported: { retryable: false, status: 400 },
  unknown_app: { retryable: false, status: 404 },
  origin_not_allowed: { retryable: false, status: 403 },
  token_required: { retryable: false, status: 401 },
  token_invalid: { retryable: false, status: 401 },
  token_expired: { retryable: false, status: 401 },
  forbidden: { retryable: false, status: 403 },
  room_not_found: { retryable: false, status: 404 },
  room_full: { retryable: true, status: 409 },
  not_joined: { retryable: false, status: 409 },
  too_many_rooms: { retryable: false, status: 409 },
  too_many_connections: { retryable: true, status: 429 },
  message_empty: { retryable: false, status: 400 },
  message_too_long: { retryable: false, status: 413 },
  message_conflict: { retryable: false, status: 409 },
  name_invalid: { retryable: false, status: 400 },
  name_fixed: { retryable: false, status: 403 },
  rate_limited: { retryable: true, status: 429 },
  overloaded: { retryable: true, status: 503 },
  unavailable: { retryable: true, status: 503 },
  draining: { retryable: true, status: 503 },
  internal: { retryable: false, status: 500 },
  token_failed: { retryable: true, status: 0 },
  server_unreachable: { retryable: true, status: 0 },
  timeout: { retryable: true, status: 0 },
  offline: { retryable: true, status: 0 },
  user_changed: { retryable: false, status: 0 },
  outbox_full: { retryable: false, status: 0 },
  closed: { retryable: false, status: 0 },
} satisfies Record<string, ErrorCodeFacts>

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

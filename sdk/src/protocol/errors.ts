/**
 * Every error code that crosses the wire or reaches an application. Shared by server and
 * SDK; what each means is in error-meanings.ts, its HTTP status in error-statuses.ts. Decide by `code`, never by the words of a message.
 */

/** The same request may succeed later unchanged. */
export const RETRYABLE_CODES = [
  'room_full',
  'too_many_connections',
  'rate_limited',
  'overloaded',
  'unavailable',
  'draining',
  'token_failed',
  'server_unreachable',
  'timeout',
  'offline',
] as const

/** Somebody has to change something before the request can succeed. */
export const FINAL_CODES = [
  'invalid_request',
  'unsupported_media_type',
  'not_found',
  'method_not_allowed',
  'protocol_unsupported',
  'unknown_app',
  'origin_not_allowed',
  'token_required',
  'token_invalid',
  'token_expired',
  'forbidden',
  'room_not_found',
  'not_joined',
  'too_many_rooms',
  'message_empty',
  'message_too_long',
  'message_conflict',
  'message_not_found',
  'message_deleted',
  'edit_window_closed',
  'change_conflict',
  'too_many_edits',
  'too_many_reactions',
  'name_invalid',
  'name_fixed',
  'internal',
  'user_changed',
  'outbox_full',
  'closed',
] as const

export type ErrorCode = (typeof RETRYABLE_CODES | typeof FINAL_CODES)[number]

export const isRetryable = (code: unknown): boolean => (RETRYABLE_CODES as readonly unknown[]).includes(code)

/** A failure as it crosses the wire, in acks, refused handshakes and `session:closing`. */
export interface WireError {
  code: ErrorCode
  /** "unable to X; reason", for developers and logs; not meant for end users. */
  message: string
  retryable: boolean
  /** Milliseconds to wait before trying again. */
  retryAfterMs?: number
}

/** The one error class of the SDK. Codes are shared with the server: see protocol/errors.ts. */
import { isRetryable, type ErrorCode, type WireError } from './protocol/index.js'

export class ChatError extends Error {
  override readonly name = 'ChatError'
  /** What happened; decide by this, never by the message. */
  readonly code: ErrorCode
  /** Whether the same call may succeed later unchanged. */
  readonly retryable: boolean
  /** Milliseconds to wait before trying again, if known. */
  readonly retryAfterMs?: number

  /** @param message "unable to X; reason" */
  constructor(
    code: ErrorCode,
    message: string,
    options: { retryAfterMs?: number; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    // A newer server may know codes this table does not.
    this.retryable = options.retryable ?? isRetryable(code)
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
  }

  /**
   * A failure that does not have our server's form came from something else: treat it as temporary, whatever its
   * `code`.
   */
  static fromWire(error: WireError | undefined): ChatError {
    if (typeof error?.retryable === 'boolean') return new ChatError(error.code, error.message, error)
    return unable('read answer', 'internal', 'it is of no known form')
  }
}

/**
 * Whether asking again is pointless. A server fault is temporary or will be fixed, even if an older server calls it
 * final.
 */
export const isFinal = ({ code, retryable }: ChatError): boolean => !retryable && code !== 'internal'

/** Formats "unable to X; reason", the form of every error message. */
export function unable(what: string, code: ErrorCode, reason: string): ChatError {
  return new ChatError(code, `unable to ${what}; ${reason}`)
}

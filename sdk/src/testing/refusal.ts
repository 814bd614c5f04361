import { ChatError } from '../errors.js'
import type { ErrorCode } from '../protocol/index.js'

export interface Failure {
  retryAfterMs?: number
  /** Other than the code's own. */
  retryable?: boolean
}

export const refusal = (what: string, code: ErrorCode, failure: Failure = {}): ChatError =>
  new ChatError(code, `unable to ${what}; the fake server was told to say ${code}`, failure)

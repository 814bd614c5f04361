/** The server's expected failures, and how any failure crosses the wire. */
import { randomUUID } from 'node:crypto'
import { isRetryable, type ErrorCode, type WireError } from '@alcove/sdk/protocol'
import { failureKind } from './failure-kind.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

/** An expected refusal: the caller is told code and message as they are. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: ErrorCode
  readonly retryAfterMs: number | undefined

  /** @param message "unable to X; reason" */
  constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
    super(message)
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

/** After a database fault clients wait this long at least; they add jitter of their own. */
const UNAVAILABLE_RETRY_MS = 1_000

export interface ReportedError {
  wire: WireError
  /** Set when the failure was not expected: the id that ties the client's message to the log line. */
  requestId?: string
}

/** A fault may be this node's alone, or mended by the next version: longer than where something is known to pass. */
const FAULT_RETRY_MS = 5_000

/**
 * What the client is told. Unknown failures become `internal`; their details stay in the log.
 * @param isRepeatable the client may ask the same again without harm, and somebody waits for it: then not even a fault
 *   is final (ERROR-4)
 */
export function toWireError(error: unknown, isRepeatable = false): ReportedError {
  if (error instanceof Refusal) return { wire: wireError(error.code, error.message, error.retryAfterMs) }
  if (error instanceof StorageRefused)
    return { wire: wireError('invalid_request', 'unable to store this; the database does not take its text') }
  if (error instanceof StorageUnavailable) {
    return { wire: wireError('unavailable', 'unable to reach the database; try again', UNAVAILABLE_RETRY_MS) }
  }
  if (failureKind(error) === 'unavailable') {
    return {
      wire: wireError('unavailable', 'unable to reach what this needs; try again', UNAVAILABLE_RETRY_MS),
    }
  }
  const requestId = randomUUID()
  const message = `unable to complete the request; fault ${requestId}`
  return { wire: wireError('internal', message, isRepeatable ? FAULT_RETRY_MS : undefined), requestId }
}

export function wireError(code: ErrorCode, message: string, retryAfterMs?: number): WireError {
  return {
    code,
    message,
    // A time to come back is said only where coming back may help.
    retryable: isRetryable(code) || retryAfterMs !== undefined,
    ...(retryAfterMs !== undefined && { retryAfterMs: Math.ceil(retryAfterMs) }),
  }
}

/** The server's expected failures, and the form in which any failure is sent to a client. */
import { randomUUID } from 'node:crypto'
import { isRetryable, type ErrorCode, type WireError } from '@alcove/sdk/protocol'
import { failureKind } from './failure-kind.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

/** An expected refusal, whose code and message are sent to the caller unchanged. */
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

/** The shortest wait for clients after a database fault; they add jitter of their own. */
const UNAVAILABLE_RETRY_MS = 1_000

export interface ReportedError {
  wire: WireError
  /** Set for an unexpected failure: the id that links the client's error to the log line. */
  requestId?: string
}

/**
 * A fault may affect only this node, or be fixed by the next version: longer than for a failure known to be temporary.
 */
const FAULT_RETRY_MS = 5_000

/**
 * The error that the client receives. Unknown failures become `internal`; their details stay in the log.
 * @param isRepeatable the request may be repeated safely and somebody waits for it, so that not even a fault is final
 * (ERROR-4)
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
    // `retryAfterMs` is only set if a retry may help.
    retryable: isRetryable(code) || retryAfterMs !== undefined,
    ...(retryAfterMs !== undefined && { retryAfterMs: Math.ceil(retryAfterMs) }),
  }
}

/**
 * Reports the failure of anything that was asked for, the same way for every API: counted, logged if it is a fault, and put
 * into the form for the client.
 */
import type { WireError } from '@alcove/sdk/protocol'
import { toWireError } from './refusal.js'

export interface Failed {
  /** What was asked for, by the name of the operation or the path of the route. */
  operation: string
  app?: string
  /** Safe to repeat while somebody waits for it, so that a fault is not final (ERROR-4). */
  isRepeatable?: boolean
}

export type ReportFailure = (error: unknown, failed: Failed) => WireError

export function createFailureReport(parts: {
  metrics: { refusals: { inc(labels: { code: string }): void }; faults: { inc(): void } }
  log: { error(fields: object, message: string): void }
}): ReportFailure {
  const { metrics, log } = parts
  return (error, { isRepeatable = false, ...failed }) => {
    const { wire, requestId } = toWireError(error, isRepeatable)
    metrics.refusals.inc({ code: wire.code })
    if (requestId !== undefined) {
      metrics.faults.inc()
      log.error({ err: error, requestId, ...failed }, 'request failed unexpectedly')
    }
    return wire
  }
}

/** Whether this node accepts new clients, and if not, why. */
import type { WireError } from '@alcove/sdk/protocol'
import { wireError } from '../errors/refusal.js'
import { FULL_RETRY_MS } from './capacity.js'

export interface Readiness {
  isDraining: boolean
  /** The node has reached its maximum number of connections. */
  readonly isFull: boolean
}

const DRAINING_RETRY_MS = 1_000

/** The lasting reason why no new clients are accepted. */
export function refusalOf(readiness: Readiness): WireError | undefined {
  if (readiness.isDraining)
    return wireError('draining', 'unable to connect; the node is shutting down', DRAINING_RETRY_MS)
  if (readiness.isFull)
    return wireError(
      'overloaded',
      'unable to connect; the node has as many connections as it may',
      FULL_RETRY_MS,
    )
  return
}

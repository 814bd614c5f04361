/**
 * How many sessions this node accepts, and how many new ones a second, shared fairly among addresses. Only decides;
 * admission.ts turns clients away before Engine.IO, and gateway.ts in the handshake.
 */
import { createFairBucket } from '../limits/fair-bucket.js'

/**
 * New connections in a burst, and per second on average. A session costs about half a millisecond of processor time:
 * above this rate the queue only grows, and its clients time out and come again.
 */
const NEW_CONNECTIONS = { burst: 2_000, perSecond: 2_000 }

/** Ready again below this part of the limit, so that a load balancer does not see a different answer every second. */
const READY_BELOW = 0.95

/** A slot becomes free when somebody leaves, at an unknown time. Clients add a random wait of their own. */
export const FULL_RETRY_MS = 5_000
const RATE_RETRY_MS = 2_000

export interface TurnedAway {
  kind: 'turned-away'
  reason: string
  retryAfterMs: number
}

export type Reservation =
  /** To be settled when the session is counted itself or came to nothing; repeated calls do nothing. */
  { kind: 'reserved'; settle: () => void } | TurnedAway

export interface Capacity {
  /**
   * Whether a new connection may start a handshake. It takes no slot yet, because most connections of a flood never
   * need one.
   */
  admit(address: string): { kind: 'admitted' } | TurnedAway
  /**
   * Reserves a slot for a session that is opening, so that concurrent handshakes do not all see the last one as free.
   */
  reserve(): Reservation
  /** For readiness, with hysteresis. */
  readonly isFull: boolean
}

export function createCapacity(parts: {
  maxConnections: number
  /** Connections with a session. */
  countConnections: () => number
  newConnections?: { burst: number; perSecond: number }
  now?: () => number
}): Capacity {
  const { maxConnections, countConnections, newConnections = NEW_CONNECTIONS } = parts
  const bucket = createFairBucket(newConnections, parts.now)
  let reserved = 0
  let isFull = false

  function look(): boolean {
    const limit = isFull ? maxConnections * READY_BELOW : maxConnections
    return (isFull = countConnections() + reserved >= limit)
  }

  function full(): TurnedAway | undefined {
    if (countConnections() + reserved < maxConnections) return undefined
    look()
    return {
      kind: 'turned-away',
      reason: `the node has ${maxConnections} connections already`,
      retryAfterMs: FULL_RETRY_MS,
    }
  }

  return {
    admit(address) {
      const refused = full()
      if (refused) return refused
      if (bucket.take(address)) return { kind: 'admitted' }
      return {
        kind: 'turned-away',
        reason: 'too many connect to the node at once',
        retryAfterMs: RATE_RETRY_MS,
      }
    },
    reserve() {
      const refused = full()
      if (refused) return refused
      reserved += 1
      let isSettled = false
      return {
        kind: 'reserved',
        settle() {
          if (!isSettled) reserved -= 1
          isSettled = true
        },
      }
    },
    get isFull() {
      return look()
    },
  }
}

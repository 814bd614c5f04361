/**
 * How many sessions this node takes, and how many new ones a second, shared by addresses. Only decides; who turns clients
 * away is `door.ts` before Engine.IO and `gateway.ts` in the handshake.
 */
import { createFairBucket } from '../limits/fair-bucket.js'

/**
 * New connections at once, and a second on average. A session costs about half a millisecond of processor time:
 * above this rate those who wait only grow in number, give up after their time limit, and come again.
 */
const NEW_CONNECTIONS = { burst: 2_000, perSecond: 2_000 }

/** Ready again below this part of the limit: a load balancer must not hear another answer every second. */
const READY_BELOW = 0.95

/** A place comes free when somebody leaves; nobody can say when. Clients add a random wait of their own. */
export const FULL_RETRY_MS = 5_000
const RATE_RETRY_MS = 2_000

export interface TurnedAway {
  kind: 'turned-away'
  reason: string
  retryAfterMs: number
}

export type Reservation =
  /** `settle` when the session counts by itself, or came to nothing; again does nothing. */
  { kind: 'reserved'; settle: () => void } | TurnedAway

export interface Capacity {
  /** Whether a new connection may begin a handshake. It has no place yet: most of a flood never asks for one. */
  admit(address: string): { kind: 'admitted' } | TurnedAway
  /** A place for one session that opens now: handshakes that run at the same time must not all see the last one. */
  reserve(): Reservation
  /** With hysteresis: for readiness. */
  readonly isFull: boolean
}

export function createCapacity(parts: {
  maxConnections: number
  /** Of those with a session. */
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

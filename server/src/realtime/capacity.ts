/**
 * How many sessions this node takes, and how many new ones a second. Only decides; who turns clients away is
 * `door.ts` before Engine.IO and `gateway.ts` in the handshake.
 */

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
  admit(): { kind: 'admitted' } | TurnedAway
  /** A place for one session that opens now: handshakes that run at the same time must not all see the last one. */
  reserve(): Reservation
  /** With hysteresis: for readiness. */
  readonly isFull: boolean
}

export function createCapacity(parts: {
  maxConnections: number
  /** Of those with a session. */
  countConnections: () => number
  now?: () => number
}): Capacity {
  const { maxConnections, countConnections, now = Date.now } = parts
  let reserved = 0
  let isFull = false
  let tokens = NEW_CONNECTIONS.burst
  let refilledAt = now()

  function look(): boolean {
    const limit = isFull ? maxConnections * READY_BELOW : maxConnections
    return (isFull = countConnections() + reserved >= limit)
  }

  function takeToken(): boolean {
    // A clock set back refills nothing, and counts on from there.
    const elapsedMs = Math.max(0, now() - refilledAt)
    refilledAt = now()
    tokens = Math.min(NEW_CONNECTIONS.burst, tokens + (elapsedMs / 1_000) * NEW_CONNECTIONS.perSecond)
    if (tokens < 1) return false
    tokens -= 1
    return true
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
    admit() {
      const refused = full()
      if (refused) return refused
      if (takeToken()) return { kind: 'admitted' }
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

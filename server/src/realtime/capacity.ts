/**
 * How many connections this node takes, and how many new ones a second. Only decides; who turns clients away is
 * `door.ts`.
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

export type Reservation =
  /** `settle` when the connection counts by itself, or came to nothing. */
  { kind: 'reserved'; settle: () => void } | { kind: 'turned-away'; reason: string; retryAfterMs: number }

export interface Capacity {
  /** A place for one handshake that begins now: handshakes that run at the same time must not all see the last one. */
  reserve(): Reservation
  /** With hysteresis: for readiness. */
  readonly isFull: boolean
}

export function createCapacity(parts: {
  maxConnections: number
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

  return {
    reserve() {
      if (countConnections() + reserved >= maxConnections) {
        look()
        return {
          kind: 'turned-away',
          reason: `the node has ${maxConnections} connections already`,
          retryAfterMs: FULL_RETRY_MS,
        }
      }
      if (!takeToken()) {
        return {
          kind: 'turned-away',
          reason: 'too many connect to the node at once',
          retryAfterMs: RATE_RETRY_MS,
        }
      }
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

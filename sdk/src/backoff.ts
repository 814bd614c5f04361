/** How long to wait before trying again: exponential with full jitter, and never sooner than the server asks. */

const BASE_MS = 1_000
/** Grows more slowly than doubling: a restarted server is back within seconds, and its clients should be too. */
const GROWTH = 1.5
/** A node can absorb a reconnecting crowd spread over 30 s, but not over socket.io-client's default of 5 s. */
const CAP_MS = 30_000
/** No server can put a client to sleep for longer than this. */
const MAX_WISH_MS = 3_600_000

export type Random = () => number

/**
 * @param attempt failures in a row before this wait, from 0
 * @param spreadMs the longest first wait on top of what the server asks for
 */
export function retryDelayMs(
  attempt: number,
  random: Random,
  retryAfterMs = 0,
  spreadMs: number = BASE_MS,
): number {
  // NaN if a server sends something other than a number.
  const wishMs = Math.min(Math.max(0, retryAfterMs) || 0, MAX_WISH_MS)
  // Rounded to whole milliseconds, because `retryInMs` is the difference of two clock readings.
  return Math.round(wishMs + random() * Math.min(CAP_MS, spreadMs * GROWTH ** attempt))
}

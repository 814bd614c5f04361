/** How long to wait before trying again: exponential with full jitter, never before the server's wish. */

const BASE_MS = 1_000
/** Slower than doubling: a server that restarts is back within seconds, and so should its clients be. */
const GROWTH = 1.5
/** A herd spread over 30 s is bearable for a node; socket.io-client's own 5 s is not. */
const CAP_MS = 30_000
/** No server can put a client to sleep for longer than this. */
const MAX_WISH_MS = 3_600_000

export type Random = () => number

/**
 * @param attempt failures in a row before this wait, from 0
 * @param spreadMs the longest first wait beyond the server's wish
 */
export function retryDelayMs(
  attempt: number,
  random: Random,
  retryAfterMs = 0,
  spreadMs: number = BASE_MS,
): number {
  const wishMs = Math.min(Math.max(0, retryAfterMs), MAX_WISH_MS)
  // Whole milliseconds, as timers and clocks count them: `retryInMs` is the difference of two times.
  return Math.round(wishMs + random() * Math.min(CAP_MS, spreadMs * GROWTH ** attempt))
}

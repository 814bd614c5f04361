/**
 * The cheapest check, before anything is parsed further: frames of one connection per second. Plain counters,
 * because at 10,000 frames a second even the refusal must cost nothing.
 */

/** A reconnect with 50 rooms, each joined and caught up, fits. */
const PASSED_PER_SECOND = 200
/** Above this the connection is not careless but hostile. */
const FLOOD_PER_SECOND = 1_000

export interface FloodGate {
  pass(): 'passed' | 'refused' | 'flooded'
  readonly retryAfterMs: number
}

/** @param now milliseconds that never jump: a clock set back must not freeze the window */
export function createFloodGate(now: () => number = () => performance.now()): FloodGate {
  let windowStart = now()
  let count = 0
  return {
    pass() {
      const time = now()
      if (time - windowStart >= 1_000) {
        windowStart = time
        count = 0
      }
      count += 1
      if (count > FLOOD_PER_SECOND) return 'flooded'
      return count > PASSED_PER_SECOND ? 'refused' : 'passed'
    },
    get retryAfterMs() {
      return Math.max(0, windowStart + 1_000 - now())
    },
  }
}

/**
 * The cheapest check, before any further parsing: the frames of one connection per second. Plain counters, because at
 * 10,000 frames a second even a refusal must cost almost nothing.
 */

/** A reconnect with 50 rooms, each joined and caught up, fits. */
const PASSED_PER_SECOND = 200
/** Above this, the connection is not careless but hostile. */
const FLOOD_PER_SECOND = 1_000

/** Malformed requests: they count in no rate, and no proper client sends them repeatedly. */
const INVALID_PER_SECOND = 50

/**
 * Monotonic milliseconds, because a clock that is set back must not freeze the window. Whole numbers, because V8
 * allocates an object for each fraction.
 */
const steadyNow = () => Math.floor(performance.now())

/** The gate of one connection. `now` is only passed in tests. */
export class FloodGate {
  #windowStart = steadyNow()
  #count = 0
  #invalid = 0

  pass(now = steadyNow()): 'passed' | 'refused' | 'flooded' {
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now
      this.#count = 0
      this.#invalid = 0
    }
    this.#count += 1
    if (this.#count > FLOOD_PER_SECOND) return 'flooded'
    return this.#count > PASSED_PER_SECOND || this.#invalid >= INVALID_PER_SECOND ? 'refused' : 'passed'
  }

  /** Reports that a frame was malformed. Above the limit per second, the rest is refused without inspection. */
  countInvalid(): void {
    this.#invalid += 1
  }

  retryAfterMs(now = steadyNow()): number {
    return Math.max(0, this.#windowStart + 1_000 - now)
  }
}

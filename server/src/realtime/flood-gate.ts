/**
 * The cheapest check, before anything is parsed further: frames of one connection per second. Plain counters,
 * because at 10,000 frames a second even the refusal must cost nothing.
 */

/** A reconnect with 50 rooms, each joined and caught up, fits. */
const PASSED_PER_SECOND = 200
/** Above this the connection is not careless but hostile. */
const FLOOD_PER_SECOND = 1_000

/** Requests of a wrong shape: they take no rate of anybody, and no client makes them again and again. */
const INVALID_PER_SECOND = 50

/** Milliseconds that never jump: a clock set back must not freeze the window. Whole, because V8 keeps fractions in an object each. */
const steadyNow = () => Math.floor(performance.now())

/** Of one connection. `now` is given in tests only. */
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

  /** What passed had a wrong shape. Beyond so many in a second, the rest of it is refused without a look. */
  countInvalid(): void {
    this.#invalid += 1
  }

  retryAfterMs(now = steadyNow()): number {
    return Math.max(0, this.#windowStart + 1_000 - now)
  }
}

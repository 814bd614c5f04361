/**
 * Lets the requests of one connection start in the order they arrived, so that a join and the sends pipelined behind it
 * work. A request may end its turn early, once its position is fixed in another queue. Requests under way or waiting
 * are bounded in count and in bytes (P7).
 */

/** Requests of one connection that may be under way or waiting: 50 joins and 50 syncs. */
const MAX_IN_FLIGHT = 100
/** The memory they may hold together: 16 messages of the largest size, or hundreds of typical ones. */
const MAX_IN_FLIGHT_BYTES = 256 * 1024

/**
 * A class, like everything that exists once per connection: a closure for each method would cost some hundred bytes
 * more.
 */
export class RequestQueue {
  #last: Promise<unknown> = Promise.resolve()
  /** Absent while nothing is queued: most connections are silent most of the time. */
  #underWay: Set<Promise<unknown>> | undefined
  #bytes = 0

  /**
   * @param bytes what the request holds while it waits
   * @returns undefined if too many requests are under way already or hold too much.
   */
  enter<T>(bytes: number, run: (endTurn: () => void) => Promise<T>): Promise<T> | undefined {
    const underWay = (this.#underWay ??= new Set())
    if (underWay.size >= MAX_IN_FLIGHT) return undefined
    if (underWay.size > 0 && this.#bytes + bytes > MAX_IN_FLIGHT_BYTES) return undefined
    const before = this.#last
    let endTurn = () => {}
    const turn = new Promise<void>((resolve) => (endTurn = resolve))
    this.#last = turn
    this.#bytes += bytes
    const running = before
      .then(() => run(endTurn))
      .finally(() => {
        this.#bytes -= bytes
        underWay.delete(running)
        if (underWay.size === 0 && this.#underWay === underWay) this.#underWay = undefined
        endTurn()
      })
    underWay.add(running)
    return running
  }

  /** Resolves once the requests that are under way now have ended, successfully or not. */
  settled(): Promise<unknown> {
    return Promise.allSettled(this.#underWay ?? new Set<Promise<unknown>>())
  }
}

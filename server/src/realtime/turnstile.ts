/**
 * Lets the requests of one connection start in the order they arrived, so that a join and the sends pipelined
 * behind it work. A request may end its turn early, once its place in line is settled elsewhere.
 */

/** Requests of one connection that may be under way or waiting: 50 joins and as many syncs. Each is at most one frame of 64 KB. */
const MAX_IN_FLIGHT = 100

/** A class, like all that every connection has one of: a closure for each method would cost some hundred bytes more. */
export class Turnstile {
  #last: Promise<unknown> = Promise.resolve()
  /** Absent while nothing is: most connections are silent most of the time. */
  #underWay: Set<Promise<unknown>> | undefined

  /** @returns undefined when too many requests are under way already. */
  enter<T>(run: (endTurn: () => void) => Promise<T>): Promise<T> | undefined {
    const underWay = (this.#underWay ??= new Set())
    if (underWay.size >= MAX_IN_FLIGHT) return undefined
    const before = this.#last
    let endTurn = () => {}
    const turn = new Promise<void>((resolve) => (endTurn = resolve))
    this.#last = turn
    const running = before
      .then(() => run(endTurn))
      .finally(() => {
        underWay.delete(running)
        if (underWay.size === 0 && this.#underWay === underWay) this.#underWay = undefined
        endTurn()
      })
    underWay.add(running)
    return running
  }

  /** Resolves once the requests that are under way now have ended, well or not. */
  settled(): Promise<unknown> {
    return Promise.allSettled(this.#underWay ?? new Set<Promise<unknown>>())
  }
}

/**
 * Lets the requests of one connection start in the order they arrived, so that a join and the sends pipelined
 * behind it work. A request may end its turn early, once its place in line is settled elsewhere.
 */

/** Requests of one connection that may be under way or waiting: 50 joins and as many syncs. Each is at most one frame of 64 KB. */
const MAX_IN_FLIGHT = 100

export interface Turnstile {
  /** @returns undefined when too many requests are under way already. */
  enter<T>(run: (endTurn: () => void) => Promise<T>): Promise<T> | undefined
  /** Resolves once the requests that are under way now have ended, well or not. */
  settled(): Promise<unknown>
}

export function createTurnstile(): Turnstile {
  let last: Promise<unknown> = Promise.resolve()
  const underWay = new Set<Promise<unknown>>()

  return {
    enter(run) {
      if (underWay.size >= MAX_IN_FLIGHT) return undefined
      const before = last
      let endTurn = () => {}
      const turn = new Promise<void>((resolve) => (endTurn = resolve))
      last = turn
      const running = before
        .then(() => run(endTurn))
        .finally(() => {
          underWay.delete(running)
          endTurn()
        })
      underWay.add(running)
      return running
    },
    settled: () => Promise.allSettled(underWay),
  }
}

/**
 * Lets the requests of one connection start in the order they arrived, so that a join and the sends pipelined
 * behind it work. A request may end its turn early, once its place in line is settled elsewhere.
 */

/** Requests of one connection that may be under way or waiting: 50 joins and as many syncs. Each is at most one frame of 64 KB. */
const MAX_IN_FLIGHT = 100

export interface Turnstile {
  /** @returns undefined when too many requests are under way already. */
  enter<T>(run: (endTurn: () => void) => Promise<T>): Promise<T> | undefined
}

export function createTurnstile(): Turnstile {
  let last: Promise<unknown> = Promise.resolve()
  let inFlight = 0

  return {
    enter(run) {
      if (inFlight >= MAX_IN_FLIGHT) return undefined
      inFlight += 1
      const before = last
      let endTurn = () => {}
      const turn = new Promise<void>((resolve) => (endTurn = resolve))
      last = turn
      return before
        .then(() => run(endTurn))
        .finally(() => {
          inFlight -= 1
          endTurn()
        })
    },
  }
}

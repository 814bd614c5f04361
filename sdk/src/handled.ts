/** What others' code fails at, or leaves unawaited, ends neither our work nor a program. */

export const noop = (): void => {}

/**
 * Marks a rejection as handled; who awaits the promise still gets it. What failed is also in `status`, `error` and
 * `state`, and a bot that writes `room.send('hi')` without `await` must not be ended by Node for a lost connection.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(noop)
  return promise
}

/** Runs what is not ours. What it throws is reported like any uncaught error, after our own work is done. */
export function isolated(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

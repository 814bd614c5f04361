/** Promises of the public face: a call that nobody awaits ends no program. */

export const noop = (): void => {}

/**
 * Marks a rejection as handled; who awaits the promise still gets it. What failed is also in `status`, `error` and
 * `state`, and a bot that writes `room.send('hi')` without `await` must not be ended by Node for a lost connection.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(noop)
  return promise
}

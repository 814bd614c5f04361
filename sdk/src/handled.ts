/** Keeps errors in application code, and promises it does not await, from breaking our work or ending the process. */

export const noop = (): void => {}

/**
 * Marks a rejection as handled; callers that await the promise still receive it. Failures also appear in `status`,
 * `error` and `state`, and Node must not end a bot that calls `room.send('hi')` without `await` when the connection
 * drops.
 */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(noop)
  return promise
}

/** Runs application code. An error it throws is reported as uncaught once our own work is done. */
export function isolated(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/**
 * At most one read in flight and one waiting: a thousand callers at once cost two queries. A caller only joins
 * a read that starts after it asked, so whoever subscribed before asking misses nothing.
 *
 * A read starts at the end of the current turn of the event loop, so that all requests which arrived in this turn
 * share it. The embedded engine needs that: it answers within the turn, and no read would ever be in flight.
 */
import { setImmediate } from 'node:timers/promises'

export function createSharedRead<T>(read: () => Promise<T>): () => Promise<T> {
  /** Has started: too late to join. */
  let running: Promise<T> | undefined
  /** Has not: whoever asks now may share it. */
  let waiting: Promise<T> | undefined

  async function start(before: Promise<unknown> | undefined): Promise<T> {
    await before?.catch(() => {})
    await setImmediate()
    const mine = waiting
    running = mine
    waiting = undefined
    try {
      return await read()
    } finally {
      // The answer may be large; nobody needs it kept.
      if (running === mine) running = undefined
    }
  }

  return () => (waiting ??= start(running))
}

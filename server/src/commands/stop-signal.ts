/** When to stop, and how long it may take. */
import type { Log } from '../log.js'

/** A node that cannot finish in this time is stuck; the next one must not wait for it. */
const STOP_WITHIN_MS = 25_000

/** The first one. Further ones change nothing: a terminal and a process above may both send one. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, resolve)
  })
}

export function stopWhenStuck(log: Log): void {
  setTimeout(() => {
    log.error('not stopped in time; leaving')
    process.exit(1)
  }, STOP_WITHIN_MS).unref()
}

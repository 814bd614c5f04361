/**
 * When to stop, and how long it may take. Signals are handled from the first moment: the first process in a container
 * has no default action for them, so one that arrived before a listener existed would be lost. Imports nothing at run
 * time, because nobody listens while modules load.
 */
import { constants } from 'node:os'
import type { Logger } from './logger.js'

/** A node that cannot finish in this time is stuck; the next one must not wait for it. */
const STOP_WITHIN_MS = 25_000
/**
 * The last one is sent when a terminal closes; without a handler it would end the process in the middle of its work.
 */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** The default until somebody waits for a signal: nothing is open yet that would have to be closed. */
let onSignal = (signal: NodeJS.Signals): void =>
  // A server that is asked to stop exits with success, however far its start had got.
  process.exit(process.argv[2] === 'serve' ? 0 : 128 + constants.signals[signal])

/** Called by the command before anything else. */
export function listenForSignals(): void {
  for (const signal of SIGNALS) process.on(signal, () => onSignal(signal))
}

/** The first signal. Further ones change nothing, because a terminal and a parent process may both send one. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => (onSignal = resolve))
}

/** Ends the process if it is asked to stop before it has started, because what it waits for may take long. */
export async function unlessStopped<T>(starting: Promise<T>, stop: Promise<string>, log: Logger): Promise<T> {
  const first = await Promise.race([
    starting.then((started) => ({ started })),
    stop.then((reason) => ({ reason })),
  ])
  if ('started' in first) return first.started
  log.info({ reason: first.reason }, 'stopped before it had started')
  return process.exit(0)
}

export function stopWhenStuck(log: Logger): void {
  setTimeout(() => {
    log.error('not stopped in time; leaving')
    process.exit(1)
  }, STOP_WITHIN_MS).unref()
}

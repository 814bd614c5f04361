/**
 * When to stop, and how long it may take. Signals are heard from the first moment: the first process of a container
 * has no default action for them, so one that came before somebody listened would be lost. Imports nothing at run time,
 * because what is loaded before it is time in which nobody listens.
 */
import { constants } from 'node:os'
import type { Logger } from './logger.js'

/** A node that cannot finish in this time is stuck; the next one must not wait for it. */
const STOP_WITHIN_MS = 25_000
/** The last one comes from a terminal that is closed; without a handler it would end the process in the midst of its work. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** What a signal does until somebody waits for it: nothing is open yet that would have to be closed. */
let onSignal = (signal: NodeJS.Signals): void =>
  // A server that was told to stop has stopped, however far it had come.
  process.exit(process.argv[2] === 'serve' ? 0 : 128 + constants.signals[signal])

/** Called first of all by the command. */
export function listenForSignals(): void {
  for (const signal of SIGNALS) process.on(signal, () => onSignal(signal))
}

/** The first one. Further ones change nothing: a terminal and a process above may both send one. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => (onSignal = resolve))
}

/** Ends the process where it is told to stop before it has started: what it waits for may be long in coming. */
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

/** Compares how many files and connections the system allows this process with its configured limit. */
import { readFileSync } from 'node:fs'
import type { Logger } from './logger.js'

/** What a node has open besides client connections: database, Redis, libraries, the engine's files. */
const OWN_FILES = 200

/** @returns a warning if the system does not allow the configured connections; nothing if its limit is unknown. */
export function tooFewOpenFiles(maxConnections: number, limits = processLimits()): string | undefined {
  const allowed = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? NaN)
  if (!(allowed < maxConnections + OWN_FILES)) return undefined
  return (
    `this process may have ${allowed} files and connections open, fewer than MAX_CONNECTIONS=${maxConnections} needs. ` +
    `Raise the limit (ulimit -n, LimitNOFILE= of systemd, --ulimit nofile= of Docker) to ${maxConnections + OWN_FILES}, ` +
    `or set MAX_CONNECTIONS to ${Math.max(1, allowed - OWN_FILES)}`
  )
}

export function warnOfOpenFiles({ maxConnections }: { maxConnections: number }, log: Logger): void {
  const tooFew = tooFewOpenFiles(maxConnections)
  if (tooFew) log.warn(tooFew)
}

/** On Linux. Node has raised the soft limit to the hard one by now. */
function processLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}

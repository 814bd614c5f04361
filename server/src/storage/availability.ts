/**
 * Whether the database works: what fails now, and why. Each change of state is logged once with its cause; the affected
 * requests are not. Passes every statement through unchanged.
 */
import type { Logger } from '../process/logger.js'
import type { Database } from './database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'

export interface Availability {
  /** What fails now, for any caller: without addresses or names. Undefined while everything works. */
  readonly problem: string | undefined
}

interface Failing {
  error: StorageUnavailable
  at: number
  /** Consecutive failures. */
  times: number
}

type State = { name: 'up' } | { name: 'away'; since: number; failures: number; said: Set<string> }

/** A lock, a deadlock, a slow statement: a single one says nothing about the state of the database. */
const ONE_OFF = /^(?:|26.*|40.*|55P03|57014)$/
/** Concerns the connection, so any statement that succeeds shows that it is over. */
const OF_CONNECTION = /^(?:08|28|3D|55000|57P|E)/
/** How long a state is known without further attempts. Longer than the 30 s that a client waits at most. */
const FORGET_AFTER_MS = 60_000
/** Otherwise each success among failures would log a line. */
const QUIET_MS = 1_000
/** Causes in one outage, each with its own code or message. */
const SAID_CAUSES = 5

export function watchAvailability(
  database: Database,
  log: Logger,
  now: () => number = () => performance.now(),
): { database: Database; availability: Availability } {
  /** By statement: a successful read does not show that writing works. */
  const failing = new Map<string, Failing>()
  let state: State = { name: 'up' }
  let lastFailureAt = -Infinity

  function failed(sql: string, error: StorageUnavailable): void {
    lastFailureAt = now()
    const times = (failing.get(sql)?.times ?? 0) + 1
    const one = { error, at: lastFailureAt, times }
    failing.set(sql, one)
    if (!isLasting(one)) return
    if (state.name === 'up') state = { name: 'away', since: lastFailureAt, failures: 0, said: new Set() }
    state.failures += 1
    const cause = error.code || error.reason
    if (state.said.has(cause) || state.said.size >= SAID_CAUSES) return
    state.said.add(cause)
    log.warn(
      { engine: database.engine, code: error.code || undefined, reason: error.reason },
      'database is away',
    )
  }

  function succeeded(sql: string, startedAt: number): void {
    if (failing.size === 0 && state.name === 'up') return
    const former = failing.get(sql)?.error.code
    failing.delete(sql)
    for (const [other, { error, at }] of failing) {
      // The cause that made this one fail is gone, and a rare statement may not be repeated for a long time.
      const isOver = startedAt > at && (isOfConnection(error) || error.code === former)
      if (isOver || now() - at > FORGET_AFTER_MS) failing.delete(other)
    }
    if (state.name === 'up' || now() - lastFailureAt < QUIET_MS || current()) return
    const { since, failures } = state
    state = { name: 'up' }
    log.info({ engine: database.engine, awayMs: Math.round(now() - since), failures }, 'database is back')
  }

  function current(): [sql: string, failing: Failing] | undefined {
    return [...failing].find(([, one]) => isLasting(one) && now() - one.at <= FORGET_AFTER_MS)
  }

  async function watched<T>(sql: string, run: () => Promise<T>): Promise<T> {
    const startedAt = now()
    try {
      const result = await run()
      succeeded(sql, startedAt)
      return result
    } catch (error) {
      if (error instanceof StorageUnavailable) failed(sql, error)
      else succeeded(sql, startedAt)
      throw error
    }
  }

  return {
    database: {
      ...database,
      query: (sql, params, name) => watched(sql, () => database.query(sql, params, name)),
      script: (sql) => watched(sql, () => database.script(sql)),
    },
    availability: {
      get problem() {
        const found = current()
        if (!found) return undefined
        const [sql, { error }] = found
        if (isOfConnection(error)) return describeCause(error)
        const what = isWrite(sql) ? 'nothing can be stored' : 'not everything can be read'
        return `${what}; ${describeCause(error)}`
      },
    },
  }
}

const isLasting = ({ error, times }: Failing): boolean =>
  error.stage === 'connection' || times > 1 || !ONE_OFF.test(error.code)
const isOfConnection = (error: StorageUnavailable): boolean =>
  error.stage === 'connection' || OF_CONNECTION.test(error.code)
const isWrite = (sql: string): boolean => /^\s*(?:insert|update|delete)\b|\balcove_append\(/i.test(sql)

/** The longest prefix counts. Our own wording, because the server's messages contain names. */
const MEANINGS: Readonly<Record<string, string>> = {
  '08P01': 'a pooler or the server refused the connection',
  '25006': 'it is read-only',
  '28': 'access refused',
  '28P01': 'password refused',
  '3D': 'no such database',
  '42501': 'a right is missing',
  '42P01': 'a table is missing',
  '42883': 'a function is missing',
  '53100': 'disk full',
  '53200': 'out of memory',
  '53300': 'too many connections',
  '55000': 'it takes no connections',
  '55P03': 'a lock is held',
  '57014': 'it took too long',
  '57P03': 'it is starting up',
  '57P': 'it is shutting down',
  '58': 'input or output failed',
  XX: 'an internal error',
}

/** The cause, without the names of hosts, roles and files in the message. */
export function describeCause({ code, stage }: Pick<StorageUnavailable, 'code' | 'stage'>): string {
  if (code === 'ENOSPC') return 'disk full (ENOSPC)'
  if (code === '') return 'no answer'
  if (!/^[0-9A-Z]{5}$/.test(code) || /^E[A-Z]/.test(code))
    return stage === 'connection' ? `no connection (${code})` : `no answer (${code})`
  for (let length = code.length; length >= 2; length--) {
    const meaning = MEANINGS[code.slice(0, length)]
    if (meaning !== undefined) return `it answered ${code}: ${meaning}`
  }
  return `it answered ${code}`
}

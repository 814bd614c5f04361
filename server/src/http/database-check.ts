/** What `/readyz` says about the database: whether everything can be read and stored now, and why not. */
import { describeCause, type Availability } from '../storage/availability.js'
import type { Database } from '../storage/database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'

/** The check must answer before the prober gives up. */
const CHECK_TIMEOUT_MS = 2_000

export interface DatabaseCheck {
  ok: boolean
  latencyMs?: number
  /** Shown to any caller, so it contains no address or name. */
  reason?: string
}

/** A database that is read-only or out of disk space answers but cannot store anything. */
export async function checkDatabase(
  database: Database,
  availability: Pick<Availability, 'problem'>,
): Promise<DatabaseCheck> {
  const start = performance.now()
  try {
    const isReadOnly = await inTime(askWhetherReadOnly(database))
    const reason = isReadOnly
      ? 'nothing can be stored; it is read-only'
      : (availability.problem ?? database.cannotStore?.())
    if (reason !== undefined) return { ok: false, reason }
    return { ok: true, latencyMs: Math.round((performance.now() - start) * 10) / 10 }
  } catch (error) {
    if (error instanceof StorageUnavailable)
      return { ok: false, reason: database.cannotStore?.() ?? describeCause(error) }
    return { ok: false, reason: 'no answer' }
  }
}

async function askWhetherReadOnly(database: Database): Promise<boolean> {
  const [row] = await database.query<{ isReadOnly: boolean }>(
    `select current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
  )
  return row?.isReadOnly === true
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`no answer in ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** The one interface to Postgres, served by an embedded engine or by a real server. Rows come out as plain objects. */

export interface Database {
  /** What runs underneath, for logs and `/readyz`. */
  readonly engine: 'pglite' | 'postgres'
  /**
   * One statement, one transaction. Rejects with `StorageUnavailable` where a retry may help.
   * @param name of a statement that is worth keeping prepared, where the engine does that
   */
  query<Row>(sql: string, params?: readonly unknown[], name?: string): Promise<Row[]>
  /** Several statements without parameters, all or nothing. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

/** Tells of every statement before it is sent. */
export function watchStatements(database: Database, onStatement: () => void): Database {
  return {
    ...database,
    query: (sql, params, name) => {
      onStatement()
      return database.query(sql, params, name)
    },
  }
}

/** The database cannot answer just now. Whether the statement took effect is not known. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  constructor(cause: unknown) {
    super(`database unavailable; ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/**
 * SQLSTATE classes that pass: connection (08), resources such as a full disk (53), operator intervention
 * (57), serialization and deadlock (40), read-only standby (25006). https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const PASSING_STATES = /^(08|53|57|40|58)|^25006$/
const PASSING_SYSTEM_ERRORS = /^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|ENOTFOUND|EAI_AGAIN|ENOSPC|ENOENT)/
const PASSING_SENTENCES =
  /connection terminated|timeout exceeded|query read timeout|not queryable|client has encountered a connection error|pglite is closed/i

/** Tells a fault of the connection or the engine from a fault of the statement. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    PASSING_STATES.test(code) || PASSING_SYSTEM_ERRORS.test(code) || PASSING_SENTENCES.test(error.message)
  )
}

/** Runs a statement and sorts its failure. */
export async function sortingErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw isPassing(error) ? new StorageUnavailable(error) : error
  }
}

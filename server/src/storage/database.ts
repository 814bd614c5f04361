/** The one interface to Postgres, served by an embedded engine or by a real server. Rows come out as plain objects. */
import { failureKind } from '../errors/failure-kind.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

export interface Database {
  /** What runs underneath, for logs and `/readyz`. */
  readonly engine: 'pglite' | 'postgres'
  /**
   * One statement, one transaction. Rejects with `StorageUnavailable` where a retry may help, with `StorageRefused` where
   * the data is not taken.
   * @param name of a statement that is worth keeping prepared, where the engine does that
   */
  query<Row>(sql: string, params?: readonly unknown[], name?: string): Promise<Row[]>
  /** Several statements without parameters, all or nothing. */
  script(sql: string): Promise<void>
  /**
   * Where there are several connections: a transaction that stays open on one of them, with what it locks, while others
   * run statements that no transaction may hold. They may take hours.
   * @param opening its first statements
   * @param use @returns its last ones
   */
  whileHolding?(
    opening: string,
    use: (apart: (sql: string) => Promise<void>) => Promise<string>,
  ): Promise<void>
  /** Where it is known that nothing can be stored now: why, for anyone to read. */
  cannotStore?(): string | undefined
  close(): Promise<void>
}

/**
 * A time as a number, the same from both engines: as text it would be written as the database's or the role's DateStyle
 * and TimeZone have it, which a pooler does not let a connection choose.
 */
export const asMilliseconds = (column: string): string =>
  `floor(extract(epoch from ${column}) * 1000)::bigint`

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

/** Runs a statement and sorts its failure. */
export async function sortingErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw sortedError(error)
  }
}

function sortedError(error: unknown): unknown {
  if (error instanceof StorageUnavailable || error instanceof StorageRefused) return error
  switch (failureKind(error)) {
    case 'unavailable':
      return new StorageUnavailable(error)
    case 'refused':
      return new StorageRefused(error)
    case 'bug':
      return error
  }
}

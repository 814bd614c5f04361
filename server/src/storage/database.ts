/** The one interface to Postgres, served by an embedded engine or by a real server. Rows come out as plain objects. */
import { failureKind } from '../errors/failure-kind.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'

export interface Database {
  /** The underlying engine, for logs and `/readyz`. */
  readonly engine: 'pglite' | 'postgres'
  /**
   * One statement, one transaction. Rejects with `StorageUnavailable` if a retry may help, with `StorageRefused` if the
   * data is not accepted.
   * @param name of a statement worth keeping prepared, if the engine supports that
   */
  query<Row>(sql: string, params?: readonly unknown[], name?: string): Promise<Row[]>
  /** Several statements without parameters, all or nothing. */
  script(sql: string): Promise<void>
  /**
   * If there are several connections: a transaction that stays open on one of them, with its locks, while others run
   * statements that cannot be in a transaction. They may take hours.
   * @param opening its first statements
   * @param use @returns its last ones
   */
  whileHolding?(
    opening: string,
    use: (apart: (sql: string) => Promise<void>) => Promise<string>,
  ): Promise<void>
  /** If nothing can be stored now: the reason, for any reader. */
  cannotStore?(): string | undefined
  close(): Promise<void>
}

/**
 * A time as a number, identical in both engines: as text it would depend on the DateStyle and TimeZone of the database
 * or role, which a connection through a pooler cannot choose.
 */
export const asMilliseconds = (column: string): string =>
  `floor(extract(epoch from ${column}) * 1000)::bigint`

/** Reports every statement before it is sent. */
export function watchStatements(database: Database, onStatement: () => void): Database {
  return {
    ...database,
    query: (sql, params, name) => {
      onStatement()
      return database.query(sql, params, name)
    },
  }
}

/** Runs a statement and classifies its failure. */
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

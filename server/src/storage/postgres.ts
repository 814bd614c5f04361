/** A PostgreSQL server (15 or newer) through a pool. Fails fast: a caller waits at most a few seconds. */
import pg from 'pg'
import { sortingErrors, type Database } from './database.js'

const CONNECT_TIMEOUT_MS = 2_000
const STATEMENT_TIMEOUT_MS = 5_000
/** Above the statement timeout, so that the server's own answer comes first; bounds a half-open connection. */
const ANSWER_TIMEOUT_MS = 6_500
/** For migrations: they wait for another node's, and an index on a large table takes its time. */
const SCRIPT_TIMEOUT_MS = 6 * 3_600_000
const CONNECTIONS = 10
const INT8 = 20
/** The connection does not know the statement, or knows another by its name: it is not ours alone, as behind PgBouncer. */
const NOT_PREPARED = new Set(['26000', '42P05'])

export function openPostgres(
  url: string,
  options: { answerTimeoutMs?: number; onError?: (error: Error) => void } = {},
): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'alcove',
    types: {
      // seq, rev and keys stay far below 2^53.
      getTypeParser: (oid, format) =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  })
  // An idle connection that dies must not kill the process; the next query opens another.
  pool.on('error', (error) => options.onError?.(error))

  let keepsPrepared = true
  async function run(text: string, values: unknown[], name: string | undefined): Promise<pg.QueryResult> {
    if (name === undefined || !keepsPrepared) return pool.query(text, values)
    try {
      return await pool.query({ name, text, values })
    } catch (error) {
      if (!NOT_PREPARED.has((error as { code?: string }).code ?? '')) throw error
      // It did not run. From here on no statement is kept.
      keepsPrepared = false
      return pool.query(text, values)
    }
  }

  return {
    engine: 'postgres',
    query: <Row>(sql: string, params: readonly unknown[] = [], name?: string) =>
      sortingErrors(async () => (await run(sql, [...params], name)).rows as Row[]),
    script: (sql) => {
      const script: pg.QueryConfig & { query_timeout: number } = {
        text: sql,
        query_timeout: SCRIPT_TIMEOUT_MS,
      }
      return sortingErrors(async () => void (await pool.query(script)))
    },
    close: () => pool.end(),
  }
}

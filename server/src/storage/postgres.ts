/** A PostgreSQL server (15 or newer) through a pool, or through a pooler. Fails fast: a caller waits at most a few seconds. */
import pg from 'pg'
import { sortingErrors, type Database } from './database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { readPostgresAddress } from './postgres-address.js'

const CONNECT_TIMEOUT_MS = 2_000
const STATEMENT_TIMEOUT_MS = 5_000
/** Longer than the statement timeout, so that the server's own answer comes first; bounds a half-open connection. */
const ANSWER_TIMEOUT_MS = 6_500
/** For migrations, because an index on a large table takes long. */
const SCRIPT_TIMEOUT_MS = 6 * 3_600_000
const CONNECTIONS = 10
const INT8 = 20
/**
 * The connection does not know the statement, or knows another by its name: it is shared, as behind PgBouncer. Or a
 * migration changed what the statement returns.
 */
const NOT_PREPARED = new Set(['26000', '42P05', '0A000'])
/**
 * A pooler that shares connections keeps no settings for its clients, and PgBouncer refuses those it would have to
 * keep.
 */
const REFUSED_SETTING = /unsupported startup parameter.*statement_timeout/
/** The limit on this side; the server has its own. */
const withoutLimit = (text: string): pg.QueryConfig & { query_timeout: number } => ({
  text,
  query_timeout: SCRIPT_TIMEOUT_MS,
})
/** After these errors the connection is still usable: the server answered and is ready for the next statement. */
const isAnswer = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && !/^(?:08|25|57P)/.test(error.code ?? '')

/** @throws DatabaseUnusable if the address cannot be used */
export function openPostgres(
  url: string,
  options: { answerTimeoutMs?: number; onError?: (error: Error) => void } = {},
): Database {
  const { connectionString } = readPostgresAddress(url)
  /** Sent with each connection or, if that is refused, with each statement. */
  let limits: 'at connect' | 'per statement' = 'at connect'
  let keepsPrepared = true

  class LimitedClient extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      super({
        ...config,
        // Three statements are then sent together, at the cost of one round trip.
        ...(limits === 'at connect' ? { statement_timeout: STATEMENT_TIMEOUT_MS } : { pipeline: true }),
      })
    }
  }

  const pool = new pg.Pool({
    Client: LimitedClient,
    connectionString,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'alcove',
    types: {
      // seq, rev and keys stay far below 2^53.
      getTypeParser: (oid, format) =>
        oid === INT8 ? Number : (pg.types.getTypeParser(oid, format) as (value: string) => unknown),
    },
  })
  // An idle connection that dies must not kill the process; the next query opens a new one.
  pool.on('error', (error) => options.onError?.(error))
  // Nor may one that dies while it is in use or has just been handed out: the running statement rejects with the same
  // error. Added here, because the pool's own listener is removed before the caller waiting for the connection can add
  // one.
  pool.on('connect', (client) => client.on('error', () => {}))

  /** Whatever prevents a connection may be corrected, and no statement has run (ADR 27). */
  async function connect(): Promise<pg.PoolClient> {
    const asked = limits
    try {
      return await pool.connect()
    } catch (error) {
      if (asked === 'per statement' || !REFUSED_SETTING.test((error as Error).message))
        throw new StorageUnavailable(error, 'connection')
      limits = 'per statement'
      keepsPrepared = false
      return connect()
    }
  }

  async function withClient<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await connect()
    let failure: unknown
    try {
      return await use(client)
    } catch (error) {
      failure = error
      throw error
    } finally {
      client.release(failure !== undefined && !isAnswer(failure))
    }
  }

  async function run(client: pg.PoolClient, query: pg.QueryConfig): Promise<pg.QueryResult> {
    // The mode of the connection, which may be older than the current mode.
    if (!client.pipeline) return client.query(query)
    const steps = await Promise.allSettled([
      client.query(`begin; set local statement_timeout = ${STATEMENT_TIMEOUT_MS}`),
      client.query(query),
      client.query('commit'),
    ])
    for (const step of steps) if (step.status === 'rejected') throw step.reason
    return (steps[1] as PromiseFulfilledResult<pg.QueryResult>).value
  }

  async function query(text: string, values: unknown[], name: string | undefined): Promise<pg.QueryResult> {
    const once = () => withClient((client) => run(client, { text, values }))
    if (name === undefined || !keepsPrepared) return once()
    try {
      return await withClient((client) => run(client, { name, text, values }))
    } catch (error) {
      if (!NOT_PREPARED.has((error as { code?: string }).code ?? '')) throw error
      // It did not run. From here on no statement is kept prepared.
      keepsPrepared = false
      return once()
    }
  }

  /** Without a time limit and outside of any transaction. */
  async function apart(sql: string): Promise<void> {
    const client = await connect()
    try {
      // Behind a pooler it would affect the next client, and we have set no limit.
      if (!client.pipeline) await client.query('set statement_timeout = 0')
      await client.query(withoutLimit(sql))
    } finally {
      // Not returned to the pool, because no other statement may run without a limit.
      client.release(true)
    }
  }

  return {
    engine: 'postgres',
    query: <Row>(sql: string, params: readonly unknown[] = [], name?: string) =>
      sortingErrors(async () => (await query(sql, [...params], name)).rows as Row[]),
    script: (sql) =>
      sortingErrors(() => withClient(async (client) => void (await client.query(withoutLimit(sql))))),
    whileHolding: (opening, use) =>
      sortingErrors(() =>
        withClient(async (holder) => {
          try {
            await holder.query(`begin; ${opening}`)
            await holder.query(`${await use(apart)}; commit`)
          } catch (error) {
            await holder.query('rollback').catch(() => {})
            throw error
          }
        }),
      ),
    close: () => pool.end(),
  }
}

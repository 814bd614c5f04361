/**
 * Brings a database to the newest schema. Safe to run from several nodes at once, and again after a kill. Checks before
 * it locks: if there is nothing to do, it waits for nobody and needs no permission to change tables.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createLogger, type Logger } from '../process/logger.js'
import { buildConcurrently, createIndex } from './concurrent-index.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { Database } from './database.js'
import { DatabaseUnusable } from './database-unusable.js'
import { MIGRATIONS } from './migrations/index.js'
import type { Migration } from './migrations/migration.js'
import { ROUTINES } from './routines/index.js'
import { outdatedRoutine, replacing, type Routine } from './routines/routine.js'

/** An arbitrary number of ours: one migrator at a time per database. */
const ADVISORY_LOCK = 7_305_101
/**
 * Waiting for a table's lock holds up every later statement, so the migrator soon gives up, lets them through, and
 * tries again. Also the time after which the holder of the migrator's lock is named.
 */
const LOCK_TIMEOUT_MS = 2_000
const LET_OTHERS_THROUGH_MS = 1_000
const LOCK_NOT_AVAILABLE = '55P03'
const NO_RIGHT = '42501'

export interface MigrateOptions {
  log?: Logger
  /** Ends the waiting; a running statement is rolled back or finished. */
  signal?: AbortSignal | undefined
  /** Replaces those of this version when a test simulates another one. */
  migrations?: readonly Migration[]
  routines?: readonly Routine[]
}

/** Tables first, because routines are written for the newest. */
type Step = { kind: 'migration'; migration: Migration } | { kind: 'routine'; routine: Routine }

/**
 * @returns the names of the migrations that ran, and of the routines that were replaced
 * @throws DatabaseUnusable if the schema is newer than this server, or the role may not change it
 */
export async function migrate(database: Database, options: MigrateOptions = {}): Promise<string[]> {
  const { log = createLogger('silent'), signal, migrations = MIGRATIONS, routines = ROUTINES } = options
  const ran: string[] = []
  const sayWhom = onceForEach(log)
  for (;;) {
    const next = await nextStep(database, migrations, routines)
    if (!next) return ran
    signal?.throwIfAborted()
    try {
      if ((await run(database, next, log)) === 'done') {
        ran.push(next.kind === 'migration' ? next.migration.name : next.routine.name)
        continue
      }
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error
      if (error.code === NO_RIGHT)
        throw new DatabaseUnusable(
          `${error.reason}, and its schema has to be brought up to date. Run alcove migrate with the DATABASE_URL of the tables' owner; a role that is to make them needs: grant usage, create on schema public to …`,
        )
      if (error.code !== LOCK_NOT_AVAILABLE) throw error
    }
    sayWhom(await holderOf(database))
    await pause(LET_OTHERS_THROUGH_MS, undefined, { signal })
  }
}

async function nextStep(
  database: Database,
  migrations: readonly Migration[],
  routines: readonly Routine[],
): Promise<Step | undefined> {
  const migration = await nextOf(database, migrations)
  if (migration) return { kind: 'migration', migration }
  const routine = await outdatedRoutine(database, routines)
  return routine && { kind: 'routine', routine }
}

async function nextOf(database: Database, migrations: readonly Migration[]): Promise<Migration | undefined> {
  const done = await doneIn(database)
  const newest = Math.max(0, ...done)
  const known = migrations.at(-1)?.id ?? 0
  if (newest > known)
    throw new DatabaseUnusable(
      `its schema is version ${newest} and this server knows ${known}. Run a newer server, or restore the backup of before the upgrade`,
    )
  return migrations.find(({ id }) => !done.has(id))
}

async function doneIn(database: Database): Promise<Set<number>> {
  const [table] = await database.query<{ isThere: boolean }>(
    `select to_regclass('alcove_migrations') is not null as "isThere"`,
  )
  if (!table?.isThere) return new Set()
  const rows = await database.query<{ id: number }>('select id from alcove_migrations')
  return new Set(rows.map(({ id }) => id))
}

async function run(database: Database, next: Step, log: Logger): Promise<'done' | 'not yet'> {
  if (next.kind === 'migration') return runMigration(database, next.migration, log)
  await database.script(`${LOCKED} ${replacing(next.routine)};`)
  return 'done'
}

async function runMigration(database: Database, next: Migration, log: Logger): Promise<'done' | 'not yet'> {
  if ('sql' in next) {
    await database.script(asTransaction(next, next.sql))
    return 'done'
  }
  const { index } = next
  if (!database.whileHolding) {
    await database.script(asTransaction(next, createIndex(index, 'if not exists')))
    return 'done'
  }
  let outcome: 'built' | 'being built' | undefined
  await database.whileHolding(LOCKED, async (apart) => {
    outcome = await buildConcurrently(database, index, (statement) => {
      log.info({ statement }, 'changing an index, which may take long; writers go on meanwhile')
      return apart(statement)
    })
    return outcome === 'built' ? asDone(next) : ''
  })
  return outcome === 'built' ? 'done' : 'not yet'
}

/** Idle while an index is built on another connection. */
const LOCKED = `
  set local statement_timeout = 0;
  set local lock_timeout = ${LOCK_TIMEOUT_MS};
  set local idle_in_transaction_session_timeout = 0;
  select pg_advisory_xact_lock(${ADVISORY_LOCK});
`

/** Several statements in one script are one transaction. */
function asTransaction(migration: Migration, sql: string): string {
  return `
    ${LOCKED}
    create table if not exists alcove_migrations (id int primary key, name text not null, at timestamptz not null default now());
    ${sql};
    ${asDone(migration)};
  `
}

/** `on conflict`, because another node may have been first. */
const asDone = ({ id, name }: Migration): string =>
  `insert into alcove_migrations (id, name) values (${id}, '${name}') on conflict do nothing`

interface Holder {
  isMigrating: boolean
  pid: number
  application: string | null
  role: string | null
  since: number | null
}

/** The session that migrates; if there is none, the one that has held our tables longest. */
async function holderOf(database: Database): Promise<Holder | undefined> {
  const [holder] = await database.query<Holder>(
    `select l.locktype = 'advisory' as "isMigrating", l.pid, a.application_name as application, a.usename::text as role,
       (extract(epoch from coalesce(a.xact_start, a.backend_start)) * 1000)::bigint as since
     from pg_locks l left join pg_stat_activity a on a.pid = l.pid
     where l.granted and l.pid <> pg_backend_pid()
       and l.database = (select oid from pg_database where datname = current_database())
       and ((l.locktype = 'advisory' and l.classid = 0 and l.objid = $1 and l.objsubid = 1)
         or (l.locktype = 'relation' and l.mode <> 'AccessShareLock'
           and l.relation in (to_regclass('apps'), to_regclass('rooms'), to_regclass('messages'))))
     order by 1 desc, 5 nulls last limit 1`,
    [ADVISORY_LOCK],
  )
  return holder
}

/** Silent waiting looks like hanging, but a line every two seconds would be noise. */
function onceForEach(log: Logger): (holder: Holder | undefined) => void {
  let said: number | undefined
  return (holder) => {
    const pid = holder?.pid ?? 0
    if (said === pid) return
    said = pid
    if (!holder) return log.warn('waiting for a lock in the database, to migrate it')
    const { isMigrating, application, role, since } = holder
    const from = since === null ? 'unknown' : new Date(since).toISOString()
    const who = `pid ${pid} (${application || role || 'unknown'}, since ${from})`
    log.warn(
      { pid, application, role, since: from },
      isMigrating
        ? `waiting for the migration of ${who}; if nobody is behind it: select pg_terminate_backend(${pid})`
        : `waiting for ${who}, which holds a table that is to be migrated`,
    )
  }
}

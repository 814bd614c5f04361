/**
 * Checks whether a PostgreSQL server is set up for Alcove. Queried once at startup, in one statement that works through
 * a pooler; decided in pure functions.
 */
import type { Logger } from '../process/logger.js'
import type { Database } from './database.js'
import { DatabaseUnusable } from './database-unusable.js'
import { identifier } from './postgres-advice.js'

const OLDEST_VERSION = 15

export interface ServerFacts {
  version: number
  encoding: string
  role: string
  database: string
  /** The schema in which a new table would be created; null if there is none. */
  schema: string | null
  isReadOnly: boolean
  isStandby: boolean
  isolation: string
  /** An old setting that turns a missing avatar into the text `NULL`. */
  readsNulls: boolean
  synchronousCommit: string
  /** Schemas with tables of Alcove, whether or not a statement would find them; first those that the role may read. */
  homes: string[]
  /** Whether the role may read the tables of any of them. */
  mayReadHomes: boolean
  /** Whether a statement finds them. */
  isFound: boolean
  /** Whether the role may create tables in `schema`. */
  mayCreate: boolean
}

const FACTS = `
  with homes as (
    select n.nspname::text as schema, has_table_privilege(c.oid, 'select') as may_read
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = 'alcove_migrations' and c.relkind in ('r', 'p'))
  select current_setting('server_version_num')::int as version,
    (select pg_encoding_to_char(encoding) from pg_database where datname = current_database()) as encoding,
    current_user::text as role, current_database()::text as database, current_schema()::text as schema,
    current_setting('transaction_read_only') = 'on' as "isReadOnly", pg_is_in_recovery() as "isStandby",
    current_setting('default_transaction_isolation') as isolation,
    current_setting('array_nulls') = 'on' as "readsNulls",
    current_setting('synchronous_commit') as "synchronousCommit",
    to_regclass('alcove_migrations') is not null as "isFound",
    coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate",
    array(select schema from homes order by may_read desc, schema) as homes,
    exists (select from homes where may_read) as "mayReadHomes"`

/** @throws DatabaseUnusable */
export async function checkPostgres(database: Database, log: Logger): Promise<void> {
  const [facts] = await database.query<ServerFacts>(FACTS)
  if (!facts) throw new Error('PostgreSQL answered without a row')
  const problem = findProblem(facts)
  if (problem !== undefined) throw new DatabaseUnusable(problem)
  if (facts.synchronousCommit === 'off')
    log.warn(
      'synchronous_commit is off in this database: messages that people saw as sent can be lost when PostgreSQL crashes',
    )
}

/** @returns "reason. What to do" */
export function findProblem(facts: ServerFacts): string | undefined {
  const { schema, homes } = facts
  const [role, database] = [identifier(facts.role), identifier(facts.database)]
  const setting = (name: string, value: string) =>
    `Run: alter database ${database} set ${name} = ${value} (and the same for the role, where it was set there)`
  const major = Math.floor(facts.version / 10_000)
  if (major < OLDEST_VERSION)
    return `it is PostgreSQL ${major}, and Alcove needs ${OLDEST_VERSION} or newer. Upgrade the server`
  if (facts.encoding !== 'UTF8')
    return `its encoding is ${facts.encoding}, which cannot hold every text. Make one that can: create database ${database} owner ${role} encoding 'UTF8' template template0`
  if (facts.isStandby) return 'it is a read-only standby. Let DATABASE_URL name the primary'
  if (facts.isReadOnly) return `it is read-only. ${setting('default_transaction_read_only', 'off')}`
  if (facts.isolation !== 'read committed')
    return `its transactions are ${facts.isolation} by default, and nodes that write at once would fail each other. ${setting('default_transaction_isolation', "'read committed'")}`
  if (!facts.readsNulls) return `array_nulls is off. ${setting('array_nulls', 'on')}`
  if (!facts.isFound && homes.length > 0 && !isAnotherDeployment(facts)) {
    const home = identifier(homes[0] ?? '')
    return `tables of Alcove are in schema ${homes.join(', ')}, where role ${role} does not look. Are they this deployment's? Then run: grant usage on schema ${home} to ${role}; alter role ${role} in database ${database} set search_path = ${home}. If they are another deployment's, give this one a role and a schema of its own: ${ownSchema(role, database)}`
  }
  if (schema === null)
    return `role ${role} has no schema to use. Run: grant usage, create on schema public to ${role}; alter role ${role} in database ${database} set search_path = public`
  return undefined
}

/**
 * Several deployments may share a database, each with its own role and schema, so that none can read another's tables.
 */
const isAnotherDeployment = ({ schema, mayCreate, mayReadHomes }: ServerFacts): boolean =>
  schema !== null && mayCreate && !mayReadHomes

/** Both are identifiers, quoted if necessary. */
const ownSchema = (role: string, database: string): string =>
  `create schema ${role} authorization ${role}; alter role ${role} in database ${database} set search_path = ${role}`

/** The privileges a node needs on each table. Every new table has to be added here; a test checks that. */
export const NEEDED_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  alcove_migrations: ['select'],
  alcove_routines: ['select'],
  apps: ['select'],
  rooms: ['select', 'insert', 'update'],
  messages: ['select', 'insert', 'update'],
  changes: ['select', 'insert', 'update'],
  unchanged: ['select', 'insert', 'delete'],
  reactions: ['select', 'insert', 'delete'],
  deployment: ['select', 'update'],
}

/** @throws DatabaseUnusable if the role lacks a privilege on an existing table */
export async function checkRights(database: Database): Promise<void> {
  const needed = Object.entries(NEEDED_RIGHTS).flatMap(([table, rights]) =>
    rights.map((right) => ({ table, right })),
  )
  const missing = await database.query<{
    role: string
    database: string
    schema: string
    isElsewhere: boolean
    table: string
    right: string
  }>(
    `select current_user::text as role, current_database()::text as database,
       coalesce(home.schema, current_schema()::text) as schema,
       coalesce(home.schema <> current_schema()::text, false) as "isElsewhere",
       needed.name as table, needed.privilege as right
     from unnest($1::text[], $2::text[]) as needed (name, privilege)
     left join (select n.nspname::text as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.oid = to_regclass('alcove_migrations')) as home on true
     where not has_table_privilege(to_regclass(needed.name), needed.privilege)`,
    [needed.map(({ table }) => table), needed.map(({ right }) => right)],
  )
  const [first] = missing
  if (!first) return
  const list = missing.map(({ table, right }) => `${right} on ${table}`).join(', ')
  const [role, schema] = [identifier(first.role), identifier(first.schema)]
  const orOther = first.isElsewhere
    ? `. If the tables in schema ${schema} are another deployment's, give this one a role and a schema of its own: ${ownSchema(role, identifier(first.database))}`
    : ''
  throw new DatabaseUnusable(
    `role ${role} lacks ${list}. As the tables' owner run: grant select, insert, update, delete on all tables in schema ${schema} to ${role}${orOther}`,
  )
}

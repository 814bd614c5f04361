/** Brings a database to the newest schema. Safe to run from several nodes at once, and again after a kill. */
import type { Database } from './database.js'
import { MIGRATIONS } from './migrations/index.js'
import type { Migration } from './migrations/migration.js'

/** Any number that is ours: one migrator at a time per database. */
const ADVISORY_LOCK = 7_305_101

/** @returns the names of the migrations that ran. */
export async function migrate(database: Database): Promise<string[]> {
  await database.script(`
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(${ADVISORY_LOCK});
    create table if not exists alcove_migrations (id int primary key, name text not null, at timestamptz not null default now());
  `)
  const done = new Set(
    (await database.query<{ id: number }>('select id from alcove_migrations')).map((row) => row.id),
  )
  const newest = Math.max(0, ...done)
  const known = MIGRATIONS.at(-1)?.id ?? 0
  if (newest > known) {
    throw new Error(
      `unable to use this database; its schema is version ${newest} and this server knows ${known}. Run a newer server.`,
    )
  }
  const missing = MIGRATIONS.filter((migration) => !done.has(migration.id))
  for (const migration of missing) await database.script(asTransaction(migration))
  return missing.map((migration) => migration.name)
}

/** Several statements in one script are one transaction; `on conflict` because another node may have been first. */
function asTransaction({ id, name, sql }: Migration): string {
  return `
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(${ADVISORY_LOCK});
    ${sql}
    insert into alcove_migrations (id, name) values (${id}, '${name}') on conflict do nothing;
  `
}

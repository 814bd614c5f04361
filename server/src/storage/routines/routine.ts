/**
 * The current version of a database function. Migrations change tables; a routine is replaced as a whole when `migrate`
 * finds a different text in the database.
 *
 * Nodes of the previous version keep calling it by name while the database is upgraded: a new signature needs a new
 * routine with a new name, and the old one stays for a release.
 */
import { createHash } from 'node:crypto'
import type { Database } from '../database.js'

export interface Routine {
  readonly name: string
  /**
   * Raised with every change of the text. An older node that starts during a rolling upgrade finds a higher one in the
   * database and leaves it alone.
   */
  readonly revision: number
  /** One `create or replace function` statement. */
  readonly sql: string
}

export const checksumOf = ({ sql }: Routine): string => createHash('sha256').update(sql).digest('base64url')

/** @returns the first one that differs from the database */
export async function outdatedRoutine(
  database: Database,
  routines: readonly Routine[],
): Promise<Routine | undefined> {
  const stored = await storedIn(database)
  return routines.find((routine) => {
    const found = stored.get(routine.name)
    if (!found || found.revision < routine.revision) return true
    return found.revision === routine.revision && found.checksum !== checksumOf(routine)
  })
}

interface Stored {
  name: string
  revision: number
  checksum: string
}

async function storedIn(database: Database): Promise<Map<string, Stored>> {
  const [table] = await database.query<{ isThere: boolean }>(
    `select to_regclass('alcove_routines') is not null as "isThere"`,
  )
  if (!table?.isThere) return new Map()
  const rows = await database.query<Stored>('select name, revision, checksum from alcove_routines')
  return new Map(rows.map((row) => [row.name, row]))
}

/** Checks again under the migrator's lock, because a node of a newer version may have been first. */
export function replacing(routine: Routine): string {
  const { name, revision, sql } = routine
  return `
create table if not exists alcove_routines (name text primary key, revision int not null, checksum text not null, at timestamptz not null);
do $replace$
begin
  if not exists (select from alcove_routines where name = '${name}' and revision > ${revision}) then
    execute $routine$${sql}$routine$;
    insert into alcove_routines (name, revision, checksum, at) values ('${name}', ${revision}, '${checksumOf(routine)}', now())
      on conflict (name) do update set revision = excluded.revision, checksum = excluded.checksum, at = excluded.at;
  end if;
end $replace$`
}

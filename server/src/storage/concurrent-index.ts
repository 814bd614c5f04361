/**
 * Builds an index without holding up writers. PostgreSQL does that outside of a transaction, so an interrupted build
 * leaves an index behind that every write updates and no statement uses: it is dropped and built again. The embedded
 * engine has one connection, so nobody writes meanwhile, and it builds in a transaction.
 */
import type { Database } from './database.js'
import type { IndexDefinition } from './migrations/migration.js'

/** Includes one that another session is still building, perhaps for a node that is gone. */
type Found = 'none' | 'whole' | 'cut off' | 'being built'

/**
 * @param apart runs a statement outside of any transaction
 * @returns the outcome; an index that another session is building is left to it
 */
export async function buildConcurrently(
  database: Database,
  index: IndexDefinition,
  apart: (sql: string) => Promise<void>,
): Promise<'built' | 'being built'> {
  const found = await look(database, index)
  if (found === 'being built') return found
  if (found === 'cut off') await apart(`drop index concurrently ${index.name}`)
  if (found !== 'whole') await apart(createIndex(index, 'concurrently'))
  return 'built'
}

export const createIndex = (
  { name, definition, isUnique = false }: IndexDefinition,
  how: 'concurrently' | 'if not exists',
): string => `create ${isUnique ? 'unique ' : ''}index ${how} ${name} ${definition}`

/**
 * The builder holds this lock on the table to the end, and anybody may see it; the progress of other roles is hidden.
 */
async function look(database: Database, { name }: IndexDefinition): Promise<Found> {
  const [index] = await database.query<{ isWhole: boolean; isBeingBuilt: boolean }>(
    `select indisvalid as "isWhole",
       exists (select from pg_locks where relation = indrelid and mode = 'ShareUpdateExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())) as "isBeingBuilt"
     from pg_index where indexrelid = to_regclass($1)`,
    [name],
  )
  if (!index) return 'none'
  if (index.isWhole) return 'whole'
  return index.isBeingBuilt ? 'being built' : 'cut off'
}

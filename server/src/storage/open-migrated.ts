/** Opens the configured database for use: checked if it is a PostgreSQL server, and migrated to the newest schema. */
import type { Logger } from '../process/logger.js'
import { checkPostgres, checkRights } from './check-postgres.js'
import type { Database } from './database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { DatabaseUnusable } from './database-unusable.js'
import { migrate } from './migrate.js'
import { openDatabase, type DatabaseSettings } from './open.js'
import { explainUnreachable } from './postgres-advice.js'
import { readPostgresAddress } from './postgres-address.js'
import { settlePositions } from './positions.js'

/**
 * @returns the open database, which the caller closes, and the names of the migrations that ran.
 * @throws DatabaseUnusable, or the error of the embedded database
 */
export async function openMigrated(
  config: DatabaseSettings,
  log: Logger,
  signal?: AbortSignal,
): Promise<{ database: Database; ran: string[] }> {
  const database = await openDatabase(config, log)
  const migrated = async () => {
    const ran = await migrate(database, { log, signal })
    await settlePositions(database)
    return ran
  }
  try {
    const { databaseUrl } = config
    return {
      database,
      ran: await (databaseUrl === undefined ? migrated() : checked(database, databaseUrl, log, migrated)),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function checked(
  database: Database,
  url: string,
  log: Logger,
  migrated: () => Promise<string[]>,
): Promise<string[]> {
  try {
    await checkPostgres(database, log)
    await checkRights(database)
    const ran = await migrated()
    if (ran.length > 0) await checkRights(database)
    return ran
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error
    throw new DatabaseUnusable(explainUnreachable(error, readPostgresAddress(url)), error)
  }
}

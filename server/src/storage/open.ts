/** Opens the database the configuration asks for. */
import type { Logger } from '../process/logger.js'
import type { Database } from './database.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'

export interface DatabaseSettings {
  /** The address of a PostgreSQL server; without one the embedded engine is used. */
  databaseUrl: string | undefined
  dataDir: string
}

export async function openDatabase(config: DatabaseSettings, log: Logger): Promise<Database> {
  if (config.databaseUrl === undefined) {
    return openPglite(config.dataDir, {
      onLost: ({ message }) => log.error({ reason: message }, 'embedded database cannot store'),
      onReturned: () => log.info('embedded database stores again'),
    })
  }
  return openPostgres(config.databaseUrl, {
    // availability.ts reports what this means for statements.
    onError: (error) => log.debug({ err: error }, 'idle database connection failed'),
  })
}

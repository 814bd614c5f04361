/** Opens the database the configuration asks for. */
import type { Config } from '../config.js'
import type { Log } from '../log.js'
import type { Database } from './database.js'
import { openPglite } from './pglite.js'
import { openPostgres } from './postgres.js'

export async function openDatabase(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Log,
): Promise<Database> {
  if (config.databaseUrl === undefined) {
    return openPglite(config.dataDir, {
      onLost: ({ message }) => log.error({ reason: message }, 'embedded database cannot store'),
      onReturned: () => log.info('embedded database stores again'),
    })
  }
  return openPostgres(config.databaseUrl, {
    // What it means for statements is said by availability.ts.
    onError: (error) => log.debug({ err: error }, 'idle database connection failed'),
  })
}

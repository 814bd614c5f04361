/** What is done to the database once before anyone is served: its schema, and the demo app where it is asked for. */
import type { Config } from '../config.js'
import type { Log } from '../log.js'
import type { Database } from '../storage/database.js'
import { openMigrated } from '../storage/open-migrated.js'
import { keepDemoApp } from './demo-app.js'

/** @param signal ends the waiting for another migration @returns it open; whoever asked closes it. */
export async function prepareDatabase(config: Config, log: Log, signal?: AbortSignal): Promise<Database> {
  const { database, ran } = await openMigrated(config, log, signal)
  try {
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated')
    if (config.createDemo) await keepDemoApp(database, config.dataDir)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

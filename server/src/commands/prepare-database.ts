/** What is done to the database once before anyone is served: its schema, and the demo app where it is asked for. */
import type { Config } from '../config.js'
import type { Log } from '../log.js'
import type { Database } from '../storage/database.js'
import { migrate } from '../storage/migrate.js'
import { openDatabase } from '../storage/open.js'
import { keepDemoApp } from './demo-app.js'

/** @returns it open; whoever asked closes it. */
export async function prepareDatabase(config: Config, log: Log): Promise<Database> {
  const database = await openDatabase(config, log)
  try {
    const ran = await migrate(database)
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated')
    if (config.createDemo) await keepDemoApp(database, config.dataDir)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * The preparation before anyone is served: the database's schema, the demo app if requested, and a check that this
 * node's secret and Redis match those of the others.
 */
import { checkRedis } from '../cluster/check-redis.js'
import { namesOf } from '../cluster/keys.js'
import type { Config } from '../config.js'
import type { Logger } from '../process/logger.js'
import type { Database } from '../storage/database.js'
import { readDeployment } from '../storage/deployment.js'
import { openMigrated } from '../storage/open-migrated.js'
import { checkSecret } from '../storage/secret-fingerprint.js'
import { keepDemoApp } from '../apps/demo-app.js'

/** @param signal ends the waiting for another migration @returns the open database, which the caller closes. */
export async function prepareDatabase(config: Config, log: Logger, signal?: AbortSignal): Promise<Database> {
  const { database, ran } = await openMigrated(config, log, signal)
  try {
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated')
    await checkSecret(database, config.secret)
    if (config.redisUrl !== undefined)
      await checkRedis(config.redisUrl, namesOf(await readDeployment(database)))
    if (config.createDemo) await keepDemoApp(database, config.dataDir)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** `alcove serve`: runs a node until it is told to stop. */
import { startNode } from '../app.js'
import type { Config } from '../config.js'
import { createLog } from '../log.js'
import { migrate } from '../storage/migrate.js'
import { openDatabase } from '../storage/open.js'
import { keepDemoApp } from './demo-app.js'

/** A node that cannot finish in this time is stuck; the next one must not wait for it. */
const STOP_WITHIN_MS = 25_000

export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel)
  if (config.ignored.length > 0) {
    log.warn({ variables: config.ignored }, 'this version has no admin pages; variables ignored')
  }
  const database = await openDatabase(config, log)
  try {
    const ran = await migrate(database)
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated')
    if (config.createDemo) await keepDemoApp(database, config.dataDir)
    const node = await startNode({ config, database, log })
    log.info({ port: node.port, host: config.host, engine: database.engine, pid: process.pid }, 'listening')
    const signal = await stopSignal()
    log.info({ signal }, 'stopping')
    const stuck = setTimeout(() => {
      log.error('not stopped in time; leaving')
      process.exit(1)
    }, STOP_WITHIN_MS)
    stuck.unref()
    await node.close()
  } finally {
    await database.close()
  }
  log.info('stopped')
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
  })
}

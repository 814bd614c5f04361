/** `alcove serve`: runs a node until it is told to stop, or a primary with several. */
import { startNode } from '../app.js'
import type { Config } from '../config.js'
import { createLog } from '../log.js'
import { WORKER_VARIABLE } from '../workers/messages.js'
import { servePrimary } from '../workers/primary.js'
import { serveWorker } from '../workers/worker.js'
import { prepareDatabase } from './prepare-database.js'
import { stopSignal, stopWhenStuck } from './stop-signal.js'

export async function serve(config: Config): Promise<void> {
  const log = createLog(config.logLevel)
  const slot = process.env[WORKER_VARIABLE]
  if (slot !== undefined) return serveWorker(config, slot, log.child({ worker: Number(slot) }))
  if (config.ignored.length > 0) {
    log.warn({ variables: config.ignored }, 'this version has no admin pages; variables ignored')
  }
  if (config.workers > 1) return servePrimary(config, log)
  const database = await prepareDatabase(config, log)
  try {
    const node = await startNode({ config, database, log })
    log.info(
      {
        port: node.port,
        host: config.host,
        ...(node.apiPort !== undefined && { apiPort: node.apiPort }),
        engine: database.engine,
        pid: process.pid,
      },
      'listening',
    )
    log.info({ signal: await stopSignal() }, 'stopping')
    stopWhenStuck(log)
    await node.close()
  } finally {
    await database.close()
  }
  log.info('stopped')
}

/** `alcove serve`: runs a node until it is stopped, or a primary with several workers. */
import { startNode } from '../app.js'
import { withSecret, type Config, type Settings } from '../config.js'
import { standardOutput } from '../process/log-destination.js'
import { createLogger, type Logger } from '../process/logger.js'
import { createAppRepository } from '../storage/app-repository.js'
import type { Database } from '../storage/database.js'
import { restrictDataDirectory } from '../storage/owner-only.js'
import { VERSION } from '../process/version.js'
import { WORKER_VARIABLE } from '../workers/messages.js'
import { servePrimary } from '../workers/primary.js'
import { serveWorker } from '../workers/worker.js'
import { warnOfOpenFiles } from '../process/open-files.js'
import { checkPorts } from './check-ports.js'
import { openControlSocket } from './control-socket.js'
import { prepareDatabase } from '../workers/prepare-database.js'
import { stopSignal, stopWhenStuck, unlessStopped } from '../process/stop-signal.js'

const LAST_LINES_WITHIN_MS = 1_000

export async function serve(settings: Settings): Promise<void> {
  const stop = stopSignal()
  const log = createLogger(settings.logLevel)
  // No input ends a node (P9), not even one that triggers a bug.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a failure that nobody caught'))
  const slot = process.env[WORKER_VARIABLE]
  if (slot !== undefined)
    return serveWorker(withSecret(settings), slot, stop, log.child({ worker: Number(slot) }))
  for (const warning of settings.warnings) log.warn(warning)
  await unlessStopped(checkPorts(settings), stop, log)
  const config = withSecret(settings)
  for (const warning of restrictDataDirectory(config.dataDir)) log.warn(warning)
  if (config.workers > 1) await servePrimary(config, stop, log)
  else await serveNode(config, stop, log)
  // A reader that has stopped reading the log must not keep the process alive.
  if (!(await standardOutput().flush(LAST_LINES_WITHIN_MS))) process.exit()
}

async function serveNode(config: Config, stop: Promise<NodeJS.Signals>, log: Logger): Promise<void> {
  const database = await unlessStopped(prepareDatabase(config, log), stop, log)
  const closeControl = database.engine === 'pglite' ? await openControl(config, database, log) : undefined
  try {
    const node = await unlessStopped(startNode({ config, database, log }), stop, log)
    warnOfOpenFiles(config, log)
    log.info(
      {
        version: VERSION,
        port: node.port,
        host: config.host,
        ...(node.apiPort !== undefined && { apiPort: node.apiPort }),
        engine: database.engine,
        ...(database.engine === 'pglite' && { dataDir: config.dataDir }),
        pid: process.pid,
      },
      'listening',
    )
    log.info({ signal: await stop }, 'stopping')
    stopWhenStuck(log)
    await node.close()
  } finally {
    await closeControl?.()
    await database.close()
  }
  log.info('stopped')
}

/** The server works without the socket; the command then needs the server stopped. */
async function openControl(
  { dataDir }: Config,
  database: Database,
  log: Logger,
): Promise<(() => Promise<void>) | undefined> {
  try {
    return await openControlSocket(dataDir, createAppRepository(database), log)
  } catch (error) {
    log.warn({ err: error }, 'the alcove command cannot reach this server while it runs')
    return undefined
  }
}

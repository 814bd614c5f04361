/** One worker: a node that receives its connections from the primary, and ends with it. */
import cluster from 'node:cluster'
import { setupWorker } from '@socket.io/sticky'
import type { Registry } from 'prom-client'
import { startNode } from '../app.js'
import { plainMessage } from '../process/plain-message.js'
import { stopWhenStuck, unlessStopped } from '../process/stop-signal.js'
import type { Config } from '../config.js'
import type { Logger } from '../process/logger.js'
import { openDatabase } from '../storage/open.js'
import { answerMetrics } from './machine-metrics.js'
import { ALIVE_EVERY_MS, type ToPrimary, type ToWorker } from './messages.js'
import { newSessionId } from './session-id.js'

/** Never returns: connections that came from the primary would keep the process alive. */
export async function serveWorker(
  config: Config,
  slot: string,
  signal: Promise<NodeJS.Signals>,
  log: Logger,
): Promise<never> {
  const worker = cluster.worker
  if (!worker) throw new Error('a worker is started by its primary')
  const stop = Promise.race([signal, primaryStops()])
  let registry: Registry | undefined
  const readMachine = answerMetrics(() => registry, say)
  try {
    const database = await unlessStopped(openDatabase(config, log), stop, log)
    const starting = startNode({
      config,
      database,
      log,
      worker: {
        receiveConnections(io) {
          io.engine.generateId = () => newSessionId(worker.id)
          setupWorker(io)
        },
        readMetrics: readMachine,
      },
    })
    const node = await unlessStopped(starting, stop, log)
    node.metrics.registry.setDefaultLabels({ worker: slot })
    registry = node.metrics.registry
    // Not earlier, because connections handed to a worker that is not listening yet would wait for a server that may
    // never start.
    say({ type: 'alcove:ready', apiPort: node.apiPort })
    setInterval(() => say({ type: 'alcove:alive' }), ALIVE_EVERY_MS).unref()
    log.debug({ reason: await stop }, 'stopping')
    say({ type: 'alcove:draining' })
    stopWhenStuck(log)
    await node.close()
    await database.close()
    process.exit(0)
  } catch (error) {
    const reason = plainMessage(error) ?? (error instanceof Error ? error.stack : undefined) ?? String(error)
    process.send?.({ type: 'alcove:failed', reason } satisfies ToPrimary, () => process.exit(1))
    return new Promise(() => {})
  }
}

function say(message: ToPrimary): void {
  // The primary may be gone, which `disconnect` reports.
  if (process.connected) process.send?.(message, () => {})
}

/** The primary asks to stop, or is gone. A signal may arrive too: Ctrl-C reaches all processes of a terminal. */
function primaryStops(): Promise<string> {
  return new Promise((resolve) => {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'alcove:stop') resolve('the primary stops')
    })
    cluster.worker?.on('disconnect', () => {
      // Node would end a worker without its primary immediately; the clients are informed first.
      if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
      resolve('the primary is gone')
    })
  })
}

/**
 * `alcove serve` with several workers: prepares the database, holds the port, and starts, keeps and stops the workers.
 */
import cluster, { type Worker } from 'node:cluster'
import { Counter, Gauge, Registry } from 'prom-client'
import { prepareDatabase } from './prepare-database.js'
import { unlessStopped } from '../process/stop-signal.js'
import type { Config } from '../config.js'
import { NODE_BUDGETS, sharesOf } from '../limits/address-budgets.js'
import type { Logger } from '../process/logger.js'
import { createBalance, type Balance } from './balance.js'
import { openPrimaryListener } from './primary-listener.js'
import { collectMetrics } from './machine-metrics.js'
import type { ToPrimary } from './messages.js'
import { superviseWorkers } from './supervisor.js'
import { warnOfOpenFiles } from '../process/open-files.js'
import { VERSION } from '../process/version.js'

/** @throws WorkerFailed, or the error of the database or the port */
export async function servePrimary(
  config: Config,
  stop: Promise<NodeJS.Signals>,
  log: Logger,
): Promise<void> {
  await (await unlessStopped(prepareDatabase(config, log), stop, log)).close()
  // @socket.io/sticky sends bytes: as JSON they would arrive garbled, and every request would hang.
  cluster.setupPrimary({ serialization: 'advanced' })

  const balance = createBalance()
  const apiPorts = new Set<number>()
  listenTo(balance, apiPorts)
  const own = new Registry()
  const dropped = new Counter({
    name: 'alcove_address_drops_total',
    help: 'Connections and sessions dropped because their address had too many that were not used',
    labelNames: ['kind'] as const,
    registers: [own],
  })
  const listener = await openPrimaryListener({
    host: config.host,
    port: config.port,
    waitingShares: sharesOf(NODE_BUDGETS.silentConnections, config.maxConnections * config.workers),
    choose: balance.choose,
    onDropped: () => dropped.inc({ kind: 'silent_connection' }),
  })
  const replaced = new Counter({
    name: 'alcove_workers_replaced_total',
    help: 'Workers that ended and were replaced',
    registers: [own],
  })
  new Gauge({
    name: 'alcove_workers',
    help: 'Workers that take connections',
    registers: [own],
    collect() {
      this.set(balance.sizes.size)
    },
  })
  collectMetrics({
    own,
    workers: () => [...balance.sizes.keys()].flatMap((id) => cluster.workers?.[id] ?? []),
  })
  const supervisor = superviseWorkers({ workers: config.workers, log, onReplaced: () => replaced.inc() })

  try {
    const signal = await Promise.race([supervisor.started.then(() => undefined), stop])
    if (signal === undefined) {
      const [apiPort] = apiPorts
      warnOfOpenFiles(config, log)
      log.info(
        {
          version: VERSION,
          port: listener.port,
          host: config.host,
          ...(apiPort !== undefined && { apiPort }),
          workers: config.workers,
          engine: 'postgres',
          pid: process.pid,
        },
        'listening',
      )
    }
    log.info({ signal: await stop }, 'stopping')
  } finally {
    // The port stays open while the workers drain, because each poll of a remaining session is a new connection.
    const isClean = await supervisor.stop()
    listener.close()
    if (!isClean) process.exitCode = 1
  }
  log.info('stopped')
}

/** Handles the workers' own messages and those of @socket.io/sticky about their sessions. */
function listenTo(balance: Balance, apiPorts: Set<number>): void {
  cluster.on(
    'message',
    ({ id }: Worker, message: ToPrimary | { type: 'sticky:connection' | 'sticky:disconnection' }) => {
      switch (message.type) {
        case 'alcove:ready':
          balance.ready(id)
          if (message.apiPort !== undefined) apiPorts.add(message.apiPort)
          break
        case 'alcove:draining':
          balance.draining(id)
          break
        case 'alcove:alive':
          balance.alive(id)
          break
        case 'sticky:connection':
          balance.opened(id)
          break
        case 'sticky:disconnection':
          balance.closed(id)
          break
        default:
      }
    },
  )
  for (const event of ['disconnect', 'exit'] as const) cluster.on(event, ({ id }: Worker) => balance.gone(id))
}

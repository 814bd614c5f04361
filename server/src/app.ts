/** One node, assembled from its parts. `serve` and the tests start it the same way. */
import type { AddressInfo } from 'node:net'
import { isEmoji } from '@alcove/sdk/protocol'
import { createAppDirectory } from './apps/app-directory.js'
import { DEMO_APP } from './apps/demo-app.js'
import type { Config } from './config.js'
import { openApiPort, type ApiPort } from './http/api-port.js'
import { guardConnections } from './http/guard-connections.js'
import { answerBrokenOff } from './http/answered-request.js'
import { refuseExpectations, setDefaultHeaders } from './http/guard-requests.js'
import { createHttpServer } from './http/server.js'
import { createWriteIds } from './http/v1/write-ids.js'
import { createGuestTokens } from './identity/guest-token.js'
import { NODE_BUDGETS, rateOf, sharesOf } from './limits/address-budgets.js'
import { createAddressRates } from './limits/address-rates.js'
import type { Logger } from './process/logger.js'
import { createMetrics, type Metrics } from './metrics.js'
import { createRunner } from './operations/run.js'
import { createAuthenticator } from './operations/session/authenticate.js'
import { adoptName } from './operations/session/rename.js'
import { createCapacity } from './limits/capacity.js'
import { joinCluster } from './delivery/join-cluster.js'
import { createSharedConnections } from './limits/shared-connections.js'
import { createSharedRates } from './limits/shared-rates.js'
import { createConnectionLimits } from './limits/connection-limits.js'
import { createConnectionRegistry } from './realtime/connection-registry.js'
import type { RealtimeServer } from './realtime/connection.js'
import { createRealtimeServer, openGateway } from './realtime/gateway.js'
import type { ProtocolRange } from './operations/session/protocol-version.js'
import { createRateLimits } from './limits/rate-limits.js'
import { watchSessionExpiry } from './realtime/session-expiry.js'
import { watchSlowReaders } from './realtime/slow-readers.js'
import { startHeadCheck } from './rooms/head-check.js'
import { startRoomCensus } from './rooms/room-census.js'
import { createRoomHub, type OpenRoom } from './rooms/room-hub.js'
import { createOwnReactionReads } from './log/own-reactions.js'
import { createRoomLogs } from './rooms/room-logs.js'
import { createRoomRefs } from './rooms/room-ref.js'
import { createRoomLog } from './log/room-log.js'
import { createRoomWriter } from './log/room-writer.js'
import { createAppRepository } from './storage/app-repository.js'
import { watchAvailability } from './storage/availability.js'
import { watchStatements, type Database } from './storage/database.js'
import { readDeployment } from './storage/deployment.js'
import { createChangeRepository } from './storage/change-repository.js'
import { createReactionRepository } from './storage/reaction-repository.js'
import { createMessageRepository } from './storage/message-repository.js'
import { createReadTurns } from './storage/read-turns.js'
import { createRoomRepository } from './storage/room-repository.js'

export interface Node {
  port: number
  apiPort: number | undefined
  metrics: Metrics
  /** Stops accepting requests, sends clients elsewhere, commits accepted messages, and closes. Idempotent. */
  close(): Promise<void>
}

export interface NodeParts {
  config: Pick<Config, 'host' | 'port' | 'secret' | 'trustProxy' | 'maxConnections'> &
    Partial<Pick<Config, 'apiPort' | 'redisUrl' | 'metricsToken' | 'createDemo'>>
  /** A migrated database. Stays open after `close`; the caller that opened it closes it. */
  database: Database
  log: Logger
  /** Set on a machine with several workers; see workers/worker.ts. */
  worker?: WorkerPart
  headCheckEveryMs?: number
  /** Differs from ours when a test simulates an older or newer node. */
  protocols?: ProtocolRange
}

export interface WorkerPart {
  /** Called instead of listening, because connections come from the primary. */
  receiveConnections(io: RealtimeServer): void
  /** The metrics of all workers. */
  readMetrics(): Promise<string>
}

/** PostgreSQL commits several rooms' batches at once; the embedded engine runs one statement at a time. */
const POSTGRES_LANES = 4

/** Functions that close what was opened. Called in reverse order. */
type Closers = (() => unknown)[]

export async function startNode(parts: NodeParts): Promise<Node> {
  const closers: Closers = []
  const stop = async () => {
    for (const close of closers.reverse()) await close()
  }
  try {
    const opened = await openNode(parts, closers)
    let closing: Promise<void> | undefined
    return { ...opened, close: () => (closing ??= stop()) }
  } catch (error) {
    // Anything left open would keep the process alive after it reported why it cannot start.
    await stop()
    throw error
  }
}

async function openNode(parts: NodeParts, closers: Closers): Promise<Omit<Node, 'close'>> {
  const { config, log, worker, headCheckEveryMs, protocols } = parts
  // Compiles the pattern, which would otherwise hold up everybody at the first reaction.
  isEmoji('👍')
  const metrics = createMetrics()
  const watched = watchAvailability(parts.database, log)
  const { availability } = watched
  const database = watchStatements(watched.database, () => metrics.statements.inc())
  const turns = createReadTurns(database.engine)
  const messages = createMessageRepository(database, turns)
  const rooms = createRoomRepository(database)
  const guests = createGuestTokens(config.secret)
  const apps = createAppDirectory(createAppRepository(database), log)
  const authenticator = createAuthenticator({ apps, guests, protocols })
  const registry = createConnectionRegistry()

  const io = createRealtimeServer(metrics)
  const capacity = createCapacity({
    maxConnections: config.maxConnections,
    countConnections: () => registry.size,
  })
  const readiness = {
    isDraining: false,
    get isFull() {
      return capacity.isFull
    },
  }
  const cluster = joinCluster({
    redisUrl: config.redisUrl,
    deployment: config.redisUrl === undefined ? '' : await readDeployment(database),
    io,
    receivers: () => ({
      ...hub.receivers,
      'user:renamed'(_channel, { app, user }) {
        adoptName({ guests, seats: registry }, app, user).catch((error: unknown) =>
          log.error({ err: error }, 'a rename on another node could not be taken over'),
        )
      },
    }),
    metrics,
    log,
  })
  closers.push(() => cluster.close())
  const { fanOut, rosters } = cluster
  const rates = createRateLimits(cluster.shared && createSharedRates({ ...cluster.shared, metrics, log }))
  const connectionLimits = createConnectionLimits(
    cluster.shared && createSharedConnections({ ...cluster.shared, metrics, log }),
  )
  closers.push(() => connectionLimits.close())
  const openRoom = (appId: string, roomId: string): OpenRoom | undefined => hub.get(appId, roomId)
  const refs = createRoomRefs({ rooms, openRoom })
  const hub = createRoomHub({
    refs,
    messages,
    rosters,
    fanOut,
    metrics,
    nodeName: () => cluster.shared?.lease.name ?? '',
    onUndelivered: (roomKey, error) => {
      log.error({ err: error, room: roomKey }, 'what was committed could not be delivered')
      void headCheck.check([roomKey])
    },
  })
  closers.push(() => hub.close())
  // The lease still holds this node's people: they reconnect elsewhere, and nobody should see them leave.
  closers.push(() => cluster.retire())
  const census = startRoomCensus({ rooms, apps, hub, rosters, metrics, log })
  closers.push(() => census.close())
  const headCheck = startHeadCheck({
    hub,
    rooms,
    metrics,
    log,
    ...(headCheckEveryMs !== undefined && { everyMs: headCheckEveryMs }),
  })
  closers.push(() => headCheck.close())
  // Facts that others published while Redis was down did not reach us (P5).
  cluster.shared?.redis.onBack(() => void headCheck.check())
  const writer = createRoomWriter({
    messages,
    changes: createChangeRepository(database, turns),
    metrics,
    log,
    lanes: database.engine === 'postgres' ? POSTGRES_LANES : 1,
    onCommitted: (batch) => hub.publish(batch),
    onUncertain: (roomKeys) => void headCheck.check(roomKeys),
  })
  closers.push(async () => {
    await writer.close()
    hub.flush()
  })

  const runner = createRunner({
    hub,
    writer,
    rooms,
    rosters,
    census,
    rates,
    fanOut,
    guests,
    refs,
    logOf: createRoomLogs({ openRoom, create: (roomKey) => createRoomLog(roomKey, messages, metrics) }),
    reactions: createOwnReactionReads(createReactionRepository(database, turns), metrics),
    seats: registry,
    beforeChange: [],
  })
  const requests = createAddressRates(rateOf(NODE_BUDGETS.requests))
  const http = createHttpServer({
    apps,
    database,
    availability,
    redis: cluster.shared?.redis,
    authenticator,
    runner,
    rates,
    writeIds: createWriteIds(config.secret),
    metrics,
    readMetrics: worker?.readMetrics ?? (() => metrics.registry.metrics()),
    metricsToken: config.metricsToken,
    requests,
    readiness,
    log,
    trustProxy: config.trustProxy,
    demoApp: config.createDemo ? DEMO_APP : undefined,
  })
  closers.push(() => http.close())
  let api: ApiPort | undefined
  // Keeps answering until the clients are gone.
  closers.push(() => api?.close())
  const gateway = openGateway({
    io,
    http: http.server,
    authenticator,
    registry,
    connectionLimits,
    rates,
    readiness,
    capacity,
    maxConnections: config.maxConnections,
    requests,
    metrics,
    log,
    trustProxy: config.trustProxy,
    runner,
  })
  const guard = guardConnections({
    shares: sharesOf(NODE_BUDGETS.silentConnections, config.maxConnections),
    onDropped: (kind) => metrics.addressDrops.inc({ kind }),
  })
  guard.watch(http.server)
  setDefaultHeaders(http.server)
  refuseExpectations(http.server)
  answerBrokenOff(http.server)
  closers.push(() => guard.close())
  closers.push(
    watchSlowReaders({ engine: io.engine, engineSockets: gateway.engineSockets, metrics, log }),
    watchSessionExpiry(registry),
    // Messages are accepted until the last connection is closed, and each is acked before its own connection closes.
    () => {
      readiness.isDraining = true
      return gateway.drain()
    },
  )

  if (worker) {
    await http.ready()
    worker.receiveConnections(io)
  } else {
    await http.listen({ host: config.host, port: config.port })
  }
  if (config.apiPort !== undefined)
    api = await openApiPort(http, { host: config.host, port: config.apiPort, guard })

  return {
    port: (http.server.address() as AddressInfo | null)?.port ?? config.port,
    apiPort: api?.port,
    metrics,
  }
}

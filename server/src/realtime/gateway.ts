/** The Socket.IO edge: who may connect, what they receive first, and what is cleaned up when they leave. */
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import cors from 'cors'
import { Server } from 'socket.io'
import { LIMITS, type WireError } from '@alcove/sdk/protocol'
import { createFailureReport } from '../errors/failure-report.js'
import { Refusal } from '../errors/refusal.js'
import type { Readiness } from '../limits/readiness.js'
import { answerOtherProtocols } from '../http/other-protocols.js'
import { isRenamable } from '../identity/identity.js'
import { NODE_BUDGETS, rateOf, sharesOf } from '../limits/address-budgets.js'
import { createAddressRates, type AddressRates } from '../limits/address-rates.js'
import { clientAddress } from '../limits/client-address.js'
import { newGuestLimit } from '../limits/request-limits.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { RECONNECT_GRACE_MS } from '../rooms/presence.js'
import { leave } from '../operations/rooms/leave.js'
import type { Runner } from '../operations/run.js'
import type { Authenticator } from '../operations/session/authenticate.js'
import type { Capacity } from '../limits/capacity.js'
import { Connection, type ClientSocket, type RealtimeServer } from './connection.js'
import type { ConnectionLimits, ReleaseConnection } from '../limits/connection-limits.js'
import type { ConnectionRegistry } from './connection-registry.js'
import { createDispatcher } from './dispatch.js'
import { guardAdmission, guardHeads } from './admission.js'
import { createOriginGate } from './origin-gate.js'
import { drainConnections } from './drain.js'
import { forgetHandshake } from './forget-handshake.js'
import type { RateLimits } from '../limits/rate-limits.js'
import type { Session } from '../operations/session/session.js'
import { boundUnsent } from './slow-readers.js'
import { watchUnnamedSessions } from './unnamed-sessions.js'
import { boundedWebSocketServer } from './websocket-engine.js'
import { watchEngineSockets, type EngineSocket, type EngineSockets } from './engine-sockets.js'

/** Unnamed sessions end by their own timeout; that of Socket.IO, which waits for an orderly close, comes later. */
const CONNECT_TIMEOUT_MS = LIMITS.handshakeTimeoutMs + 2_000

/** Time for the last packets, and then for the other side to close its connection. */
const LAST_WORDS_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20
const FAREWELL_WITHIN_MS = 1_000

/** Created before the rooms, whose facts it delivers; accepts nobody until `open`. */
export function createRealtimeServer(metrics?: Metrics): RealtimeServer {
  return new Server({
    serveClient: false,
    transports: ['polling', 'websocket'],
    connectTimeout: CONNECT_TIMEOUT_MS,
    wsEngine: boundedWebSocketServer(() => metrics?.hostileConnections.inc()),
    maxHttpBufferSize: LIMITS.frameBytes,
    // Compression costs 250 KB a connection and the encode-once path (facts measured in docs/adr).
    perMessageDeflate: false,
    httpCompression: false,
    // Half-open connections are detected within 40 s; with the grace period of presence that stays below the 45 s of
    // P6.
    pingInterval: 25_000,
    pingTimeout: 15_000,
  })
}

export interface Gateway {
  /** Every open connection, with a session or without. */
  engineSockets: EngineSockets
  /**
   * Asks every client to reconnect elsewhere, in slices, and closes the connections. Requests in the meantime are
   * answered.
   */
  drain(): Promise<void>
}

export function openGateway(parts: {
  io: RealtimeServer
  http: HttpServer
  authenticator: Authenticator
  runner: Runner
  registry: ConnectionRegistry
  connectionLimits: ConnectionLimits
  rates: RateLimits
  readiness: Readiness
  capacity: Capacity
  maxConnections: number
  /** The rate of plain HTTP requests per address. */
  requests: AddressRates
  metrics: Metrics
  log: Logger
  trustProxy: number
}): Gateway {
  const {
    io,
    http,
    authenticator,
    runner,
    registry,
    connectionLimits,
    rates,
    readiness,
    capacity,
    metrics,
    log,
  } = parts
  const dispatcher = createDispatcher({ runner, metrics, log })
  const reportFailure = createFailureReport({ metrics, log })

  const gate = createOriginGate({ authenticator, trustProxy: parts.trustProxy, metrics })
  const bound = boundUnsent(metrics)
  // Engine.IO takes a moment before it accepts an upgrade that HTTP has already released: a reset in between would end
  // the process.
  http.on('upgrade', (_request, socket) => bound(socket.on('error', () => {})))
  answerOtherProtocols(http, ({ url }) => url?.startsWith(`${io.path()}/`) === true)

  io.attach(http, {
    // It would end requests answered above after one second, even if the answer takes longer.
    destroyUpgrade: false,
    allowRequest: gate.allowRequest,
  })

  const addressOf = ({ headers, socket }: IncomingMessage) =>
    clientAddress(headers, socket.remoteAddress, parts.trustProxy)
  // CORS answers preflights and looks up the app first. As an option it would run before every other middleware.
  guardHeads(io.engine, { requests: parts.requests, addressOf, metrics })
  io.engine.use(cors(gate.cors))
  io.engine.use(gate.refuseForeign)
  const engineSockets = watchEngineSockets(io.engine, metrics)
  const unnamed = watchUnnamedSessions({
    engine: io.engine,
    shares: sharesOf(NODE_BUDGETS.unnamedSessions, parts.maxConnections),
    addressOf: ({ request }) => addressOf(request),
    onDropped: () => metrics.addressDrops.inc({ kind: 'unnamed_session' }),
  })
  guardAdmission(io.engine, {
    capacity,
    readiness,
    engineSockets,
    unnamed,
    addressOf,
    metrics,
    newSessions: createAddressRates(rateOf(NODE_BUDGETS.newSessions)),
    requests: parts.requests,
  })

  io.use((socket, next) => {
    void admit(socket).then(
      () => next(),
      (error: unknown) =>
        next(asConnectError(reportFailure(error, { operation: 'handshake', isRepeatable: true }))),
    )
  })

  async function admit(socket: ClientSocket): Promise<void> {
    if (readiness.isDraining)
      throw new Refusal('draining', 'unable to connect; the node is shutting down', 1_000)
    const { headers, auth } = socket.handshake
    const address = clientAddress(headers, socket.conn.remoteAddress, parts.trustProxy)
    await rates.take('handshake', address, rateOf(NODE_BUDGETS.handshakes), 'connect')
    const session = await authenticator.authenticate({ auth, from: gate.originOf(socket.request), address })
    const reservation = capacity.reserve()
    if (reservation.kind === 'turned-away') {
      // The last slot was taken in the meantime. Closed before the refusal can be sent: the client returns immediately
      // and is turned away before it has a session, which makes a balancer choose another node.
      socket.conn.close()
      throw new Refusal('overloaded', `unable to connect; ${reservation.reason}`, reservation.retryAfterMs)
    }
    try {
      const releaseConnection = await takeConnection(session)
      Object.assign(socket.data, { session, releaseConnection, settle: reservation.settle })
    } catch (error) {
      reservation.settle()
      throw error
    }
    const { releaseConnection, settle } = socket.data
    for (const giveBack of [() => releaseConnection(), settle]) socket.conn.on('close', giveBack)
    // The connection may have broken in the meantime.
    if (socket.conn.readyState === 'open') return
    releaseConnection()
    settle()
  }

  async function takeConnection(session: Session): Promise<ReleaseConnection> {
    const releaseConnection = await connectionLimits.take(session)
    if (!session.isNewGuest) return releaseConnection
    try {
      await rates.takeAll([newGuestLimit(session)])
      return releaseConnection
    } catch (error) {
      releaseConnection()
      throw error
    }
  }

  io.on('connection', (socket) => {
    const { session, releaseConnection, settle } = socket.data
    const connection = new Connection(socket)
    registry.add(connection)
    settle()
    socket.conn.off('close', settle)
    unnamed.named(engineSocketOf(socket))
    metrics.connections.set(registry.size)
    socket.on('disconnect', (reason) => {
      const how = reason === 'client namespace disconnect' ? 'left' : 'broken'
      // A node that shuts down sends everybody elsewhere, where they keep their identity.
      const isSeatKept = how === 'broken' && connection.rooms.size > 0 && !readiness.isDraining
      releaseConnection(isSeatKept ? RECONNECT_GRACE_MS : 0)
      registry.remove(connection)
      metrics.connections.set(registry.size)
      for (const room of [...connection.rooms.keys()]) leave(connection, room, how)
      // A connection without its session is useless.
      if (socket.conn.readyState !== 'closed') unnamed.ended(engineSocketOf(socket), session.address)
      socket.conn.close()
    })
    dispatcher.listen(connection)
    const { protocol, app, identity, guestToken } = session
    socket.emit('session:opened', {
      protocol,
      me: identity.user,
      ...(guestToken !== undefined && { guestToken }),
      ...(identity.kind === 'signed' && { expiresAt: identity.expiresAt }),
      renamable: isRenamable(identity),
      limits: app.limits,
      serverTime: Date.now(),
    })
    forgetHandshake(socket)
  })

  return {
    engineSockets,
    async drain() {
      const transports = new Set([...engineSockets.all()].map(({ transport }) => transport))
      await drainConnections(registry)
      // A poll that is just arriving carries the last packets.
      for (const until = Date.now() + LAST_WORDS_WITHIN_MS; registry.size > 0 && Date.now() < until;)
        await wait(LOOK_EVERY_MS)
      for (const { transport } of engineSockets.all()) transports.add(transport)
      const closed = io.close()
      await Promise.race([closed, wait(FAREWELL_WITHIN_MS)])
      // A client that does not answer the close would hold up the node for 30 s.
      for (const { socket } of transports) socket?.terminate()
      http.closeAllConnections()
      await closed
      unnamed.close()
    },
  }
}

const engineSocketOf = (socket: ClientSocket): EngineSocket => socket.conn as unknown as EngineSocket

/** Socket.IO sends an error's `message` and `data` to the client as `connect_error`. */
function asConnectError(wire: WireError): Error {
  return Object.assign(new Error(wire.message), { data: wire })
}

/** The Socket.IO edge: who may connect, what they are told first, and what is cleaned up when they go. */
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import cors from 'cors'
import { Server } from 'socket.io'
import { LIMITS, type WireError } from '@alcove/sdk/protocol'
import { Refusal, toWireError } from '../errors/refusal.js'
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

/** Unnamed sessions end by their own rule; Socket.IO's, which waits for an orderly close, comes after it. */
const CONNECT_TIMEOUT_MS = LIMITS.handshakeTimeoutMs + 2_000

/** For the last words on the way, and then for the other side to end its connection too. */
const LAST_WORDS_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20
const FAREWELL_WITHIN_MS = 1_000

/** Made before the rooms, whose facts it carries; accepts nobody until `open`. */
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
    // A half-open connection is found within 40 s; with the grace of presence that stays below the 45 s of P6.
    pingInterval: 25_000,
    pingTimeout: 15_000,
  })
}

export interface Gateway {
  /** Every open connection, with a session or without. */
  engineSockets: EngineSockets
  /** Tells every client to come back elsewhere, in slices, and closes the connections. What is asked meanwhile is answered. */
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
  /** Plain HTTP requests of an address. */
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

  const gate = createOriginGate({ authenticator, trustProxy: parts.trustProxy, metrics })
  const bound = boundUnsent(metrics)
  // Engine.IO looks a while before it takes an upgrade, and HTTP has let go of it: a reset then would end the process.
  http.on('upgrade', (_request, socket) => bound(socket.on('error', () => {})))
  answerOtherProtocols(http, ({ url }) => url?.startsWith(`${io.path()}/`) === true)

  io.attach(http, {
    // It would end after a second what is answered above, also where the answer takes longer.
    destroyUpgrade: false,
    allowRequest: gate.allowRequest,
  })

  const addressOf = ({ headers, socket }: IncomingMessage) =>
    clientAddress(headers, socket.remoteAddress, parts.trustProxy)
  // CORS answers preflights and asks for the app first. As an option it would come before every other middleware.
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
    ...{ capacity, readiness, engineSockets, unnamed, addressOf, metrics },
    newSessions: createAddressRates(rateOf(NODE_BUDGETS.newSessions)),
    requests: parts.requests,
  })

  io.use((socket, next) => {
    void admit(socket).then(
      () => next(),
      (error: unknown) => next(asConnectError(reported(error))),
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
      // The last place went meanwhile. Closed before the refusal can be sent: the client comes again at once, and is turned away
      // before it has a session, which a balancer understands and takes elsewhere.
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
    // It may have broken meanwhile.
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
      // A node that shuts down sends everybody elsewhere, where they are the same people.
      const isSeatKept = how === 'broken' && connection.rooms.size > 0 && !readiness.isDraining
      releaseConnection(isSeatKept ? RECONNECT_GRACE_MS : 0)
      registry.remove(connection)
      metrics.connections.set(registry.size)
      for (const room of [...connection.rooms.keys()]) leave(connection, room, how)
      // Without its session a connection is of no use.
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

  function reported(error: unknown): WireError {
    const { wire, requestId } = toWireError(error, true)
    metrics.refusals.inc({ code: wire.code })
    if (requestId !== undefined) {
      metrics.faults.inc()
      log.error({ err: error, requestId }, 'handshake failed unexpectedly')
    }
    return wire
  }

  return {
    engineSockets,
    async drain() {
      const transports = new Set([...engineSockets.all()].map(({ transport }) => transport))
      await drainConnections(registry)
      // A poll that is just being asked for takes the last words with it.
      for (const until = Date.now() + LAST_WORDS_WITHIN_MS; registry.size > 0 && Date.now() < until;)
        await wait(LOOK_EVERY_MS)
      for (const { transport } of engineSockets.all()) transports.add(transport)
      const closed = io.close()
      await Promise.race([closed, wait(FAREWELL_WITHIN_MS)])
      // Who does not answer the close would hold the node for 30 s.
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

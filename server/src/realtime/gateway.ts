/** The Socket.IO edge: who may connect, what they are told first, and what is cleaned up when they go. */
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { Server } from 'socket.io'
import {
  LIMITS,
  type ClientToServerEvents,
  type ServerToClientEvents,
  type WireError,
} from '@alcove/sdk/protocol'
import { Refusal, toWireError, wireError } from '../errors.js'
import type { Readiness } from '../http/health.js'
import { isRenamable } from '../identity/identity.js'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import type { Authenticator } from './authenticate.js'
import { clientAddress } from './client-address.js'
import { closeConnection, createConnection, type ClientSocket, type Session } from './connection.js'
import type { ConnectionRegistry } from './connection-registry.js'
import { createDispatcher } from './dispatch.js'
import { leaveRoom } from './handlers/join-room.js'
import type { RateLimits } from './rate-limits.js'
import type { Services } from './request.js'
import { watchWires, type Wire } from './wires.js'

export type RealtimeServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  Record<never, never>,
  { session: Session }
>

/** Handshakes of one address: a whole office reconnects within seconds, a guesser does not get far. */
const HANDSHAKE_RATE = { points: 600, windowSeconds: 10 }

/** Made before the rooms, whose facts it carries; accepts nobody until `open`. */
export function createRealtimeServer(): RealtimeServer {
  return new Server({
    serveClient: false,
    transports: ['polling', 'websocket'],
    connectTimeout: LIMITS.handshakeTimeoutMs,
    maxHttpBufferSize: LIMITS.frameBytes,
    // Compression costs 250 KB a connection and the encode-once path (facts measured in docs/adr).
    perMessageDeflate: false,
    httpCompression: false,
    // A half-open connection is found within 40 s; with the grace of presence that stays below the 45 s of P6.
    pingInterval: 20_000,
    pingTimeout: 20_000,
  })
}

export interface Gateway {
  /** Every open connection, with a session or without. */
  wires: Iterable<Wire>
  /** Tells every client to come back elsewhere and closes the connections. */
  drain(): Promise<void>
}

export function openGateway(parts: {
  io: RealtimeServer
  http: HttpServer
  authenticator: Authenticator
  services: Services
  registry: ConnectionRegistry
  rates: RateLimits
  readiness: Readiness
  metrics: Metrics
  log: Log
  trustProxy: number
}): Gateway {
  const { io, http, authenticator, services, registry, rates, readiness, metrics, log } = parts
  const dispatcher = createDispatcher({ services, metrics, log })

  /** The origin is known before the app's own words arrive when the address names the app, as the SDK's does. */
  async function isUpgradeAllowed(request: IncomingMessage): Promise<boolean> {
    const { origin } = request.headers
    if (origin !== undefined && !/^https?:\/\//.test(origin)) return false
    const app = appInQuery(request)
    if (app === undefined) return true
    try {
      await authenticator.checkAccess(app, origin)
      return true
    } catch (error) {
      // Whatever else is wrong is better said after the upgrade, where the client can read it.
      return !(error instanceof Refusal && error.code === 'origin_not_allowed')
    }
  }

  io.attach(http, {
    allowRequest: (request, decide) => {
      void isUpgradeAllowed(request).then((allowed) => {
        if (!allowed) metrics.refusals.inc({ code: 'origin_not_allowed' })
        decide(allowed ? null : 'origin_not_allowed', allowed)
      })
    },
    cors: ((request: IncomingMessage, decide: (error: null, options: object) => void) => {
      void isUpgradeAllowed(request).then((allowed) => {
        const isNamed = appInQuery(request) !== undefined
        decide(null, {
          origin: allowed && isNamed ? request.headers.origin : false,
          methods: ['GET', 'POST'],
        })
      })
    }) as never,
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
    await rates.take('handshake', address, HANDSHAKE_RATE, 'connect')
    const session = await authenticator.authenticate({ auth, origin: headers.origin, address })
    registry.checkRoomFor(session)
    socket.data.session = session
  }

  io.on('connection', (socket) => {
    const { session } = socket.data
    const connection = createConnection(socket)
    try {
      // Again: handshakes that ran at the same time all saw the same free place.
      registry.checkRoomFor(session)
    } catch (error) {
      closeConnection(connection, reported(error))
      return
    }
    const remove = registry.add(connection)
    metrics.connections.set(registry.size)
    socket.on('disconnect', (reason) => {
      remove()
      metrics.connections.set(registry.size)
      const how = reason === 'client namespace disconnect' ? 'left' : 'broken'
      for (const room of [...connection.rooms.keys()]) leaveRoom(connection, room, how)
      // Without its session a connection counts nowhere and is of no use.
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
  })

  function reported(error: unknown): WireError {
    const { wire, requestId } = toWireError(error)
    metrics.refusals.inc({ code: wire.code })
    if (requestId !== undefined) {
      metrics.faults.inc()
      log.error({ err: error, requestId }, 'handshake failed unexpectedly')
    }
    return wire
  }

  return {
    wires: watchWires(io.engine, metrics),
    async drain() {
      for (const connection of [...registry.all()]) {
        closeConnection(
          connection,
          wireError('draining', 'unable to keep connection; the node is shutting down', 1_000),
        )
      }
      await io.close()
    },
  }
}

/** The app's public id in the request's address. Only that: no secret is ever read from there. */
function appInQuery(request: IncomingMessage): string | undefined {
  return new URL(request.url ?? '/', 'http://localhost').searchParams.get('app') ?? undefined
}

/** Socket.IO sends an error's `message` and `data` to the client as `connect_error`. */
function asConnectError(wire: WireError): Error {
  return Object.assign(new Error(wire.message), { data: wire })
}

/** One realtime connection: who it belongs to, which rooms it is in, and the order of its requests. */
import type { Server, Socket } from 'socket.io'
import type { ClientToServerEvents, ServerToClientEvents, WireError } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import type { Identity } from '../identity/identity.js'
import type { Session } from '../operations/session/session.js'
import type { OpenRoom } from '../rooms/room-hub.js'
import type { ReleaseConnection } from '../limits/connection-limits.js'
import { FloodGate } from './flood-gate.js'
import { RequestQueue } from './request-queue.js'

/** `socket.data` until the connection stands. */
export interface Admission {
  session: Session
  /** Of the user and of the address; again does nothing. */
  releaseConnection: ReleaseConnection
  /** The place among all connections of the node, until it counts as one; again does nothing. */
  settle: () => void
}

export type ClientSocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<never, never>, Admission>
export type RealtimeServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  Record<never, never>,
  Admission
>

export interface Connection {
  readonly id: string
  readonly app: App
  readonly address: string
  readonly socket: ClientSocket
  readonly rooms: Map<string, OpenRoom>
  readonly floodGate: FloodGate
  readonly queue: RequestQueue
  /** Changes with a rename and with a fresh token. */
  identity: Identity
}

export function createConnection(socket: ClientSocket): Connection {
  const { app, identity, address } = socket.data.session
  return {
    id: socket.id,
    ...{ app, address, socket, identity },
    rooms: new Map(),
    floodGate: new FloodGate(),
    queue: new RequestQueue(),
  }
}

/**
 * Closes the transport, not the socket: "io server disconnect" would tell the client never to come back, and
 * whether it should is for `error.retryable` to say.
 */
export function closeConnection(connection: Connection, error: WireError): void {
  connection.socket.emit('session:closing', { error })
  connection.socket.conn.close()
}

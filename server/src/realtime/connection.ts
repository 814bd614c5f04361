/** One realtime connection: its identity, the rooms it has joined, and the order of its requests. */
import type { Server, Socket } from 'socket.io'
import type { ClientToServerEvents, ServerToClientEvents, WireError } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import type { Identity } from '../identity/identity.js'
import type { ReleaseConnection } from '../limits/connection-limits.js'
import type { Seat } from '../operations/seat.js'
import type { Session } from '../operations/session/session.js'
import type { OpenRoom } from '../rooms/room-hub.js'
import { FloodGate } from './flood-gate.js'
import { RequestQueue } from './request-queue.js'

/** `socket.data` until the connection is established. */
export interface Admission {
  session: Session
  /** Releases the slots of the user and the address; repeated calls do nothing. */
  releaseConnection: ReleaseConnection
  /** Releases the slot reserved on the node until the connection itself counts; repeated calls do nothing. */
  settle: () => void
}

export type ClientSocket = Socket<ClientToServerEvents, ServerToClientEvents, Record<never, never>, Admission>
export type RealtimeServer = Server<
  ClientToServerEvents,
  ServerToClientEvents,
  Record<never, never>,
  Admission
>

/** What a connection uses of its socket. */
export interface SocketOfConnection {
  readonly id: string
  readonly data: Pick<Admission, 'session'>
  readonly connected: boolean
  readonly conn: { close(): void }
  emit<E extends keyof ServerToClientEvents>(event: E, ...fact: Parameters<ServerToClientEvents[E]>): unknown
  join(channel: string): Promise<void> | void
  leave(channel: string): Promise<void> | void
  onAny(listener: (...frame: unknown[]) => void): unknown
}

/** A class, like everything that exists once per connection: see request-queue.ts. */
export class Connection implements Seat {
  readonly id: string
  readonly app: App
  readonly address: string
  readonly socket: SocketOfConnection
  readonly rooms = new Map<string, OpenRoom>()
  readonly floodGate = new FloodGate()
  readonly queue = new RequestQueue()
  /** Changes with a rename and a fresh token. */
  identity: Identity

  constructor(socket: SocketOfConnection) {
    const { app, identity, address } = socket.data.session
    this.id = socket.id
    this.app = app
    this.address = address
    this.socket = socket
    this.identity = identity
  }

  get isOpen(): boolean {
    return this.socket.connected
  }

  async subscribe(channel: string): Promise<void> {
    await this.socket.join(channel)
  }

  unsubscribe(channel: string): void {
    void this.socket.leave(channel)
  }

  deliver<E extends keyof ServerToClientEvents>(
    event: E,
    ...fact: Parameters<ServerToClientEvents[E]>
  ): void {
    this.socket.emit(event, ...fact)
  }
}

/**
 * Closes the transport, not the socket: "io server disconnect" would make the client stay away, which is for
 * `error.retryable` to decide.
 */
export function closeConnection(connection: Connection, error: WireError): void {
  connection.deliver('session:closing', { error })
  connection.socket.conn.close()
}

/**
 * Engine.IO connections, below Socket.IO: counts the packets before, after and outside of a session (P7, P9). A socket
 * may open one session, on the main namespace, and is closed with it. Socket.IO itself would answer any number of
 * further connect requests with an echo, even to a client that never reads.
 */
import type { IncomingMessage } from 'node:http'
import type { Metrics } from '../metrics.js'

/** The parts of an Engine.IO socket that matter here. Not all are in its public types. Listeners get it as `this`. */
export interface EngineSocket {
  id: string
  /** The request that started it. */
  request: IncomingMessage
  remoteAddress: string
  /** The upgrade from long-polling to a WebSocket: under way, or done. */
  upgrading: boolean
  upgraded: boolean
  writeBuffer: QueuedPacket[]
  transport: {
    name: string
    socket?: { bufferedAmount: number; terminate(): void }
    /** Long-polling: how long a closed session waits for its last poll. */
    closeTimeout?: number
  }
  close(discard?: boolean): void
  on(event: 'packet', listener: (this: EngineSocket, packet: Packet) => void): unknown
  on(event: 'packetCreate', listener: (this: EngineSocket, packet: QueuedPacket) => void): unknown
  on(event: 'close', listener: (this: EngineSocket) => void): unknown
}

/** Outgoing packets in Engine.IO's queue. */
export interface QueuedPacket {
  data?: string | Buffer
  /** The bytes of its WebSocket frame, if many connections share them. */
  options?: { wsPreEncodedFrame?: readonly Buffer[] }
  /** Its counted size, once determined. Our own field, not Engine.IO's. */
  bytes?: number
}

/** Incoming packets. */
export interface Packet {
  type: string
  data?: unknown
}

export interface Engine {
  on(event: 'connection', listener: (socket: EngineSocket) => void): unknown
}

export interface EngineSockets {
  /** Every open socket. */
  all(): Iterable<EngineSocket>
  has(socket: EngineSocket): boolean
  /** The open socket with this Engine.IO session id. */
  find(id: string): EngineSocket | undefined
}

/**
 * Above the rate that a session's flood gate refuses politely; counts packets of any kind, including answers and pings.
 */
const PACKETS_PER_SECOND = 1_500

/**
 * A client polls again as soon as a poll is answered; Engine.IO would keep the session of one that does not for 30 s.
 */
const LAST_POLL_WITHIN_MS = 5_000

export function watchEngineSockets(engine: Engine, metrics: Metrics): EngineSockets {
  const open = new Map<EngineSocket, PacketRule>()
  const byId = new Map<string, EngineSocket>()
  // Shared by all sockets, because separate listeners would cost memory for every connection.
  function forget(this: EngineSocket): void {
    open.delete(this)
    byId.delete(this.id)
  }
  function check(this: EngineSocket, packet: Packet): void {
    if (open.get(this)?.allows(packet) !== false) return
    forget.call(this)
    metrics.hostileConnections.inc()
    cutOff(this)
  }
  engine.on('connection', (socket) => {
    open.set(socket, new PacketRule())
    byId.set(socket.id, socket)
    if (socket.transport.name === 'polling') socket.transport.closeTimeout = LAST_POLL_WITHIN_MS
    socket.on('close', forget)
    socket.on('packet', check)
  })
  return { all: () => open.keys(), has: (socket) => open.has(socket), find: (id) => byId.get(id) }
}

/** Ends a connection without waiting for queued data. */
export function cutOff(socket: EngineSocket): void {
  const { name, socket: webSocket } = socket.transport
  // Ignores all further packets of it before ending it.
  socket.close(true)
  if (name === 'websocket') webSocket?.terminate()
}

/** The packets that one socket may send. Whole milliseconds, as in flood-gate.ts. */
class PacketRule {
  #windowStart = Math.floor(performance.now())
  #count = 0
  #sessions = 0

  allows({ type, data }: Packet): boolean {
    const now = Math.floor(performance.now())
    if (now - this.#windowStart >= 1_000) {
      this.#windowStart = now
      this.#count = 0
    }
    this.#count += 1
    if (this.#count > PACKETS_PER_SECOND) return false
    if (type !== 'message' || typeof data !== 'string' || !data.startsWith('0')) return true
    // A connect request: `0`, the namespace unless it is the main one, and the credentials.
    this.#sessions += 1
    return this.#sessions === 1 && !data.startsWith('0/')
  }
}

/**
 * Cuts off connections that have stopped reading (P7), so that each costs at most 1 MiB. Unsent data is in two places,
 * Engine.IO's `writeBuffer` and the socket's own buffer; `ws.bufferedAmount` alone does not show it. The transport is
 * terminated, not closed, because a close handshake would wait for a reader that does not read. The client sees a
 * broken connection, reconnects and catches up by rev.
 */
import type { Duplex } from 'node:stream'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import {
  cutOff,
  type Engine,
  type QueuedPacket,
  type EngineSocket,
  type EngineSockets,
} from './engine-sockets.js'

/** Half the promised bound: the rest is for data queued between two checks. */
const MAX_BYTES = 512 * 1024
const MAX_PACKETS = 2_000
const LOOK_EVERY_MS = 100
/**
 * This much queued after unsent packets triggers an immediate check: a burst must not exceed the bound between two
 * checks.
 */
const LOOK_AFTER_BYTES = 64 * 1024
/** The overhead of a packet, in addition to its bytes. */
const PACKET_OVERHEAD = 100
/** How much may be queued below Engine.IO for a client that keeps sending. */
const MAX_UNSENT_BYTES = 1024 * 1024
/** The same limit in writes, each of which costs some hundred bytes even if short; a full queue has two per packet. */
const MAX_UNSENT_WRITES = 10_000

export function watchSlowReaders(parts: {
  engine: Engine
  engineSockets: EngineSockets
  metrics: Metrics
  log: Logger
}): () => void {
  const { engine, engineSockets, metrics, log } = parts
  let queuedBytes = 0
  let isLookDue = false

  /** Connections with queued packets. All others have at most one frame written below Engine.IO and one after it. */
  const behind = new Set<EngineSocket>()

  function noteQueued(this: EngineSocket, packet: QueuedPacket): void {
    // A reader that keeps up has nothing queued, so this check is its only cost.
    if (this.writeBuffer.length === 0) return
    behind.add(this)
    queuedBytes += bytesOf(packet)
    if (queuedBytes < LOOK_AFTER_BYTES || isLookDue) return
    isLookDue = true
    // Deferred until after the broadcast that queued it, because cutting off changes who is in the room.
    setImmediate(look)
  }
  engine.on('connection', (socket) => void socket.on('packetCreate', noteQueued))

  function look(): void {
    queuedBytes = 0
    isLookDue = false
    let largest = 0
    for (const socket of behind) {
      if (socket.writeBuffer.length === 0 || !engineSockets.has(socket)) {
        behind.delete(socket)
        continue
      }
      const bytes = waitingBytes(socket)
      largest = Math.max(largest, bytes)
      if (bytes <= MAX_BYTES && socket.writeBuffer.length <= MAX_PACKETS) continue
      metrics.slowReaders.inc()
      log.info({ bytes, packets: socket.writeBuffer.length }, 'cut off a connection that does not read')
      behind.delete(socket)
      cutOff(socket)
    }
    metrics.backlog.set(largest)
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}

/**
 * WebSocket pings are answered below Engine.IO, which sees neither them nor unread answers to them.
 * @returns a function, shared by all connections, that bounds the data queued for one
 */
export function boundUnsent(metrics: Metrics): (socket: Duplex) => void {
  function check(this: Duplex & { _writableState?: { bufferedRequestCount?: number } }): void {
    const writes = this._writableState?.bufferedRequestCount ?? 0
    if (this.writableLength <= MAX_UNSENT_BYTES && writes <= MAX_UNSENT_WRITES) return
    metrics.hostileConnections.inc()
    this.destroy()
  }
  // Does not make the stream flow, as `on` would: nothing else listens yet, and incoming data would be lost.
  return (socket) => void socket.prependListener('data', check)
}

/** For text the socket counts characters: this is only answers to this one reader, at most one queue of them. */
function waitingBytes(socket: EngineSocket): number {
  let bytes = socket.transport.socket?.bufferedAmount ?? 0
  for (const packet of socket.writeBuffer) bytes += bytesOf(packet) + PACKET_OVERHEAD
  return bytes
}

/**
 * Bytes, not characters, which can take three bytes each. Computed once per packet, and once per node for a room's
 * facts.
 */
function bytesOf(packet: QueuedPacket): number {
  const { data, options } = packet
  return (packet.bytes ??= options?.wsPreEncodedFrame?.[0]?.length ?? (data ? Buffer.byteLength(data) : 0))
}

/**
 * Cuts off connections that stopped reading (P7), so that each costs at most 1 MiB. What waits is in two places:
 * Engine.IO's `writeBuffer` and the socket's own buffer; `ws.bufferedAmount` alone does not show it. The transport
 * is terminated, not closed: a close handshake would wait for the reader that does not read. The client sees
 * a broken connection, comes back and catches up by rev.
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

/** Half the promised bound: the rest is what may come between two looks. */
const MAX_BYTES = 512 * 1024
const MAX_PACKETS = 2_000
const LOOK_EVERY_MS = 100
/** So much queued behind unsent packets calls for a look at once: a burst must not pass the bound between two. */
const LOOK_AFTER_BYTES = 64 * 1024
/** What a packet costs beside its bytes. */
const PACKET_OVERHEAD = 100
/** What may wait below Engine.IO for somebody who goes on talking. */
const MAX_UNSENT_BYTES = 1024 * 1024
/** The same in writes, each of which costs some hundred bytes however short it is; a full queue is two for each packet. */
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

  /** Those with packets that wait for another. Nobody else has more waiting than a frame written below Engine.IO and one behind it. */
  const behind = new Set<EngineSocket>()

  function noteQueued(this: EngineSocket, packet: QueuedPacket): void {
    // A reader that keeps up has nothing queued: this is all it costs.
    if (this.writeBuffer.length === 0) return
    behind.add(this)
    queuedBytes += bytesOf(packet)
    if (queuedBytes < LOOK_AFTER_BYTES || isLookDue) return
    isLookDue = true
    // Not within the broadcast that queued it: cutting off changes who is in the room.
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
 * Pings of the WebSocket itself are answered below Engine.IO, which sees neither them nor the answers that nobody reads.
 * @returns bounds what waits for one connection, the same for all of them
 */
export function boundUnsent(metrics: Metrics): (socket: Duplex) => void {
  function check(this: Duplex & { _writableState?: { bufferedRequestCount?: number } }): void {
    const writes = this._writableState?.bufferedRequestCount ?? 0
    if (this.writableLength <= MAX_UNSENT_BYTES && writes <= MAX_UNSENT_WRITES) return
    metrics.hostileConnections.inc()
    this.destroy()
  }
  // Does not set the stream flowing, as `on` would: nobody else listens yet, and what comes would be lost.
  return (socket) => void socket.prependListener('data', check)
}

/** The socket counts characters of what it was given as text: answers to this reader alone, no more than one queue of them. */
function waitingBytes(socket: EngineSocket): number {
  let bytes = socket.transport.socket?.bufferedAmount ?? 0
  for (const packet of socket.writeBuffer) bytes += bytesOf(packet) + PACKET_OVERHEAD
  return bytes
}

/** Bytes, and not characters, of which one may be three. Taken once a packet, and once a node for what a room is told. */
function bytesOf(packet: QueuedPacket): number {
  const { data, options } = packet
  return (packet.bytes ??= options?.wsPreEncodedFrame?.[0]?.length ?? (data ? Buffer.byteLength(data) : 0))
}

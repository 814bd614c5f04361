/**
 * Delivers one fact to all sockets of a channel on this node. It is encoded once, as the bytes of a WebSocket frame,
 * and written directly to each connection with an empty queue; the work that Engine.IO and ws do per packet and socket
 * costs more than the write itself. Connections that are behind, use long-polling or are changing transports get it on
 * the usual path, in order; WebSockets with a queue share the one copy of the bytes.
 */
import type { LocalSockets } from './socket-server.js'

/**
 * Internals below Socket.IO's public types. A later version may change them, so the direct path is only used if each
 * looks as expected.
 */
interface Below {
  conn: {
    readyState?: string
    upgrading?: boolean
    writeBuffer?: readonly unknown[]
    transport: {
      name: string
      writable?: boolean
      socket?: {
        readyState?: number
        _socket?: { writableLength?: number; write(bytes: Buffer): boolean } | null
      }
    }
    write(packet: string, options: { wsPreEncodedFrame: readonly Buffer[] }): void
  }
}

const WEBSOCKET_OPEN = 1
/** Engine.IO's type of a packet that is Socket.IO's. */
const MESSAGE = '4'
/** Socket.IO's type of an event, on the main namespace. */
const EVENT = '2'

/**
 * Sends to everybody in the channel on this node; an empty channel is not an error. `fact` is JSON and is not searched
 * for binary parts.
 * @returns the share of them, from 0 to 1, that still has earlier data in flight
 */
export function broadcast(io: LocalSockets, channel: string, event: string, fact: object): number {
  const members = io.sockets.adapter.rooms.get(channel)
  if (!members) return 0
  const packet = EVENT + JSON.stringify([event, fact])
  const frame = textFrame(MESSAGE + packet)
  const options = { wsPreEncodedFrame: [frame] }
  let busy = 0
  for (const id of members) {
    const socket = io.sockets.sockets.get(id) as Below | undefined
    if (!socket) continue
    const { conn } = socket
    const raw = idleSocket(conn)
    if (raw) raw.write(frame)
    else {
      if (isBusy(conn)) busy += 1
      conn.write(packet, options)
    }
  }
  return busy / Math.max(1, members.size)
}

function idleSocket({ readyState, upgrading, writeBuffer, transport }: Below['conn']) {
  if (readyState !== 'open' || upgrading !== false || writeBuffer?.length !== 0) return undefined
  if (transport.name !== 'websocket' || !transport.writable) return undefined
  const { socket } = transport
  if (socket?.readyState !== WEBSOCKET_OPEN) return undefined
  const raw = socket._socket
  return raw?.writableLength === 0 ? raw : undefined
}

/** A polling client counts as busy only if more is waiting than the next poll will take. */
function isBusy({ writeBuffer, transport }: Below['conn']): boolean {
  return (writeBuffer?.length ?? 0) > 1 || (transport.socket?._socket?.writableLength ?? 0) > 0
}

/** Unmasked and whole, as a server sends it (RFC 6455, section 5.2). */
export function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text)
  const header = size < 126 ? 2 : size < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + size)
  frame[0] = 0x81
  if (header === 2) frame[1] = size
  else if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(size), 2)
  }
  frame.write(text, header)
  return frame
}

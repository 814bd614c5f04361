/**
 * Takes one fact to all sockets of a channel on this node. It is encoded once, as the very bytes of a WebSocket frame,
 * and written to each connection that has nothing else on its way; Engine.IO's and ws' own work for every packet and
 * socket is more than the write itself. Whoever is behind, polls, or is just changing transports gets it by the usual
 * path, in its order behind what waits there; what waits for a WebSocket is that one copy of the bytes.
 */
import type { SocketServer } from './socket-server.js'

/**
 * The parts below Socket.IO's public types. A later version may not have them: the short way is only taken where each says
 * what it should.
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
 * To everybody in the channel on this node; nobody is no error. `fact` is JSON: nothing in it is searched for binary parts.
 * @returns which part of them, from 0 to 1, has not taken yet what was sent before
 */
export function broadcast(io: SocketServer, channel: string, event: string, fact: object): number {
  const members = io.sockets.adapter.rooms.get(channel)
  if (!members) return 0
  const packet = EVENT + JSON.stringify([event, fact])
  const frame = textFrame(MESSAGE + packet)
  const options = { wsPreEncodedFrame: [frame] }
  let busy = 0
  for (const id of members) {
    const socket = io.sockets.sockets.get(id) as unknown as Below | undefined
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

/** Whoever polls is only busy with more than the next poll takes along. */
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

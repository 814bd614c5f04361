/**
 * Engine.IO connections, below Socket.IO: what is sent before, beside and after a session counts here (P7, P9). A wire
 * may open one session, on the main namespace, and is closed with it. Socket.IO itself would answer any number of other
 * requests to connect, each with an echo, to a client that never reads.
 */
import type { Metrics } from '../metrics.js'

/** The parts of an Engine.IO socket that matter here. Not all are in its public types. */
export interface Wire {
  writeBuffer: { data?: string | Buffer }[]
  transport: { name: string; socket?: { bufferedAmount: number; terminate(): void } }
  close(discard?: boolean): void
  on(event: 'packet', listener: (packet: { type: string; data?: unknown }) => void): unknown
  on(event: 'packetCreate', listener: (packet: { data?: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
}

export interface Engine {
  on(event: 'connection', listener: (wire: Wire) => void): unknown
}

/** Above what the flood gate of a session refuses politely; packets of any kind, answers and pings too. */
const PACKETS_PER_SECOND = 1_500

/** @returns all open wires. */
export function watchWires(engine: Engine, metrics: Metrics): ReadonlySet<Wire> {
  const open = new Set<Wire>()
  engine.on('connection', (wire) => {
    open.add(wire)
    wire.on('close', () => open.delete(wire))
    const isAllowed = createPacketRule()
    wire.on('packet', (packet) => {
      if (!open.has(wire) || isAllowed(packet)) return
      open.delete(wire)
      metrics.hostileWires.inc()
      cutOff(wire)
    })
  })
  return open
}

/** Ends a connection without waiting for anything that is still to be sent. */
export function cutOff(wire: Wire): void {
  const { name, socket } = wire.transport
  // Not another packet of it is heard from here on; only then its end.
  wire.close(true)
  if (name === 'websocket') socket?.terminate()
}

function createPacketRule(
  now: () => number = Date.now,
): (packet: { type: string; data?: unknown }) => boolean {
  let windowStart = now()
  let count = 0
  let sessions = 0
  return ({ type, data }) => {
    const time = now()
    // A clock set back begins a new window as well.
    if (time < windowStart || time - windowStart >= 1_000) {
      windowStart = time
      count = 0
    }
    count += 1
    if (count > PACKETS_PER_SECOND) return false
    if (type !== 'message' || typeof data !== 'string' || !data.startsWith('0')) return true
    // A request to connect: `0`, the namespace if it is not the main one, and the credentials.
    sessions += 1
    return sessions === 1 && !data.startsWith('0/')
  }
}

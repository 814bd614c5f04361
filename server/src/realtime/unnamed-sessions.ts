/**
 * Unused Engine.IO sessions: those without a Socket.IO session yet, and those whose session has ended. Each may stay
 * for the time of a handshake, and an address may have a share of them (ADR 22). They are counted separately: however
 * many there are, the node does not count as full.
 */
import type { Socket } from 'node:net'
import { LIMITS } from '@alcove/sdk/protocol'
import { createAddressShares, type Holding } from '../limits/address-shares.js'
import { cutOff, type Engine, type EngineSocket } from './engine-sockets.js'

const LOOK_EVERY_MS = 250
/** Before it is named, a client sends a single connect request; each of these counts as one more session. */
const BYTES_PER_UNIT = 4 * 1024

export interface UnnamedSessions {
  /** A Socket.IO session was opened on it. */
  named(socket: EngineSocket): void
  /** That session has ended. */
  ended(socket: EngineSocket, address: string): void
  /** The client may soon use this connection, which holds memory until then. */
  isProbedBy(session: EngineSocket, socket: Socket): void
  /** In units: sessions, plus what they hold beyond the usual. */
  readonly held: number
  close(): void
}

interface Unnamed {
  since: number
  units: number
  holding: Holding
  sockets: { socket: Socket; readBefore: number }[]
}

export function watchUnnamedSessions(parts: {
  engine: Engine
  shares: { total: number; perAddress: number }
  addressOf: (socket: EngineSocket) => string
  onDropped: () => void
}): UnnamedSessions {
  const { engine, addressOf, onDropped } = parts
  const shares = createAddressShares(parts.shares)
  const unnamed = new Map<EngineSocket, Unnamed>()

  function hold(socket: EngineSocket, address: string): void {
    const holding = shares.hold(address, () => {
      onDropped()
      cutOff(socket)
    })
    unnamed.set(socket, { since: performance.now(), units: 1, holding, sockets: [] })
  }

  function release(socket: EngineSocket): void {
    unnamed.get(socket)?.holding.release()
    unnamed.delete(socket)
  }

  function closed(this: EngineSocket): void {
    release(this)
  }

  engine.on('connection', (socket) => {
    hold(socket, addressOf(socket))
    if (socket.transport.name === 'websocket') isProbedBy(socket, socket.request.socket)
    socket.on('close', closed)
  })

  function isProbedBy(session: EngineSocket, socket: Socket): void {
    unnamed.get(session)?.sockets.push({ socket, readBefore: socket.bytesRead })
  }

  function look(): void {
    const oldest = performance.now() - LIMITS.handshakeTimeoutMs
    for (const [socket, { since }] of unnamed) {
      if (since > oldest) break
      release(socket)
      cutOff(socket)
    }
    for (const session of unnamed.values()) {
      const read = session.sockets.reduce(
        (sum, { socket, readBefore }) => sum + socket.bytesRead - readBefore,
        0,
      )
      const units = 1 + Math.floor(read / BYTES_PER_UNIT)
      if (units > session.units) session.holding.grow(units - session.units)
      session.units = Math.max(session.units, units)
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    named: release,
    ended: hold,
    isProbedBy,
    get held() {
      return shares.held
    },
    close: () => clearInterval(timer),
  }
}

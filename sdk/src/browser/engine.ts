/**
 * One session of Engine.IO 4: the handshake, the heartbeat, and the move from long-polling to a WebSocket. Owns its
 * channels and its timer; socket-transport.ts interprets the messages it carries.
 */
import { CLIENT_LIMITS } from '../protocol/index.js'
import type { Way } from '../transport-race.js'
import type { Channel } from './channel.js'
import { openLongPolling, type LongPolling } from './long-polling.js'
import { CLOSE, MESSAGE, NOOP, OPEN, PING, PONG, readHandshake, UPGRADE, type Handshake } from './packets.js'
import { openWebSocket } from './web-socket.js'

export interface EngineHandlers {
  open(): void
  message(text: string): void
  /**
   * The session failed or ended for good. Called at most once, and never after `close()`.
   * @param isSilent it was open and an expected heartbeat never came
   */
  down(reason: string, isSilent: boolean): void
}

export interface Engine {
  send(message: string): void
  /**
   * Ends the session if the heartbeat is overdue, and returns whether it was. After a laptop has slept, the timer
   * itself is late.
   */
  isOverdue(): boolean
  /** @param isDead the server receives nothing any more, so it is not notified */
  close(isDead: boolean): void
}

/** @param address http or https, with the path and query of every request of this session */
export function openEngine(address: URL, way: Way, handlers: EngineHandlers): Engine {
  let handshake: Handshake | undefined
  let channel: Channel | undefined
  /** Set while a WebSocket is probed alongside long-polling. */
  let probe: Channel | undefined
  let isOver = false
  let dueAt = Infinity

  const addressFor = (transport: 'polling' | 'websocket'): string => {
    const url = new URL(address)
    url.searchParams.set('EIO', '4')
    url.searchParams.set('transport', transport)
    if (handshake) url.searchParams.set('sid', handshake.sid)
    if (transport === 'websocket') url.protocol = url.protocol.replace('http', 'ws')
    // A unique address, so that no cache can answer.
    else url.searchParams.set('t', Math.random().toString(36).slice(2))
    return url.href
  }
  const close = (isDead: boolean) => {
    isOver = true
    clearTimeout(timer)
    probe?.close(true)
    // Without a handshake there is no session to close.
    channel?.close(isDead || !handshake)
  }
  const end = (reason: string, isSilent = false) => {
    if (isOver) return
    close(isSilent)
    handlers.down(reason, isSilent)
  }
  const expectHeartbeat = ({ maxSilenceMs }: Handshake) => {
    clearTimeout(timer)
    dueAt = Date.now() + maxSilenceMs
    timer = setTimeout(end, maxSilenceMs, 'ping timeout', true)
  }
  const opened = (json: string) => {
    handshake = readHandshake(json)
    if (!handshake) return end('unreadable handshake')
    expectHeartbeat(handshake)
    handlers.open()
    if (way === 'polling' && handshake.upgrades.includes('websocket')) tryWebSocket(channel as LongPolling)
  }
  const receive = (packet: string) => {
    if (isOver) return
    const type = packet[0]
    const rest = packet.slice(1)
    if (type === OPEN && !handshake) return opened(rest)
    if (!handshake) return end('unreadable packet')
    if (type === MESSAGE) handlers.message(rest)
    else if (type === PING) {
      channel!.send(PONG)
      expectHeartbeat(handshake)
    } else if (type === CLOSE) end('closed by the server')
    else if (type !== NOOP) end('unreadable packet')
  }

  const tryWebSocket = (polling: LongPolling) => {
    const moved = (unsent: readonly string[]) => {
      channel = probe!
      probe = undefined
      for (const packet of [UPGRADE, ...unsent]) channel.send(packet)
    }
    const failed = (reason: string) => {
      if (channel !== polling) return end(reason)
      probe?.close(true)
      probe = undefined
      polling.resume()
    }
    try {
      probe = openWebSocket(addressFor('websocket'), {
        open: () => probe!.send(`${PING}probe`),
        packet(packet) {
          if (channel !== polling) receive(packet)
          else if (packet === `${PONG}probe`) polling.pause(moved)
          else failed('unreadable packet')
        },
        down: failed,
      })
    } catch {
      // Stay on long-polling.
    }
  }

  let timer = setTimeout(end, CLIENT_LIMITS.handshakeTimeoutMs, 'no handshake in time')
  const common = { packet: receive, down: end }
  try {
    channel =
      way === 'websocket'
        ? openWebSocket(addressFor('websocket'), { ...common, open: () => {} })
        : openLongPolling({
            ...common,
            address: () => addressFor('polling'),
            maxPayload: () => handshake?.maxPayload ?? 0,
          })
  } catch (error) {
    end(String(error))
  }

  return {
    send: (message) => channel!.send(MESSAGE + message),
    isOverdue() {
      if (Date.now() <= dueAt) return false
      queueMicrotask(() => end('ping timeout', true))
      return true
    },
    close,
  }
}

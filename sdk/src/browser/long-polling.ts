/**
 * HTTP long-polling as a channel: a GET that the server holds until it has packets, and in parallel a POST for outgoing
 * ones, one of each at a time. Sends no cookies, and no headers that would need a preflight.
 */
import type { Channel, ChannelHandlers } from './channel.js'
import { CLOSE, SEPARATOR } from './packets.js'

export interface LongPolling extends Channel {
  /** Lets the requests under way finish and starts no others; then passes the unsent packets to `done`. */
  pause(done: (unsent: readonly string[]) => void): void
  resume(): void
}

interface LongPollingParts extends ChannelHandlers {
  /** The address of a request; the handshake changes it. */
  address(): string
  maxPayload(): number
}

export function openLongPolling({ address, maxPayload, packet, down }: LongPollingParts): LongPolling {
  const stop = new AbortController()
  const unsent: string[] = []
  let underWay = 0
  let isClosed = false
  let onPaused: ((unsent: readonly string[]) => void) | undefined

  const request = async (init: RequestInit = {}): Promise<string> => {
    const response = await fetch(address(), { credentials: 'omit', signal: stop.signal, ...init })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.text()
  }
  /** Runs `turn` repeatedly while it is due, never twice at the same time. */
  const loop = (isDue: () => boolean, turn: () => Promise<void>) => {
    let isRunning = false
    return async () => {
      if (isRunning) return
      isRunning = true
      underWay++
      try {
        while (!onPaused && isDue()) await turn()
      } catch (error) {
        if (isClosed) stop.abort()
        else down(`long-polling: ${error}`)
      }
      isRunning = false
      if (--underWay === 0) onPaused?.(unsent)
    }
  }
  const read = loop(
    () => !isClosed,
    async () => {
      for (const each of (await request()).split(SEPARATOR)) if (!isClosed) packet(each)
    },
  )
  const write = loop(
    () => unsent.length > 0,
    async () => {
      const body = unsent.splice(0, fitting(unsent, maxPayload())).join(SEPARATOR)
      await request({ method: 'POST', body })
      // The server knows that the session is over, and nobody needs what it may still send.
      if (isClosed && unsent.length === 0) stop.abort()
    },
  )
  void read()

  return {
    send(packet) {
      unsent.push(packet)
      void write()
    },
    pause(done) {
      onPaused = done
      if (underWay === 0) done(unsent)
    },
    resume() {
      onPaused = undefined
      void read()
      void write()
    },
    close(isDead) {
      isClosed = true
      onPaused = undefined
      if (isDead) return stop.abort()
      unsent.push(CLOSE)
      void write()
    },
  }
}

/**
 * How many packets go into one request: at least one, and only as many as certainly fit (UTF-8 takes at most 3 bytes
 * per UTF-16 unit). A closing packet goes alone, because a server closes before it reads what came with it.
 */
export function fitting(packets: readonly string[], maxPayload: number): number {
  let units = 0
  const end = packets.findIndex((packet, at) => {
    units += packet.length + SEPARATOR.length
    return at > 0 && (packet === CLOSE || units * 3 > maxPayload)
  })
  return end < 0 ? packets.length : end
}

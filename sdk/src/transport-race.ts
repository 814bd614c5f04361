/**
 * WebSocket and HTTP long-polling as one transport. Proxies and virus scanners let a WebSocket open and swallow its
 * frames, never answer the upgrade, or hold polls back: nothing fails, and nothing arrives. So an attempt starts with
 * one transport, opens the other in parallel when the server's greeting is late, or instead when the first fails, and
 * keeps the one that is greeted first. Later attempts start with the transport that got through. Owns the two
 * transports of an attempt; socket-transport.ts implements each.
 */
import type { ChatError } from './errors.js'
import type { OpenTransport, Transport, TransportHandlers, TransportOptions } from './transport.js'

/** `polling` moves on to a WebSocket once one answers a probe; `polling-only` never tries. */
export type Way = 'websocket' | 'polling' | 'polling-only'

export type OpenWay = (options: TransportOptions & { way: Way }, handlers: TransportHandlers) => Transport

/** Longer than a handshake on a slow mobile network, shorter than a person's patience. */
const GREETING_IS_LATE_MS = 4_000
/**
 * A connection that falls silent before its second heartbeat was due has never carried one: frames do not get through
 * it.
 */
const FALLS_SILENT_SOON_MS = 60_000
/** This many attempts start with the transport that got through last; then WebSocket gets another chance. */
const ATTEMPTS_REMEMBERED = 3

interface Contender {
  readonly way: Way
  transport?: Transport
}

/** One function per chat: what it remembers concerns one server, seen from one network. */
export function raceTransports(open: OpenWay): OpenTransport {
  let remembered: Way = 'websocket'
  let attemptsLeft = 0
  /**
   * Consecutive connections that ended soon without answering a request for a room: the answer may be too big for the
   * transport.
   */
  let fruitless = 0
  const remember = (way: Way) => {
    remembered = way
    attemptsLeft = way === 'websocket' ? 0 : ATTEMPTS_REMEMBERED
  }

  return (options, handlers): Transport => {
    const first: Way = attemptsLeft-- > 0 ? remembered : 'websocket'
    const contenders = new Set<Contender>()
    let winner: Contender | undefined
    let openedAt = 0
    let isJoined = false
    /** Unanswered requests for rooms. */
    let asked = 0
    let isSecondOpened = false

    const start = (way: Way) => {
      const contender: Contender = { way }
      contenders.add(contender)
      const transport = open(
        { ...options, way },
        {
          fact(fact) {
            if (!contenders.has(contender)) return
            win(contender)
            handlers.fact(fact)
          },
          down(error, isSilent) {
            if (contenders.delete(contender)) lost(contender, error, isSilent)
          },
        },
      )
      // The transport may have failed before it was returned.
      if (contenders.has(contender)) contender.transport = transport
      else transport.close()
    }
    const startSecond = () => {
      isSecondOpened = true
      clearTimeout(timer)
      start(otherThan(first))
    }
    const win = (contender: Contender) => {
      if (winner) return
      winner = contender
      openedAt = Date.now()
      if (contender.way !== first) remember(contender.way)
      closeAll(contender)
    }
    const lost = (contender: Contender, error: ChatError, isSilent?: boolean) => {
      if (winner) {
        const isSoon = Date.now() - openedAt < FALLS_SILENT_SOON_MS
        fruitless = isSoon && (asked || !isJoined) ? fruitless + 1 : 0
        if (fruitless > 1 || (isSilent && isSoon)) fellSilent(contender)
        return end(error)
      }
      // A refusal with a reason, which the other transport would get as well.
      if (error.code !== 'server_unreachable') return end(error)
      if (!isSecondOpened) startSecond()
      else if (contenders.size === 0) end(error)
    }
    const fellSilent = ({ way }: Contender) => remember(way === 'polling-only' ? 'websocket' : 'polling-only')
    const end = (error: ChatError) => {
      closeAll()
      handlers.down(error)
    }
    const closeAll = (but?: Contender) => {
      clearTimeout(timer)
      for (const contender of [...contenders]) {
        if (contender === but) continue
        contenders.delete(contender)
        contender.transport?.close()
      }
    }

    const timer = setTimeout(startSecond, GREETING_IS_LATE_MS)
    start(first)

    return {
      async request(name, ...rest) {
        const answer = winner!.transport!.request(name, ...rest)
        if (!name.startsWith('room:')) return answer
        asked++
        try {
          const result = await answer
          isJoined = true
          return result
        } finally {
          asked--
        }
      },
      close(isSilent) {
        if (isSilent && winner) fellSilent(winner)
        closeAll()
      },
    }
  }
}

const otherThan = (way: Way): Way => (way === 'websocket' ? 'polling' : 'websocket')

/**
 * One transport to the server in a browser: the part of Socket.IO's protocol that Alcove uses, over engine.ts. It
 * replaces socket.io-client, which Node uses (ADR 31); bundlers pick it through the `browser` condition of
 * `#socket-transport`.
 */
import { unable, type ChatError } from '../errors.js'
import { isolated } from '../handled.js'
import type { ErrorCode, WireError } from '../protocol/index.js'
import { refusal, settle, type Answer } from '../socket-answers.js'
import type { Fact, Transport } from '../transport.js'
import type { OpenWay } from '../transport-race.js'
import { openEngine } from './engine.js'
import {
  connectPacket,
  disconnectPacket,
  readSocketPacket,
  requestPacket,
  type SocketPacket,
} from './packets.js'

/** @param server the server's address; a path in it is the prefix it is served under */
export function socketTransport(server: URL, app: string): OpenWay {
  return ({ auth, way, room }, handlers): Transport => {
    let isConnected = false
    let isOpened = false
    let requests = 0
    /** Keyed by request number; called with nothing when no answer can come any more. */
    const waiting = new Map<number, (packet?: { answer: unknown }) => void>()

    const end = (error: ChatError, isSilent = false) => {
      handlers.down(error, isSilent)
      forget()
    }
    const ended = (reason: string, isSilent = false) =>
      end(
        isOpened
          ? unable('stay connected', 'offline', `the connection ended (${reason})`)
          : refusal(undefined, reason),
        isSilent,
      )
    const forget = () => {
      isConnected = false
      for (const settleOne of [...waiting.values()]) settleOne()
    }
    const receive = (packet: SocketPacket | undefined) => {
      switch (packet?.type) {
        case 'connected':
          isConnected = true
          return
        case 'event':
          if (!isConnected) break
          isOpened = true
          // An error in one fact, or in its handler, does not end the connection.
          return isolated(() => handlers.fact({ name: packet.name, fact: Object(packet.fact) } as Fact))
        case 'answer':
          return waiting.get(packet.id)?.(packet)
        case 'refused':
          engine.close(false)
          return end(refusal(packet.reason as WireError | undefined))
        case 'disconnected':
        case undefined:
      }
      engine.close(false)
      ended(packet ? `${packet.type} by the server` : 'unreadable packet')
    }

    const engine = openEngine(addressOf(server, app, room), way, {
      open: () => engine.send(connectPacket(auth)),
      message: (text) => receive(readSocketPacket(text)),
      down: ended,
    })

    return {
      request: (name, request, timeoutMs) =>
        new Promise((resolve, reject) => {
          const fail = (code: ErrorCode, reason: string) => reject(unable(name, code, reason))
          if (!isConnected || engine.isOverdue()) return fail('offline', 'not connected')
          const id = requests++
          const packet = requestPacket(id, name, request)
          const timer = setTimeout(() => {
            waiting.delete(id)
            fail('timeout', 'no answer in time')
          }, timeoutMs)
          waiting.set(id, (packet) => {
            waiting.delete(id)
            clearTimeout(timer)
            if (packet) settle(packet.answer as Answer, resolve, reject)
            else fail('offline', 'the connection ended')
          })
          engine.send(packet)
        }),
      close(isSilent = false) {
        if (isConnected && !isSilent) engine.send(disconnectPacket)
        engine.close(isSilent)
        forget()
      },
    }
  }
}

function addressOf(server: URL, app: string, room: string | undefined): URL {
  const address = new URL(`${server.pathname.replace(/\/$/, '')}/socket.io/`, server)
  const { searchParams } = address
  // Public, and needed before the handshake: the server checks the origin when the upgrade is requested.
  searchParams.set('app', app)
  // For load balancers (HANDSHAKE-13): identical in every request of this connection.
  searchParams.set('connection', Math.random().toString(36).slice(2))
  if (room) searchParams.set('room', room)
  return address
}

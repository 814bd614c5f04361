/**
 * Limits what one TCP connection to the HTTP server may hold, and for how long. A connection that waits for its client
 * to send a request or read an answer counts towards its address's share of idle ones (ADR 22); pipelined requests wait
 * in a short queue; and an answer that is not read ends the connection.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createAddressShares, type AddressShares, type Holding } from '../limits/address-shares.js'
import { addressUnit } from '../limits/client-address.js'

/** Browsers and proxies send one request at a time on a connection. */
const MAX_IN_LINE = 16
/** From the end of an answer until its last byte is read: enough for the whole widget at 3 KB a second. */
const ANSWER_TAKEN_WITHIN_MS = 40_000
/**
 * For a whole body. Node's own limit (10 s, see server.ts) sends an answer, but does not cover requests that were
 * answered before their end.
 */
const BODY_WITHIN_MS = 12_000
/**
 * Without a byte in either direction. Longer than the 25 s of a long poll, shorter than the keep-alive between
 * requests.
 */
const STALLED_AFTER_MS = 45_000
const LOOK_EVERY_MS = 500
/** A slowly sent request counts as one more connection for each of these. */
const BYTES_PER_UNIT = 1024

/** How often Node checks whether a head or a body takes too long (10 s, see server.ts). */
export const CHECK_CONNECTIONS_EVERY_MS = 2_500

interface Tracked {
  /** Held while the client owes something. */
  owed: Holding | undefined
  units: number
  readBefore: number
  inLine: Set<ServerResponse>
  /** Requests whose body is still arriving. */
  unfinished: { request: IncomingMessage; since: number } | undefined
  /** When we completed the first of them. */
  completeSince: number | undefined
}

export interface ConnectionGuard {
  /** Guards another server of the same node, with the same shares. */
  watch(server: Server): void
  close(): void
}

export function guardConnections(parts: {
  shares: { total: number; perAddress: number }
  onDropped: (kind: 'silent_connection' | 'pipelining' | 'unread_answer') => void
}): ConnectionGuard {
  const { onDropped } = parts
  const shares: AddressShares = createAddressShares(parts.shares)
  const open = new Map<Socket, Tracked>()

  function drop(socket: Socket, kind: Parameters<typeof onDropped>[0]): void {
    onDropped(kind)
    socket.destroy()
  }

  function owe(socket: Socket, tracked: Tracked): void {
    if (tracked.owed || socket.destroyed) return
    tracked.units = 1
    tracked.readBefore = socket.bytesRead
    tracked.owed = shares.hold(addressUnit(socket.remoteAddress ?? ''), () =>
      drop(socket, 'silent_connection'),
    )
  }

  function settle(tracked: Tracked): void {
    tracked.owed?.release()
    tracked.owed = undefined
  }

  function opened(socket: Socket): void {
    const tracked: Tracked = {
      owed: undefined,
      units: 1,
      readBefore: 0,
      completeSince: undefined,
      unfinished: undefined,
      inLine: new Set(),
    }
    open.set(socket, tracked)
    owe(socket, tracked)
    socket.once('close', () => {
      settle(tracked)
      open.delete(socket)
    })
  }

  function asked(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request
    const tracked = open.get(socket)
    if (!tracked) return
    tracked.inLine.add(response)
    response.once('close', () => answered(socket, tracked, response))
    if (tracked.inLine.size > MAX_IN_LINE) return drop(socket, 'pipelining')
    if (!hasBody(request)) return settle(tracked)
    tracked.unfinished = { request, since: performance.now() }
    request.once('end', () => settle(tracked))
  }

  function answered(socket: Socket, tracked: Tracked, response: ServerResponse): void {
    tracked.inLine.delete(response)
    tracked.completeSince = undefined
    if (tracked.inLine.size === 0) owe(socket, tracked)
  }

  /** A WebSocket belongs to an Engine.IO session and counts as such. */
  function upgraded({ socket }: IncomingMessage): void {
    const tracked = open.get(socket)
    if (!tracked) return
    settle(tracked)
    open.delete(socket)
  }

  function look(): void {
    const now = performance.now()
    for (const [socket, tracked] of open) {
      if (tracked.owed) {
        const units = 1 + Math.floor((socket.bytesRead - tracked.readBefore) / BYTES_PER_UNIT)
        if (units > tracked.units) tracked.owed.grow(units - tracked.units)
        tracked.units = Math.max(tracked.units, units)
      }
      if (tracked.unfinished?.request.complete) tracked.unfinished = undefined
      if (tracked.unfinished && now - tracked.unfinished.since > BODY_WITHIN_MS) {
        socket.destroy()
        continue
      }
      const [first] = tracked.inLine
      if (!first?.writableEnded) continue
      tracked.completeSince ??= now
      if (now - tracked.completeSince > ANSWER_TAKEN_WITHIN_MS) drop(socket, 'unread_answer')
      else if (now - tracked.completeSince > LOOK_EVERY_MS) owe(socket, tracked)
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    watch(server) {
      server.setTimeout(STALLED_AFTER_MS)
      // Before all other listeners, which answer or hand the connection on.
      server.prependListener('connection', opened)
      server.prependListener('request', asked)
      server.prependListener('checkExpectation', asked)
      server.prependListener('upgrade', upgraded)
    },
    close: () => clearInterval(timer),
  }
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

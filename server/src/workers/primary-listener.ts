/**
 * The port of the machine. Reads the head of each connection's one request, has a worker chosen, and gives the
 * connection to @socket.io/sticky, which hands it over: as a socket, or piped where a body follows. Answers itself only
 * if no worker can or should: no worker available, no complete head in time, an endless head or body, a body where none
 * belongs.
 */
import cluster, { type Worker } from 'node:cluster'
import { EventEmitter, once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setupMaster } from '@socket.io/sticky'
import { ERROR_MEANINGS } from '@alcove/sdk/protocol'
import { createAddressShares } from '../limits/address-shares.js'
import { addressUnit } from '../limits/client-address.js'
import { watchHandovers } from './handovers.js'
import { RequestHead } from './request-head.js'

/** The time a node waits for a whole request. */
const HEAD_WITHIN_MS = 10_000
/** Node's own limit. */
const MAX_HEAD_BYTES = 16 * 1024
/** An unfinished head counts as one more waiting connection for each of these. */
const HEAD_BYTES_PER_UNIT = 1024
/** Larger than any body a node accepts (64 KB); the primary holds what a worker has not read yet. */
const MAX_PIPED_BYTES = 128 * 1024
/** The limit for unread answers queued here: as much as a node queues for one reader (P7). */
const MAX_UNREAD_BYTES = 1024 * 1024
/**
 * Connections whose request has a body, each of which may hold that much for a while. An address may have half of them.
 */
const PIPED = { total: 2_000, perAddress: 1_000 }
const LOOK_EVERY_MS = 100
/** A node waits 10 s for a body; one that takes longer than this never ends. */
const PIPED_WITHIN_MS = 45_000
/** Time for the answer to be sent before the connection is cut. */
const LINGER_MS = 500

/** The same test as in @socket.io/sticky, which pipes every request with this text anywhere in its head. */
const ANNOUNCES_BODY = /content-length:|transfer-encoding:/i
/**
 * The requests of long-polling, whose answers are two bytes. Any other answer, however large, would pass through the
 * primary.
 */
const MAY_HAVE_BODY = /^POST \/socket\.io\//

const REASONS = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Payload Too Large',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
}

export interface PrimaryListener {
  port: number
  close(): void
}

export async function openPrimaryListener(parts: {
  host: string
  port: number
  /** Connections without a complete request head. */
  waitingShares: { total: number; perAddress: number }
  /** @returns the id of a worker in `cluster.workers`. */
  choose: (requestLine: string) => number | undefined
  onDropped: () => void
}): Promise<PrimaryListener> {
  const waiting = new Set<Socket>()
  const waitingShares = createAddressShares(parts.waitingShares)
  /** Connections with a body to come, which stay here. */
  const piped = new Set<Socket>()
  const pipedShares = createAddressShares(PIPED)
  const sticky = new EventEmitter()
  const handovers = watchHandovers()
  setupMaster(sticky as HttpServer, { loadBalancingMethod: 'least-connection' })
  cluster.on('exit', handovers.failed)

  function drop(socket: Socket): void {
    parts.onDropped()
    socket.destroy()
  }

  function receive(socket: Socket): void {
    socket.on('error', () => socket.destroy())
    waiting.add(socket)
    const head = new RequestHead(MAX_HEAD_BYTES)
    const address = addressUnit(socket.remoteAddress ?? '')
    const holding = waitingShares.hold(address, () => drop(socket))
    let units = 1
    const timer = setTimeout(() => end(408), HEAD_WITHIN_MS)
    const stopWaiting = () => {
      waiting.delete(socket)
      holding.release()
      clearTimeout(timer)
      socket.off('data', read).off('end', gone).off('close', stopWaiting)
    }
    const end = (status: keyof typeof REASONS) => {
      stopWaiting()
      refuse(socket, status)
    }
    const gone = () => socket.destroy()
    const read = (chunk: Buffer) => {
      const state = head.take(chunk)
      if (state.kind === 'too-long') return end(431)
      if (state.kind === 'unfinished') {
        const more = Math.floor(head.length / HEAD_BYTES_PER_UNIT) + 1 - units
        units += more
        return more > 0 ? holding.grow(more) : undefined
      }
      stopWaiting()
      handOver(socket, state.bytes, state.bytes.subarray(0, state.end).toString('latin1'))
    }
    socket.on('data', read).on('end', gone).on('close', stopWaiting)
  }

  function handOver(socket: Socket, request: Buffer, wholeHead: string): void {
    const chosen = parts.choose(wholeHead.slice(0, wholeHead.indexOf('\r\n')))
    if (chosen === undefined || !cluster.workers?.[chosen]) return refuse(socket, 503)
    const head = withoutEmptyLength(wholeHead)
    const hasBody = ANNOUNCES_BODY.test(head)
    if (hasBody && !MAY_HAVE_BODY.test(head)) return refuse(socket, 400, NO_BODY)
    const firstBytes = Buffer.concat([Buffer.from(head, 'latin1'), request.subarray(wholeHead.length)])
    if (!hasBody) stopReading(socket)
    sticky.emit('connection', socket)
    prefer(chosen)
    socket.emit('data', firstBytes)
    if (!hasBody) return handovers.begun(socket, chosen)
    piped.add(socket)
    const holding = pipedShares.hold(addressUnit(socket.remoteAddress ?? ''), () => drop(socket))
    socket.once('close', () => {
      piped.delete(socket)
      holding.release()
    })
    boundBody(socket, firstBytes.length)
  }

  const looking = setInterval(() => {
    for (const socket of piped) if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy()
  }, LOOK_EVERY_MS).unref()

  const server = createServer({ allowHalfOpen: true, noDelay: true }, receive)
  server.listen(parts.port, parts.host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close()
      handovers.close()
      clearInterval(looking)
      for (const socket of [...waiting, ...piped]) socket.destroy()
    },
  }
}

/**
 * @socket.io/sticky chooses the worker with the lowest count as soon as it has the first bytes; there is no other way
 * to choose one (ADR 32).
 */
function prefer(id: number): void {
  const workers: (Worker & { clientsCount?: number })[] = Object.values(cluster.workers ?? {}).filter(isThere)
  for (const worker of workers) worker.clientsCount = worker.id === id ? 0 : 1
}

const isThere = (worker: Worker | undefined): worker is Worker => worker !== undefined

/**
 * Some proxies send a body length with every request. One without a body need not stay here, least of all a WebSocket.
 */
function withoutEmptyLength(head: string): string {
  const shorter = head.replace(/\r\ncontent-length:[ \t]*0+[ \t]*(?=\r\n|$)/i, '')
  // Contradictory lengths are for the worker to refuse.
  return ANNOUNCES_BODY.test(shorter) ? head : shorter
}

/**
 * From here on the worker reads. Data that arrives while the primary still holds the connection, queued for its worker
 * or not yet confirmed, must stay in the socket: storms lost handshakes that way. Pausing is not enough, because a
 * paused stream keeps filling its buffer.
 */
function stopReading(socket: Socket): void {
  socket._read = () => {}
  const { _handle: handle } = socket as Socket & { _handle?: { readStop(): void } | null }
  handle?.readStop()
}

function boundBody(socket: Socket, firstBytes: number): void {
  let bytes = firstBytes
  const timer = setTimeout(() => socket.destroy(), PIPED_WITHIN_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_PIPED_BYTES) refuse(socket, 413)
  })
}

const NO_BODY = JSON.stringify({
  type: 'about:blank#invalid_request',
  title: ERROR_MEANINGS.invalid_request,
  status: 400,
  detail:
    'unable to take request; on this port only long-polling sends a body, the API has its own port (API_PORT)',
  code: 'invalid_request',
})

function refuse(socket: Socket, status: keyof typeof REASONS, body = ''): void {
  socket.removeAllListeners('data')
  if (!socket.writableEnded) {
    const head = [
      `HTTP/1.1 ${status} ${REASONS[status]}`,
      ...(status === 503 ? ['Retry-After: 1'] : []),
      ...(body ? ['Content-Type: application/problem+json'] : []),
      'X-Content-Type-Options: nosniff',
      'Cache-Control: no-store',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  }
  // Later input is read and dropped, because closing immediately could lose the answer.
  socket.resume()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}

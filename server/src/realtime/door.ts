/**
 * Turns new connections away before Engine.IO takes them, while the node is full, stormed or about to stop: a real
 * HTTP 503 with Retry-After, for long-polling and for WebSocket upgrades, which a load balancer understands and takes
 * elsewhere. Requests of a session that exists always pass.
 */
import { ServerResponse, type IncomingMessage } from 'node:http'
import type { WireError } from '@alcove/sdk/protocol'
import { wireError } from '../errors.js'
import type { Readiness } from '../http/health.js'
import type { Metrics } from '../metrics.js'
import { FULL_RETRY_MS, type Capacity } from './capacity.js'
import type { RealtimeServer } from './gateway.js'

type Engine = RealtimeServer['engine']

const DRAINING_RETRY_MS = 1_000

/** Why nobody new is taken just now, as far as it lasts. */
export function refusalOf(readiness: Readiness): WireError | undefined {
  if (readiness.isDraining)
    return wireError('draining', 'unable to connect; the node is shutting down', DRAINING_RETRY_MS)
  if (readiness.isFull)
    return wireError(
      'overloaded',
      'unable to connect; the node has as many connections as it may',
      FULL_RETRY_MS,
    )
  return
}

export function guardDoor(
  engine: Engine,
  parts: { capacity: Capacity; readiness: Readiness; metrics: Metrics },
): void {
  const { capacity, readiness, metrics } = parts
  const underWay = new Map<IncomingMessage, () => void>()

  engine.on('connection', ({ request }: { request: IncomingMessage }) => underWay.get(request)?.())
  engine.on('connection_error', ({ req }: { req: IncomingMessage }) => underWay.get(req)?.())

  /** The place is given back when the connection counts by itself, was refused, or its socket ended before. */
  function reserve(request: IncomingMessage): WireError | undefined {
    const reservation = capacity.reserve()
    if (reservation.kind === 'turned-away')
      return wireError('overloaded', `unable to connect; ${reservation.reason}`, reservation.retryAfterMs)
    const settle = () => {
      underWay.delete(request)
      request.socket.off('close', settle)
      reservation.settle()
    }
    underWay.set(request, settle)
    request.socket.once('close', settle)
    return
  }

  engine.use(
    (request: IncomingMessage & { _query?: { sid?: string } }, response: unknown, next: () => void) => {
      const isUpgrade = !(response instanceof ServerResponse)
      if (request._query?.sid) return next()
      // It went while it was looked at: there is nobody to open a session for, nor to be told that its place is free again.
      if (request.socket.destroyed) return
      const refusal = readiness.isDraining ? refusalOf(readiness) : reserve(request)
      if (!refusal) return next()
      metrics.refusals.inc({ code: refusal.code })
      if (isUpgrade) refuseUpgrade(request, refusal)
      else refuseRequest(response, refusal)
    },
  )
}

function headersOf(error: WireError, body: string): Record<string, string> {
  return {
    'Retry-After': String(Math.ceil((error.retryAfterMs ?? 0) / 1_000)),
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    Connection: 'close',
  }
}

function refuseRequest(response: ServerResponse, error: WireError): void {
  const body = JSON.stringify(error)
  response.writeHead(503, headersOf(error, body)).end(body)
}

/** Engine.IO's stand-in for a response only destroys the socket. */
function refuseUpgrade({ socket }: IncomingMessage, error: WireError): void {
  const body = JSON.stringify(error)
  const headers = Object.entries(headersOf(error, body)).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 503 Service Unavailable\r\n${headers.join('')}\r\n${body}`)
}

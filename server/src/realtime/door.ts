/**
 * Turns new connections away before Engine.IO takes them, while the node is full, stormed or about to stop, or their address
 * has opened too many: a real HTTP answer with Retry-After, for long-polling and for WebSocket upgrades. A load balancer
 * understands a 503 and takes the client elsewhere; a 429 is the client's own. Requests of a session that exists pass.
 */
import { ServerResponse, type IncomingMessage } from 'node:http'
import { ERROR_STATUSES, type WireError } from '@alcove/sdk/protocol'
import { wireError } from '../errors.js'
import { refusedHead } from '../http/guard-requests.js'
import type { Readiness } from '../http/health.js'
import type { AddressRates } from '../limits/address-rates.js'
import type { Metrics } from '../metrics.js'
import { FULL_RETRY_MS, type Capacity } from './capacity.js'
import type { RealtimeServer } from './gateway.js'
import type { UnnamedSessions } from './unnamed-sessions.js'
import type { Wire, Wires } from './wires.js'

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

export interface DoorParts {
  capacity: Capacity
  readiness: Readiness
  wires: Wires
  unnamed: UnnamedSessions
  /** New sessions of an address. */
  newSessions: AddressRates
  /** Its other requests. */
  requests: AddressRates
  addressOf: (request: IncomingMessage) => string
  metrics: Metrics
}

export function guardDoor(engine: Engine, parts: DoorParts): void {
  const { capacity, readiness, wires, unnamed, newSessions, requests, addressOf, metrics } = parts

  function refuseNew(request: IncomingMessage): WireError | undefined {
    if (readiness.isDraining) return refusalOf(readiness)
    const rate = newSessions.take(addressOf(request))
    if (rate.kind === 'spent') return spent(rate.retryAfterMs)
    const admission = capacity.admit()
    if (admission.kind === 'admitted') return
    return wireError('overloaded', `unable to connect; ${admission.reason}`, admission.retryAfterMs)
  }

  /** Engine.IO refuses an unknown session itself, and closes a session for what its client does wrong. */
  function refuseKnown(
    request: IncomingMessage,
    wire: Wire | undefined,
    isUpgrade: boolean,
  ): WireError | undefined {
    if (!wire) {
      const rate = requests.take(addressOf(request))
      return rate.kind === 'spent' ? spent(rate.retryAfterMs) : undefined
    }
    if (!isUpgrade) return
    // Engine.IO would answer with a close handshake, and keep each such connection until its client answers that.
    if (wire.upgrading || wire.upgraded)
      return wireError(
        'invalid_request',
        'unable to upgrade; the session is on its way to a WebSocket or has one',
      )
    unnamed.isProbedBy(wire, request.socket)
    return
  }

  engine.use(
    (request: IncomingMessage & { _query?: { sid?: string } }, response: unknown, next: () => void) => {
      const isUpgrade = !(response instanceof ServerResponse)
      // It went while it was looked at: there is nobody to open a session for.
      if (request.socket.destroyed) return
      const sid = request._query?.sid
      const refusal =
        refusedHead(request) ?? (sid ? refuseKnown(request, wires.find(sid), isUpgrade) : refuseNew(request))
      if (!refusal) return next()
      metrics.refusals.inc({ code: refusal.code })
      if (isUpgrade) refuseUpgrade(request, refusal)
      else refuseRequest(response, refusal)
    },
  )
}

const spent = (retryAfterMs: number): WireError =>
  wireError('rate_limited', 'unable to connect; too many connect from this address', retryAfterMs)

function headersOf(error: WireError, body: string): Record<string, string> {
  return {
    ...(error.retryAfterMs !== undefined && {
      'Retry-After': String(Math.ceil(error.retryAfterMs / 1_000)),
    }),
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  }
}

function refuseRequest(response: ServerResponse, error: WireError): void {
  const body = JSON.stringify(error)
  response.writeHead(ERROR_STATUSES[error.code], headersOf(error, body)).end(body)
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

/** Engine.IO's stand-in for a response only destroys the socket. */
function refuseUpgrade({ socket }: IncomingMessage, error: WireError): void {
  const body = JSON.stringify(error)
  const headers = Object.entries(headersOf(error, body)).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = ERROR_STATUSES[error.code]
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\n${headers.join('')}\r\n${body}`)
}

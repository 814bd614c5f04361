/**
 * Turns new connections away before Engine.IO takes them, while the node is full, stormed or about to stop, or their
 * address has opened too many: a real HTTP answer with Retry-After, for long-polling and for WebSocket upgrades. A load
 * balancer reacts to a 503 by choosing another node; a 429 is for the client itself. Requests of existing sessions
 * pass.
 */
import { ServerResponse, type IncomingMessage } from 'node:http'
import { ERROR_STATUSES, type WireError } from '@alcove/sdk/protocol'
import { wireError } from '../errors/refusal.js'
import { refusedHead } from '../http/guard-requests.js'
import { refusalOf, type Readiness } from '../limits/readiness.js'
import type { AddressRates } from '../limits/address-rates.js'
import type { Metrics } from '../metrics.js'
import { ambiguousParameter } from './ambiguous-query.js'
import type { Capacity } from '../limits/capacity.js'
import type { RealtimeServer } from './connection.js'
import type { UnnamedSessions } from './unnamed-sessions.js'
import type { EngineSocket, EngineSockets } from './engine-sockets.js'

type Engine = RealtimeServer['engine']

type EngineRequest = IncomingMessage & { _query?: { sid?: string } }

/** What is wrong with a request regardless of its sender; checked before anything is looked up. */
export function guardHeads(
  engine: Engine,
  { requests, addressOf, metrics }: Pick<AdmissionParts, 'requests' | 'addressOf' | 'metrics'>,
): void {
  function refuse(request: IncomingMessage): WireError | undefined {
    const refusal = refusedHead(request)
    if (refusal) return refusal
    const ambiguous = ambiguousParameter(request.url ?? '')
    if (ambiguous !== undefined)
      return wireError(
        'invalid_request',
        `unable to take request; "${ambiguous}" must be said once and in one way`,
      )
    if (request.method !== 'OPTIONS') return
    const rate = requests.take(addressOf(request))
    return rate.kind === 'spent' ? spent(rate.retryAfterMs) : undefined
  }
  engine.use((request: EngineRequest, response: unknown, next: () => void) => {
    const refusal = refuse(request)
    if (refusal) answer(request, response, refusal, metrics)
    else next()
  })
}

export interface AdmissionParts {
  capacity: Capacity
  readiness: Readiness
  engineSockets: EngineSockets
  unnamed: UnnamedSessions
  /** The rate of new sessions per address. */
  newSessions: AddressRates
  /** The rate of its other requests. */
  requests: AddressRates
  addressOf: (request: IncomingMessage) => string
  metrics: Metrics
}

export function guardAdmission(engine: Engine, parts: AdmissionParts): void {
  const { capacity, readiness, engineSockets, unnamed, newSessions, requests, addressOf, metrics } = parts
  /** The latest POST of each session. */
  const posts = new WeakMap<EngineSocket, ServerResponse>()

  function refuseNew(request: IncomingMessage): WireError | undefined {
    if (readiness.isDraining) return refusalOf(readiness)
    const address = addressOf(request)
    const rate = newSessions.take(address)
    if (rate.kind === 'spent') return spent(rate.retryAfterMs)
    const admission = capacity.admit(address)
    if (admission.kind === 'admitted') return
    return wireError('overloaded', `unable to connect; ${admission.reason}`, admission.retryAfterMs)
  }

  /** Engine.IO refuses unknown sessions itself, and closes a session for its client's errors. */
  function refuseKnown(
    request: IncomingMessage,
    socket: EngineSocket | undefined,
    response: unknown,
  ): WireError | undefined {
    if (!socket) {
      const rate = requests.take(addressOf(request))
      return rate.kind === 'spent' ? spent(rate.retryAfterMs) : undefined
    }
    if (response instanceof ServerResponse)
      return request.method === 'POST' ? refusePost(socket, response) : undefined
    // Engine.IO would answer with a close handshake and keep each such connection until its client responds.
    if (socket.upgrading || socket.upgraded)
      return wireError(
        'invalid_request',
        'unable to upgrade; the session is on its way to a WebSocket or has one',
      )
    unnamed.isProbedBy(socket, request.socket)
    return
  }

  /** At a second POST, Engine.IO would end the session and cut off the first. */
  function refusePost(socket: EngineSocket, response: ServerResponse): WireError | undefined {
    const open = posts.get(socket)
    if (open && !open.writableEnded && !open.destroyed)
      return wireError('invalid_request', 'unable to take request; the session is still sending another one')
    posts.set(socket, response)
    return
  }

  engine.use((request: EngineRequest, response: unknown, next: () => void) => {
    // The client left during the checks: there is nobody to open a session for.
    if (request.socket.destroyed) return
    const isUpgrade = !(response instanceof ServerResponse)
    // Engine.IO would answer 500 for an existing session; without one, the request would first count as a new session.
    if (!isUpgrade && request.method !== 'GET' && request.method !== 'POST') return refuseMethod(response)
    const sid = request._query?.sid
    const refusal = sid ? refuseKnown(request, engineSockets.find(sid), response) : refuseNew(request)
    if (refusal) answer(request, response, refusal, metrics)
    else next()
  })
}

function answer(
  request: IncomingMessage,
  response: unknown,
  refusal: WireError,
  metrics: Pick<Metrics, 'refusals'>,
): void {
  metrics.refusals.inc({ code: refusal.code })
  if (response instanceof ServerResponse) refuseRequest(response, refusal)
  else refuseUpgrade(request, refusal)
}

const spent = (retryAfterMs: number): WireError =>
  wireError('rate_limited', 'unable to connect; too many connect from this address', retryAfterMs)

function headersOf(body: string, error?: WireError): Record<string, string> {
  return {
    ...(error?.retryAfterMs !== undefined && {
      'Retry-After': String(Math.ceil(error.retryAfterMs / 1_000)),
    }),
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  }
}

function refuseMethod(response: ServerResponse): void {
  const body = JSON.stringify(
    wireError('invalid_request', 'unable to take request; long-polling has GET and POST'),
  )
  response.writeHead(405, { ...headersOf(body), Allow: 'GET, POST' }).end(body)
}

function refuseRequest(response: ServerResponse, error: WireError): void {
  const body = JSON.stringify(error)
  response.writeHead(ERROR_STATUSES[error.code], headersOf(body, error)).end(body)
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
}

/** Engine.IO's stand-in for a response only destroys the socket. */
function refuseUpgrade({ socket }: IncomingMessage, error: WireError): void {
  const body = JSON.stringify(error)
  const headers = Object.entries(headersOf(body, error)).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = ERROR_STATUSES[error.code]
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}\r\n${headers.join('')}\r\n${body}`)
}

/**
 * Rules for every request and answer of the HTTP server, whether a route, Engine.IO, or nothing answers because it is
 * not HTTP.
 */
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ERROR_MEANINGS, type WireError } from '@alcove/sdk/protocol'
import { wireError } from '../errors/refusal.js'

/** No browser or proxy sends as many; Node itself silently drops those beyond 2,000. */
const MAX_HEADERS = 100

/**
 * Reasons to refuse a request for its head alone. A proxy and the node behind it may interpret two Host headers
 * differently (RFC 9112, 3.2).
 */
export function refusedHead(request: Pick<IncomingMessage, 'rawHeaders'>): WireError | undefined {
  const { rawHeaders } = request
  if (rawHeaders.length > 2 * MAX_HEADERS)
    return wireError('invalid_request', `unable to take request; it has more than ${MAX_HEADERS} headers`)
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1
  return hosts > 1
    ? wireError('invalid_request', 'unable to take request; it names more than one host')
    : undefined
}

/** For every answer, including those of Engine.IO. Routes whose answers may be cached override this. */
export function setDefaultHeaders(server: Server): void {
  server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
  })
}

/** By default Node answers `Expect: anything` before any listener counts the request, and keeps the connection open. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', ({ socket }: IncomingMessage, response: ServerResponse) => {
    // The connection was already cut off; Node still parses the rest of what it has read.
    if (socket.destroyed) return
    const body = problemOf(417)
    response.writeHead(417, { ...PROBLEM_HEADERS, 'Content-Length': Buffer.byteLength(body) }).end(body)
  })
}

const PROBLEM_HEADERS = {
  'Content-Type': 'application/problem+json',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  Connection: 'close',
}

const problemOf = (status: number): string =>
  JSON.stringify({
    type: 'about:blank#invalid_request',
    title: ERROR_MEANINGS.invalid_request,
    status,
    detail: `unable to take request; ${STATUS_CODES[status]?.toLowerCase()}`,
    code: 'invalid_request',
  })

/** Input that is not HTTP or does not arrive in time. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const status = statusOf(error.code)
  const body = problemOf(status)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(PROBLEM_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  // It would not end by itself while the other side keeps sending.
  socket.once('finish', () => socket.destroy())
}

function statusOf(code: string | undefined): number {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408
  return code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
}

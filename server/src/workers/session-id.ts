/**
 * Engine.IO session ids that name their worker, so that any request of a session finds it immediately. The worker's own
 * report may arrive later than the client's next request, which then failed with "Session ID unknown".
 */
import { randomBytes } from 'node:crypto'

/** @socket.io/sticky and Engine.IO know ids of 20 characters. 96 random bits cannot be guessed. */
const WORKER_DIGITS = 4
const RANDOM_BYTES = 12

const IN_REQUEST_LINE = /[?&]sid=([\w-]{20})(?:[&# ]|$)/

export function newSessionId(workerId: number): string {
  const worker = workerId.toString(36).padStart(WORKER_DIGITS, '0').slice(-WORKER_DIGITS)
  return worker + randomBytes(RANDOM_BYTES).toString('base64url')
}

/** The worker that has a request's session; undefined for a new session or any other request. */
export function workerOfRequest(requestLine: string): number | undefined {
  const [, sid] = IN_REQUEST_LINE.exec(requestLine) ?? []
  if (sid === undefined) return undefined
  const worker = sid.slice(0, WORKER_DIGITS)
  return /^[0-9a-z]+$/.test(worker) ? Number.parseInt(worker, 36) : undefined
}

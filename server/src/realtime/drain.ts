/**
 * Sends the clients of a stopping node away in slices, spread over a time that grows with their number: arriving at the
 * other nodes all at once, they would only be turned away. Owns the order and the pace; the node decides what is closed
 * before and after.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { wireError } from '../errors/refusal.js'
import { closeConnection, type Connection } from './connection.js'
import type { ConnectionRegistry } from './connection-registry.js'

const SLICE_EVERY_MS = 250
/** 200 a second, as long as that is fast enough. */
const SPREAD_PER_CONNECTION_MS = 5
/** Together with the waits below and the last commits, this stays within the time a node has to stop. */
const MAX_SPREAD_MS = 15_000
/** The slices already spread the crowd; this spreads the clients of one slice. */
const RETRY_WITHIN_MS = 1_000
/** How long a connection waits for the answers to its requests. Clients repeat those that are still unanswered. */
const ANSWERS_WITHIN_MS = 2_000

/** How many connections leave in each slice. */
export function sliceSize(connections: number): number {
  const spreadMs = Math.min(MAX_SPREAD_MS, connections * SPREAD_PER_CONNECTION_MS)
  return Math.ceil(connections / Math.max(1, Math.floor(spreadMs / SLICE_EVERY_MS)))
}

/** Resolves once every connection was asked to reconnect elsewhere and has started to close. */
export async function drainConnections(
  registry: Pick<ConnectionRegistry, 'all'>,
  random: () => number = Math.random,
): Promise<void> {
  const waiting = [...registry.all()]
  const size = sliceSize(waiting.length)
  const leaving: Promise<void>[] = []
  for (let at = 0; at < waiting.length; at += size) {
    if (at > 0) await wait(SLICE_EVERY_MS)
    leaving.push(...waiting.slice(at, at + size).map((connection) => sendAway(connection, random)))
  }
  await Promise.all(leaving)
  // Sessions that were being opened at the start.
  const told = new Set(waiting)
  await Promise.all(
    [...registry.all()].filter((late) => !told.has(late)).map((late) => sendAway(late, random)),
  )
}

/** Until then the connection is served as usual; its requests are answered before it is sent away. */
async function sendAway(connection: Connection, random: () => number): Promise<void> {
  const late = new AbortController()
  await Promise.race([
    connection.queue.settled(),
    wait(ANSWERS_WITHIN_MS, undefined, { signal: late.signal }).catch(() => {}),
  ])
  late.abort()
  const retryAfterMs = 1 + Math.floor(random() * RETRY_WITHIN_MS)
  closeConnection(
    connection,
    wireError('draining', 'unable to keep connection; the node is shutting down', retryAfterMs),
  )
}

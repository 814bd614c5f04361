/**
 * (e) Everybody connects at once, and then reconnects at once: how long until all of them have their rooms, and how
 * many statements the database gets meanwhile.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { enter, isOk, join, send } from '../load/crowd.js'
import { dialectOf } from '../load/dialect.js'
import { createLatencies } from '../load/latencies.js'
import { NotAdmitted, type RawClient } from '../load/raw-client.js'
import { metricsOf } from '../targets/metrics.js'
import { processorTime, processorTimeSince } from '../targets/processor-time.js'
import type { Target } from '../targets/target.js'

export interface StormsOptions {
  clients: number
  rooms: number
}

export interface Storm {
  /** Until the last client had its room. */
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Statements to the database, of all nodes. */
  statements: number
  processorSeconds: number
}

export interface StormsResult {
  clients: number
  rooms: number
  join: Storm
  reconnect: Storm
}

/** What a client brings when it comes back. */
interface Memory {
  guestToken?: string
  since?: { epoch: string; rev: number }
}

const MESSAGES_PER_ROOM = 20
const GIVE_UP_MS = 60_000
/** The wait of a client that was turned away without a time to retry; doubled each time. */
const FIRST_RETRY_MS = 200
const SETTLE_MS = 2_000

export async function measureStorms(
  target: Target,
  { clients: size, rooms }: StormsOptions,
): Promise<StormsResult> {
  const memories: Memory[] = Array.from({ length: size }, () => ({}))
  await writeSome(target, rooms)
  const first = await storm(target, memories, rooms)
  await wait(SETTLE_MS)
  for (const client of first.clients) client.cut()
  await Promise.all(first.clients.map(({ ended }) => ended))
  const second = await storm(target, memories, rooms)
  for (const client of second.clients) client.cut()
  return { clients: size, rooms, join: first.storm, reconnect: second.storm }
}

/** A room that has a history is the common one. */
async function writeSome(target: Target, rooms: number): Promise<void> {
  const writer = await enter(target, dialectOf(target), 0)
  for (let room = 0; room < Math.min(rooms, 5); room += 1) {
    await join(writer, nameOf(room))
    for (let number = 0; number < MESSAGES_PER_ROOM; number += 1)
      await new Promise<void>((sent, failed) =>
        send(writer, nameOf(room), (bytes, start) =>
          isOk(bytes, start) ? sent() : failed(new Error('unable to measure; a message was refused')),
        ),
      )
  }
  writer.cut()
  await writer.ended
}

async function storm(
  target: Target,
  memories: Memory[],
  rooms: number,
): Promise<{ clients: RawClient[]; storm: Storm }> {
  const latencies = createLatencies()
  const before = { statements: await statementsOf(target), processor: processorTime(target.pids) }
  const startedAt = performance.now()
  const clients = await Promise.all(
    memories.map(async (memory, index) => {
      const client = await comeIn(target, index, memory, nameOf(index % rooms), startedAt)
      latencies.record(performance.now() - startedAt)
      return client
    }),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const spent = processorTimeSince(target.pids, before.processor)
  return {
    clients,
    storm: {
      seconds,
      p50Ms: latencies.quantile(0.5),
      p99Ms: latencies.quantile(0.99),
      statements: (await statementsOf(target)) - before.statements,
      processorSeconds: spent.nodes + spent.others,
    },
  }
}

async function comeIn(
  target: Target,
  index: number,
  memory: Memory,
  room: string,
  startedAt: number,
): Promise<RawClient> {
  let retryMs = FIRST_RETRY_MS
  for (;;) {
    try {
      const { guestToken, since } = memory
      const client = await enter(
        target,
        dialectOf(target),
        index,
        guestToken === undefined ? {} : { token: guestToken },
      )
      const answer = await join(client, room, since && { since })
      remember(memory, client.greeting, answer)
      return client
    } catch (error) {
      if (!(error instanceof NotAdmitted) || performance.now() - startedAt > GIVE_UP_MS) throw error
      const waitMs = Math.max(error.retryAfterMs, retryMs)
      retryMs *= 2
      await wait(waitMs * (1 + Math.random()))
    }
  }
}

function remember(memory: Memory, greeting: unknown, answer: unknown): void {
  const { guestToken } = (greeting ?? {}) as { guestToken?: string }
  if (guestToken !== undefined) memory.guestToken = guestToken
  const { log } = answer as { log?: { epoch: string; head: number } }
  if (log) memory.since = { epoch: log.epoch, rev: log.head }
}

const nameOf = (room: number) => `storm-${room}`

async function statementsOf(target: Target): Promise<number> {
  const total = await metricsOf(target)
  return total?.('alcove_database_statements_total') ?? 0
}

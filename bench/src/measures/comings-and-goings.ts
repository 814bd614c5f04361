/** (f) A large room, with as many visitors who come and go: what its members receive about it, and what that costs. */
import { setTimeout as wait } from 'node:timers/promises'
import { enter, gather, join } from '../load/crowd.js'
import { atPace } from '../load/pace.js'
import type { RawClient } from '../load/raw-client.js'
import { processorTime, processorTimeSince } from '../targets/processor-time.js'
import type { Target } from '../targets/target.js'

export interface ComingsOptions {
  members: number
  visitors: number
  /** Visitors who come a second. */
  perSecond: number
  /** How long one stays. */
  staySeconds: number
}

export interface ComingsResult {
  /** Of the nodes, for one visitor's coming and going together. */
  processorMillis: number
  /** What one member gets for one visitor. */
  bytesPerMember: number
  eventsPerMember: number
}

const ROOM = 'square'
const SETTLE_MS = 6_000
/** Visitors have addresses of their own. */
const FIRST_VISITOR = 5_000

export async function measureComingsAndGoings(
  target: Target,
  options: ComingsOptions,
): Promise<ComingsResult> {
  const { members, visitors, perSecond, staySeconds } = options
  const more = target.kind === 'bare' ? { announce: true } : {}
  const crowd = await gather(target, members, () => [])
  for (const client of crowd.clients) await join(client, ROOM, more)
  await wait(SETTLE_MS)
  let events = 0
  for (const client of crowd.clients) client.onEvent = () => (events += 1)
  const bytesOf = () => crowd.clients.reduce((sum, client) => sum + client.bytes, 0)
  const before = { bytes: bytesOf(), processor: processorTime(target.pids) }

  const visits: Promise<void>[] = []
  await atPace(perSecond, visitors / perSecond, () => visits.push(visit(visits.length)))
  await Promise.all(visits)
  // The last leave is delivered after a grace period, and changes in a large room once a second.
  await wait(SETTLE_MS)

  const spent = processorTimeSince(target.pids, before.processor)
  const bytes = bytesOf() - before.bytes
  await crowd.close()
  return {
    processorMillis: (spent.nodes * 1_000) / visitors,
    bytesPerMember: bytes / members / visitors,
    eventsPerMember: events / members / visitors,
  }

  async function visit(number: number): Promise<void> {
    const client: RawClient = await enter(target, crowd.dialect, FIRST_VISITOR + number)
    await join(client, ROOM, more)
    await wait(staySeconds * 1_000)
    client.cut()
    await client.ended
  }
}

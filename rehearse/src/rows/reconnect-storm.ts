/** Row 14: a crowd loses its connections at once: what the database reads grows with rooms, not with people. */
import { enter, type Person } from '../client.js'
import { localLags, percentile } from '../latency.js'
import type { Row, Stage } from '../stage.js'
import { waitUntil } from '../processes/wait-until.js'

const PEOPLE = { short: 300, long: 1_000 }
const ROOMS = 10
const ENTER_AT_ONCE = 25
const BACK_WITHIN_MS = 60_000
const CALM_WITHIN_MS = 30_000
/** People drip in over several seconds, and those who come together share a read: it is rooms that count. */
const READS_PER_ROOM = 25
const ALLOWED_SLOWDOWN = 3
const CALM_P99_MS = 250

export const reconnectStorm: Row = {
  number: 14,
  title: 'reconnect storm',
  cast: { backWithinMs: 60_000 },
  async fault(stage) {
    const { cluster, scene, isLong, note, violate, pause } = stage
    const count = isLong ? PEOPLE.long : PEOPLE.short
    const { url, proxy } = await cluster.openProxy(0)
    const crowd = await enterMany(stage, url, count)
    const p99Of = async (ms: number) => {
      const fromMs = performance.now()
      await pause(ms)
      return percentile(localLags(scene, { fromMs, toMs: performance.now() }), 0.99)
    }
    const before = await p99Of(1_500)
    const reads = await countReads(stage)
    const startedAt = performance.now()
    proxy.kick()
    await pause(100)
    const isBack = await waitUntil(
      () => crowd.every(({ room }) => room.status === 'joined'),
      BACK_WITHIN_MS,
      100,
    )
    const backMs = performance.now() - startedAt
    const used = difference(await countReads(stage), reads)
    let after = Infinity
    const isCalm = await waitUntil(
      async () => (after = await p99Of(1_000)) <= Math.max(CALM_P99_MS, before * ALLOWED_SLOWDOWN),
      CALM_WITHIN_MS,
    )
    note(
      `${count} people in ${ROOMS} rooms back after ${(backMs / 1000).toFixed(1)} s with ${used.logs} log reads ` +
        `(${used.transactions} transactions in all); local p99 ${Math.round(before)} ms before, ${Math.round(after)} ms after`,
    )
    if (!isBack) violate(`not everybody was back within ${BACK_WITHIN_MS / 1000} s`)
    if (!isCalm) violate(`local delivery p99 was still ${Math.round(after)} ms half a minute later`)
    if (used.logs > ROOMS * READS_PER_ROOM)
      violate(`${used.logs} log reads for ${count} people in ${ROOMS} rooms`)
    await Promise.all(crowd.map(({ chat }) => chat.close()))
    await proxy.close()
  },
}

async function enterMany({ cluster, scene }: Stage, url: string, count: number): Promise<Person[]> {
  const crowd: Person[] = []
  while (crowd.length < count) {
    const some = Array.from({ length: Math.min(ENTER_AT_ONCE, count - crowd.length) }, (_, index) => {
      const number = crowd.length + index
      const room = `${scene.room}-crowd${number % ROOMS}`
      return enter({ name: `crowd${number}`, proxy: 0, url, app: cluster.app, room })
    })
    crowd.push(...(await Promise.all(some)))
  }
  return crowd
}

interface Reads {
  logs: number
  transactions: number
}

async function countReads({ cluster }: Stage): Promise<Reads> {
  const all = await Promise.all(cluster.seats.map(({ node }) => node.metrics()))
  const [row] = await cluster.database.query<{ count: number }>(
    'select xact_commit + xact_rollback as count from pg_stat_database where datname = current_database()',
  )
  return {
    logs: all.reduce((sum, metrics) => sum + (metrics?.sum('alcove_log_reads_total') ?? 0), 0),
    transactions: Number(row?.count ?? 0),
  }
}

const difference = (now: Reads, then: Reads): Reads => ({
  logs: now.logs - then.logs,
  transactions: now.transactions - then.transactions,
})

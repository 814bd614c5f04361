/** (d) The cost of a connection that is in a room and silent: memory after a garbage collection, and processor time. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { waitUntil } from '@alcove/rehearse/processes/wait-until'
import { enter, join } from '../load/crowd.js'
import { dialectOf } from '../load/dialect.js'
import type { RawClient } from '../load/raw-client.js'
import type { Memory } from '../targets/memory-probe.js'
import { processorTime, processorTimeSince, residentBytes } from '../targets/processor-time.js'
import type { Target } from '../targets/target.js'

export interface IdleOptions {
  /** Numbers of connections to stop and look at, ascending. */
  connections: readonly number[]
  membersPerRoom: number
  /** Long enough for every connection to be pinged once. */
  watchSeconds: number
  /** After which joins, their news to others, and the windows of the rates they counted in are over. */
  settleSeconds: number
}

export interface IdleResult {
  points: { connections: number; residentKilobytes: number; heapKilobytes: number }[]
  /** Milliseconds of processor time a second for 1,000 connections. */
  processorMillis: number
}

const AT_ONCE = 50
const PROBE_WITHIN_MS = 20_000

export async function measureIdleConnections(target: Target, options: IdleOptions): Promise<IdleResult> {
  const settleMs = options.settleSeconds * 1_000
  const dialect = dialectOf(target)
  const clients: RawClient[] = []
  const points: IdleResult['points'] = []
  const pid = target.pids.nodes[0]!
  // What every process grows by once, whatever comes: loaded code, pools, the first room.
  await Promise.all((await fill(200)).map((client) => (client.cut(), client.ended)))
  clients.length = 0
  await wait(settleMs)
  const empty = await memoryOf(target, pid)

  async function fill(upTo: number): Promise<RawClient[]> {
    let next = clients.length
    const bringIn = async () => {
      for (let index = next++; index < upTo; index = next++) {
        const client = await enter(target, dialect, index)
        await join(client, `room-${Math.floor(index / options.membersPerRoom)}`)
        clients[index] = client
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, bringIn))
    return clients
  }

  for (const connections of options.connections) {
    await fill(connections)
    await wait(settleMs)
    const full = await memoryOf(target, pid)
    points.push({
      connections,
      residentKilobytes: (full.resident - empty.resident) / connections / 1024,
      heapKilobytes: (full.heap - empty.heap) / connections / 1024,
    })
  }
  const before = processorTime(target.pids)
  await wait(options.watchSeconds * 1_000)
  const spent = processorTimeSince(target.pids, before)
  if (clients.some((client) => !client.isOpen)) throw new Error('unable to measure; clients were cut off')
  for (const client of clients) client.cut()
  return {
    points,
    processorMillis: (spent.nodes * 1e6) / options.watchSeconds / clients.length,
  }
}

async function memoryOf(target: Target, pid: number): Promise<{ resident: number; heap: number }> {
  const file = target.memoryFiles[0]!
  rmSync(file, { force: true })
  process.kill(pid, 'SIGUSR2')
  if (!(await waitUntil(() => existsSync(file), PROBE_WITHIN_MS)))
    throw new Error('unable to measure; the node did not tell its memory')
  const { heapUsed, young } = JSON.parse(readFileSync(file, 'utf8')) as Memory
  return { resident: residentBytes(pid) - young, heap: heapUsed }
}

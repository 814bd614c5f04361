/** What the nodes say about themselves: peaks while a row runs, and whether everything is as before afterwards (I6). */
import type { Cluster } from './cluster.js'
import type { Violation } from './violations.js'
import type { NodeProcess } from './processes/node-process.js'
import { waitUntil } from './processes/wait-until.js'

const LOOK_EVERY_MS = 250
/** Longer than the grace of presence and than the lease of a dead node. */
const CALM_WITHIN_MS = 60_000
const SETTLED_FOR_MS = 1_000
const SETTLED_WITHIN_MS = 10_000
/** A heap grows before it is collected; what leaks goes beyond. */
const MEMORY_SLACK_BYTES = 160 * 1024 * 1024
/** Pools and keep-alives come and go. */
const HANDLE_SLACK = 12

export interface Peaks {
  rssBytes: number
  backlogBytes: number
  eventLoopLagSeconds: number
}

export interface VitalSigns {
  /** Since the last call. */
  takePeaks(): Peaks
  /** All nodes now, and not only when it is time. */
  look(): Promise<void>
  close(): void
}

export function watchVitalSigns(cluster: Cluster): VitalSigns {
  let peaks = noPeaks()
  const asked = new Set<NodeProcess>()
  const timer = setInterval(() => {
    for (const { node } of cluster.seats) if (!asked.has(node)) void look(node)
  }, LOOK_EVERY_MS)

  async function look(node: NodeProcess): Promise<void> {
    asked.add(node)
    const metrics = await node.metrics()
    asked.delete(node)
    if (!metrics) return
    const { rssBytes, backlogBytes, eventLoopLagSeconds } = peaks
    peaks = {
      rssBytes: Math.max(rssBytes, metrics.sum('process_resident_memory_bytes')),
      backlogBytes: Math.max(backlogBytes, metrics.sum('alcove_backlog_bytes')),
      eventLoopLagSeconds: Math.max(eventLoopLagSeconds, metrics.sum('nodejs_eventloop_lag_max_seconds')),
    }
  }

  return {
    takePeaks() {
      const taken = peaks
      peaks = noPeaks()
      return taken
    },
    look: async () => void (await Promise.all(cluster.seats.map(({ node }) => look(node)))),
    close: () => clearInterval(timer),
  }
}

const noPeaks = (): Peaks => ({ rssBytes: 0, backlogBytes: 0, eventLoopLagSeconds: 0 })

export interface Baseline {
  channels: readonly string[]
  rssBytes: number
  handles: number
}

/** A cluster that nobody uses, once all its nodes have subscribed: they listen to people before. */
export async function takeBaseline(cluster: Cluster): Promise<Baseline> {
  let before = -1
  await waitUntil(
    async () => {
      const { length } = await subscribedChannels(cluster)
      const isSettled = length === before
      before = length
      return isSettled
    },
    SETTLED_WITHIN_MS,
    SETTLED_FOR_MS,
  )
  const all = await Promise.all(cluster.seats.map(({ node }) => node.metrics()))
  const largest = (name: string) => Math.max(...all.map((metrics) => metrics?.sum(name) ?? 0))
  return {
    channels: await subscribedChannels(cluster),
    rssBytes: largest('process_resident_memory_bytes'),
    handles: largest('nodejs_active_resources_total'),
  }
}

/** I6: after everybody left, nothing of them is left. */
export async function checkBaseline(cluster: Cluster, baseline: Baseline): Promise<Violation[]> {
  let problems: string[] = []
  await waitUntil(
    async () => {
      problems = await differences(cluster, baseline)
      return problems.length === 0
    },
    CALM_WITHIN_MS,
    LOOK_EVERY_MS,
  )
  return problems.map((what) => ({ rule: 'I6', what }))
}

async function differences(cluster: Cluster, baseline: Baseline): Promise<string[]> {
  const problems: string[] = []
  for (const { index, node } of cluster.seats) {
    const metrics = await node.metrics()
    if (!metrics) {
      problems.push(`node ${index} does not answer`)
      continue
    }
    for (const name of ['alcove_connections', 'alcove_rooms_open', 'alcove_backlog_bytes'])
      if (metrics.sum(name) !== 0) problems.push(`node ${index}: ${name} is ${metrics.sum(name)}`)
    const handles = metrics.sum('nodejs_active_resources_total')
    if (handles > baseline.handles + HANDLE_SLACK)
      problems.push(`node ${index}: ${handles} sockets and timers, ${baseline.handles} at first`)
    const rss = metrics.sum('process_resident_memory_bytes')
    if (rss > baseline.rssBytes + MEMORY_SLACK_BYTES)
      problems.push(
        `node ${index}: ${megabytes(rss)} MB of memory, ${megabytes(baseline.rssBytes)} MB at first`,
      )
    const faults = metrics.sum('alcove_faults_total')
    if (faults > 0) problems.push(`node ${index}: ${faults} unexpected failures`)
  }
  const channels = await subscribedChannels(cluster)
  // Of nodes that were replaced there were as many.
  const added = channels.filter((channel) => !baseline.channels.includes(channel))
  if (channels.length > baseline.channels.length)
    problems.push(
      `${channels.length} subscribed channels, ${baseline.channels.length} at first; new ${added.join(', ')}`,
    )
  return problems
}

async function subscribedChannels({ redis }: Cluster): Promise<string[]> {
  const lists = await Promise.all([
    redis.command('PUBSUB', 'SHARDCHANNELS'),
    redis.command('PUBSUB', 'CHANNELS'),
  ])
  return (lists as string[][]).flat()
}

export const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)

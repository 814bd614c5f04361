/**
 * (a) One room, some of its members write as fast as asked, all read: how many deliveries a second with a p99 below
 * 100 ms, and what one costs. The rate rises until the target no longer keeps up, then the limit is closed in on.
 */
import { waitUntil } from '@alcove/rehearse/processes/wait-until'
import { gather, isOk, send, type Crowd } from '../load/crowd.js'
import { sentTimes } from '../load/dialect.js'
import { createLatencies, type Latencies } from '../load/latencies.js'
import { atPace } from '../load/pace.js'
import { processorTime, processorTimeSince } from '../targets/processor-time.js'
import type { Target } from '../targets/target.js'
import { highestRate } from './highest-rate.js'

export interface HotRoomOptions {
  members: number
  /** Members who write; a connection may send 200 requests a second. */
  writers: number
  /** Messages a second to begin with. */
  startRate: number
  /** Of one step, after as long for warming up. */
  stepSeconds: number
}

export interface HotRoomStep {
  messagesPerSecond: number
  deliveriesPerSecond: number
  p50Ms: number
  p99Ms: number
  /** Microseconds of processor time a delivery. */
  nodesMicros: number
  othersMicros: number
  /** Bytes on the wire a delivery. */
  bytes: number
  /** Messages that were not taken: a target that turns some away does not keep up. */
  refused: number
  /** Whether every acked message reached everybody, once. */
  isComplete: boolean
  keptUp: boolean
}

export interface HotRoomResult {
  best: HotRoomStep | undefined
  steps: HotRoomStep[]
}

const ROOM = 'hot'
const MAX_P99_MS = 100
/** Of what was offered; less is falling behind. */
const LEAST_SHARE = 0.97
/** Acks that may be missing before a step is given up: two seconds' worth. */
const LATE_SECONDS = 2
const DRAIN_WITHIN_MS = 20_000
/** One in so many members reads the messages; the others count them. A prime: members are dealt to nodes in turn. */
const SAMPLE = 17
const MAX_RATE = 50_000

export async function measureHotRoom(target: Target, options: HotRoomOptions): Promise<HotRoomResult> {
  const steps: HotRoomStep[] = []
  let crowd = await gather(target, options.members, () => [ROOM])
  await highestRate(options.startRate, MAX_RATE, async (rate) => {
    if (isBroken(crowd)) {
      await crowd.close()
      crowd = await gather(target, options.members, () => [ROOM])
    }
    const step = await runStep(target, crowd, watch(crowd), options, rate)
    steps.push(step)
    return step.keptUp
  })
  await crowd.close()
  const kept = steps.filter(({ keptUp }) => keptUp)
  return { best: kept.sort((a, b) => b.deliveriesPerSecond - a.deliveriesPerSecond)[0], steps }
}

/** A server that falls behind may cut off whom it cannot serve. */
const isBroken = ({ clients }: Crowd) => clients.some(({ isOpen }) => !isOpen)

/** A fixed rate, for curves and for comparing prices at the same load. */
export async function measureHotRoomAt(target: Target, options: HotRoomOptions): Promise<HotRoomStep> {
  const crowd = await gather(target, options.members, () => [ROOM])
  const step = await runStep(target, crowd, watch(crowd), options, options.startRate)
  if (isBroken(crowd)) throw new Error('unable to measure; clients were cut off')
  await crowd.close()
  if (step.refused > 0) throw new Error(`unable to measure; ${step.refused} messages were refused`)
  return step
}

interface Watched {
  delivered: number
  bytes: () => number
  latencies: Latencies
}

function watch({ clients, dialect }: Crowd): Watched {
  const watched: Watched = {
    delivered: 0,
    bytes: () => clients.reduce((sum, client) => sum + client.bytes, 0),
    latencies: createLatencies(),
  }
  clients.forEach((client, index) => {
    const isSample = index % SAMPLE === SAMPLE - 1
    client.onEvent = (bytes, start, end) => {
      const count = dialect.countMessages(bytes, start, end)
      watched.delivered += count
      if (count === 0 || !isSample) return
      const now = performance.now()
      for (const sentAt of sentTimes(bytes, start, end)) watched.latencies.record(now - sentAt)
    }
  })
  return watched
}

async function runStep(
  target: Target,
  crowd: Crowd,
  watched: Watched,
  { writers, stepSeconds }: HotRoomOptions,
  rate: number,
): Promise<HotRoomStep> {
  const { clients } = crowd
  let sent = 0
  let acked = 0
  let refused = 0
  const write = () => {
    const writer = clients[sent % writers]!
    sent += 1
    send(writer, ROOM, (bytes, start) => {
      if (isOk(bytes, start)) acked += 1
      else refused += 1
    })
  }
  const isAlive = () => sent - acked - refused < rate * LATE_SECONDS + writers
  const deliveredAtStart = watched.delivered
  await atPace(rate, stepSeconds / 2, write, isAlive)

  watched.latencies = createLatencies()
  const before = { at: performance.now(), delivered: watched.delivered, bytes: watched.bytes(), sent }
  const processorBefore = processorTime(target.pids)
  await atPace(rate, stepSeconds, write, isAlive)
  const seconds = (performance.now() - before.at) / 1_000
  const deliveries = watched.delivered - before.delivered
  const processor = processorTimeSince(target.pids, processorBefore)
  const wireBytes = watched.bytes() - before.bytes
  const offered = (sent - before.sent) * clients.length

  // What waits is part of the step: its latencies count, and the next step begins with an empty room.
  const hasAll = () =>
    acked + refused === sent && watched.delivered - deliveredAtStart === acked * clients.length
  await waitUntil(() => hasAll() || isBroken(crowd), DRAIN_WITHIN_MS)
  const isComplete = hasAll()
  const p99Ms = watched.latencies.quantile(0.99)
  return {
    messagesPerSecond: Math.round((sent - before.sent) / seconds),
    deliveriesPerSecond: Math.round(deliveries / seconds),
    p50Ms: watched.latencies.quantile(0.5),
    p99Ms,
    nodesMicros: (processor.nodes / deliveries) * 1e6,
    othersMicros: (processor.others / deliveries) * 1e6,
    bytes: wireBytes / deliveries,
    refused,
    isComplete,
    keptUp: isComplete && refused === 0 && p99Ms < MAX_P99_MS && deliveries >= offered * LEAST_SHARE,
  }
}

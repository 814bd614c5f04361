/**
 * (c) Messages a second that are acked, over many rooms, and how long an ack takes at that rate. A closed loop: each
 * client sends its next message when one of its last is acked.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { waitUntil } from '@alcove/rehearse/processes/wait-until'
import { gather, isOk, send } from '../load/crowd.js'
import { createLatencies } from '../load/latencies.js'
import { processorTime, processorTimeSince } from '../targets/processor-time.js'
import type { Target } from '../targets/target.js'

export interface DurableSendsOptions {
  rooms: number
  clients: number
  /** Messages of one client that wait for their acks at the same time. */
  inFlight: number
  seconds: number
}

export interface DurableSendsResult {
  rooms: number
  sendsPerSecond: number
  ackP50Ms: number
  ackP99Ms: number
  /** Microseconds of processor time a send. */
  nodesMicros: number
  othersMicros: number
}

const WARM_UP_SECONDS = 2
const DRAIN_WITHIN_MS = 10_000

const roomName = (number: number) => `room-${number}`

/** Those that must exist before, since a client would make more of them than one person may. */
export const roomsOfDurableSends = ({ rooms }: DurableSendsOptions) =>
  Array.from({ length: rooms }, (_, number) => roomName(number))

export async function measureDurableSends(
  target: Target,
  { rooms, clients: size, inFlight, seconds }: DurableSendsOptions,
): Promise<DurableSendsResult> {
  // Every room has somebody, and every client as many rooms as it takes.
  const roomsEach = Math.max(1, Math.ceil(rooms / size))
  const roomsOf = (index: number) =>
    Array.from({ length: roomsEach }, (_, number) => roomName((index + number * size) % rooms))
  const crowd = await gather(target, size, roomsOf)
  let latencies = createLatencies()
  let underWay = 0
  let acked = 0
  let refused = 0
  let isOver = false

  crowd.clients.forEach((client, index) => {
    const own = roomsOf(index)
    let turn = index
    const sendNext = () => {
      const sentAt = performance.now()
      underWay += 1
      send(client, own[turn++ % own.length]!, (bytes, start) => {
        underWay -= 1
        if (isOk(bytes, start)) acked += 1
        else refused += 1
        latencies.record(performance.now() - sentAt)
        if (!isOver && refused === 0) sendNext()
      })
    }
    for (let number = 0; number < inFlight; number += 1) sendNext()
  })

  await wait(WARM_UP_SECONDS * 1_000)
  latencies = createLatencies()
  const before = { at: performance.now(), acked, processor: processorTime(target.pids) }
  await wait(seconds * 1_000)
  const sends = acked - before.acked
  const elapsedSeconds = (performance.now() - before.at) / 1_000
  const processor = processorTimeSince(target.pids, before.processor)
  isOver = true
  const isWhole = await waitUntil(() => underWay === 0, DRAIN_WITHIN_MS)
  await crowd.close()
  if (refused > 0 || !isWhole)
    throw new Error(`unable to measure; ${refused} messages were refused and ${underWay} not answered`)
  return {
    rooms,
    sendsPerSecond: Math.round(sends / elapsedSeconds),
    ackP50Ms: latencies.quantile(0.5),
    ackP99Ms: latencies.quantile(0.99),
    nodesMicros: (processor.nodes / sends) * 1e6,
    othersMicros: (processor.others / sends) * 1e6,
  }
}

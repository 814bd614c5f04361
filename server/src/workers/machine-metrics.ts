/**
 * One answer for the whole machine: whichever worker is asked for metrics, the primary collects those of all, each with
 * its label `worker`. A worker that does not answer in time is left out.
 */
import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry, type Registry } from 'prom-client'
import { createSharedRead } from '../shared-read.js'
import type { MetricParts, ToPrimary, ToWorker } from './messages.js'

const PART_WITHIN_MS = 1_000
const WHOLE_WITHIN_MS = 3_000

/** The primary's side. */
export function collectMetrics(parts: { workers: () => Worker[]; own: Registry }): void {
  let lastId = 0
  const arrivals = new Map<number, (metrics: MetricParts) => void>()

  function readPart(worker: Worker): Promise<MetricParts> {
    const id = (lastId += 1)
    return new Promise((resolve) => {
      const settle = (metrics: MetricParts) => {
        clearTimeout(timer)
        arrivals.delete(id)
        resolve(metrics)
      }
      const timer = setTimeout(() => settle([]), PART_WITHIN_MS)
      arrivals.set(id, settle)
      tell(worker, { type: 'alcove:metrics-read', id })
    })
  }

  const readWhole = createSharedRead(async () => {
    const all = [parts.own.getMetricsAsJSON(), ...parts.workers().map(readPart)]
    return AggregatorRegistry.aggregate(await Promise.all(all)).metrics()
  })

  cluster.on('message', (worker, message: ToPrimary) => {
    if (message.type === 'alcove:metrics-part') arrivals.get(message.id)?.(message.parts)
    if (message.type === 'alcove:metrics-wanted')
      void readWhole().then((text) => tell(worker, { type: 'alcove:metrics-whole', id: message.id, text }))
  })
}

/** A message to a dying worker is dropped, which is not an error. */
export function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {})
}

/** The worker's side. @returns a function that reads the machine's metrics, or its own if the primary is gone. */
export function answerMetrics(
  registry: () => Registry | undefined,
  say: (message: ToPrimary) => void,
): () => Promise<string> {
  let lastId = 0
  const arrivals = new Map<number, (text: string) => void>()

  process.on('message', (message: ToWorker) => {
    if (message.type === 'alcove:metrics-whole') arrivals.get(message.id)?.(message.text)
    if (message.type === 'alcove:metrics-read')
      void registry()
        ?.getMetricsAsJSON()
        .then((parts) => say({ type: 'alcove:metrics-part', id: message.id, parts }))
  })

  return async () => {
    const id = (lastId += 1)
    let timer: NodeJS.Timeout | undefined
    const whole = await new Promise<string | undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), WHOLE_WITHIN_MS)
      arrivals.set(id, resolve)
      say({ type: 'alcove:metrics-wanted', id })
    })
    clearTimeout(timer)
    arrivals.delete(id)
    return whole ?? (await registry()?.metrics()) ?? ''
  }
}

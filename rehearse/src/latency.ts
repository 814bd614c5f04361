/** How long messages took: from the writer's call to the ack, or to a reader's event. */
import type { Scene } from './scene.js'

export interface Window {
  fromMs: number
  toMs: number
}

/**
 * How much later than the ack a message came to readers by the same proxy. A node says both at the same moment, so
 * whatever makes the whole machine slow is in both; what holds a delivery back is not. What is not there yet took until
 * now.
 */
export function localLags({ writers, readers }: Scene, { fromMs, toMs }: Window): number[] {
  const now = performance.now()
  return writers.flatMap((writer) => {
    const acked = writer.sent.flatMap(({ text, at, outcome }) =>
      outcome.kind === 'acked' && at >= fromMs && at < toMs ? [{ text, ackedAt: outcome.at }] : [],
    )
    return readers
      .filter((reader) => reader.proxy === writer.proxy)
      .flatMap((reader) => {
        const shownAt = new Map(
          reader.entries.flatMap((entry) =>
            entry.kind === 'message' ? [[entry.text, entry.at] as const] : [],
          ),
        )
        return acked.map(({ text, ackedAt }) => Math.max(0, (shownAt.get(text) ?? now) - ackedAt))
      })
  })
}

/** Of messages written within the window by writers of these proxies; unanswered ones count until now. */
export function ackTimes(
  { writers }: Scene,
  { fromMs, toMs }: Window,
  isMeant: (proxy: number) => boolean = () => true,
): number[] {
  return writers
    .filter(({ proxy }) => isMeant(proxy))
    .flatMap(({ sent }) =>
      sent
        .filter(({ at }) => at >= fromMs && at < toMs)
        .map(({ at, outcome }) => (outcome.kind === 'acked' ? outcome.at : performance.now()) - at),
    )
}

/** 0 for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

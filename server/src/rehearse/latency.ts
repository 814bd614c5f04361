/** How long messages took: from the writer's call to the ack, or to a reader's event. */
import type { Scene } from './scene.js'

export interface Window {
  fromMs: number
  toMs: number
}

/** Of messages written within the window to readers by the same door, as their node delivers them. */
export function localDeliveries({ writers, readers }: Scene, { fromMs, toMs }: Window): number[] {
  return writers.flatMap((writer) => {
    const written = new Map(
      writer.sent.filter(({ at }) => at >= fromMs && at < toMs).map(({ text, at }) => [text, at]),
    )
    return readers
      .filter((reader) => reader.door === writer.door)
      .flatMap((reader) =>
        reader.entries.flatMap((entry) => {
          const at = entry.kind === 'message' ? written.get(entry.text) : undefined
          return entry.kind === 'message' && at !== undefined ? [entry.at - at] : []
        }),
      )
  })
}

/** Of messages written within the window by writers of these doors; unanswered ones count until now. */
export function ackTimes(
  { writers }: Scene,
  { fromMs, toMs }: Window,
  isMeant: (door: number) => boolean,
): number[] {
  return writers
    .filter(({ door }) => isMeant(door))
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

/** How long messages took: from the writer's call to the ack, or to a reader's event. */
import type { Scene } from './scene.js'

export interface Window {
  fromMs: number
  toMs: number
}

/** Of acked messages to readers by the same door, as their node delivers them; what is not there yet took until now. */
export function localDeliveries({ writers, readers }: Scene, { fromMs, toMs }: Window): number[] {
  const now = performance.now()
  return writers.flatMap((writer) => {
    const written = writer.sent.filter(
      ({ at, outcome }) => at >= fromMs && at < toMs && outcome.kind === 'acked',
    )
    return readers
      .filter((reader) => reader.door === writer.door)
      .flatMap((reader) => {
        const shownAt = new Map(
          reader.entries.flatMap((entry) =>
            entry.kind === 'message' ? [[entry.text, entry.at] as const] : [],
          ),
        )
        return written.map(({ text, at }) => (shownAt.get(text) ?? now) - at)
      })
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

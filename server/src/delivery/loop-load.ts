/**
 * How busy this process's event loop is: the share of recent time in which it was not idle, from 0 to 1. The cost of a
 * single room says little, because a node with many rooms is busy although each of them is quiet.
 */
import type { EventLoopUtilization } from 'node:perf_hooks'

/** Long enough that a single slow turn of the loop does not count as a burst, short enough to notice one soon. */
const WINDOW_MS = 20

export interface LoopClock {
  now(): number
  /** Since the process started. */
  utilization(): EventLoopUtilization
  between(later: EventLoopUtilization, earlier: EventLoopUtilization): EventLoopUtilization
}

/** @returns a function that measures at most once per window and returns the last result in between */
export function createLoopLoad(clock: LoopClock): () => number {
  let lookedAt = clock.now()
  let before = clock.utilization()
  let load = 0
  return () => {
    const now = clock.now()
    if (now - lookedAt < WINDOW_MS) return load
    const after = clock.utilization()
    load = clock.between(after, before).utilization
    before = after
    lookedAt = now
    return load
  }
}

/**
 * How busy this process's event loop is: the part of the last moments in which it did not wait, from 0 to 1. What a room
 * costs alone says little; a node with many rooms is busy although each of them is quiet.
 */
import { performance, type EventLoopUtilization } from 'node:perf_hooks'

/** As soon as a burst has lasted so long, it is seen; and a single slow turn of the loop is not taken for one. */
const WINDOW_MS = 20

export interface LoopClock {
  now(): number
  /** Since the process began. */
  utilization(): EventLoopUtilization
  between(later: EventLoopUtilization, earlier: EventLoopUtilization): EventLoopUtilization
}

const CLOCK: LoopClock = {
  now: () => performance.now(),
  utilization: () => performance.eventLoopUtilization(),
  between: (later, earlier) => performance.eventLoopUtilization(later, earlier),
}

/** @returns looks, at most once in a window: whoever asks in between gets what was found last */
export function createLoopLoad(clock: LoopClock = CLOCK): () => number {
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

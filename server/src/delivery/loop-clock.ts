/** The event loop of this process, for loop-load.ts. */
import { performance } from 'node:perf_hooks'
import type { LoopClock } from './loop-load.js'

export const LOOP_CLOCK: LoopClock = {
  now: () => performance.now(),
  utilization: () => performance.eventLoopUtilization(),
  between: (later, earlier) => performance.eventLoopUtilization(later, earlier),
}

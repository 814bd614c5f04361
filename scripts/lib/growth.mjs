/** How the time of something grows with its input, for tests: as a ratio, because no machine is as fast as another. */

const FACTOR = 16
/** Linear work takes FACTOR times as long, work that grows with the square 256 times; what caches and a busy machine do lies between. */
export const LINEAR_AT_MOST = 64
/** What takes less than this cannot be measured: it is done more than once. */
const MEASURABLE_MS = 0.5
const ROUNDS = { least: 3, most: 60 }

/** See growth.d.mts. */
export function growth(run, make, size) {
  const small = make(size)
  const large = make(FACTOR * size)
  const times = timesToMeasure(run, small)
  const best = { small: Infinity, large: Infinity }
  // In turns, and the best of each: whatever else the machine does takes part in some rounds only.
  for (let round = 1; round <= ROUNDS.most; round += 1) {
    best.small = Math.min(best.small, msOf(run, small, times))
    best.large = Math.min(best.large, msOf(run, large, times))
    if (round >= ROUNDS.least && best.large / best.small < LINEAR_AT_MOST) break
  }
  return best.large / best.small
}

function timesToMeasure(run, input) {
  let times = 1
  const bestMs = () => Math.min(...[1, 2, 3].map(() => msOf(run, input, times)))
  while (bestMs() < MEASURABLE_MS && times < 1_000_000) times *= 2
  return times
}

function msOf(run, input, times) {
  const startedAt = nowMs()
  for (let i = 0; i < times; i += 1) run(input)
  return nowMs() - startedAt
}

/** Processor time where it can be had: a busy machine lends a long run to others more often than a short one. */
const { cpuUsage } = globalThis.process ?? {}
const nowMs = cpuUsage ? () => cpuMs(cpuUsage()) : () => performance.now()
const cpuMs = ({ user, system }) => (user + system) / 1_000

import { expect, it } from 'vitest'
import { retryDelayMs, type Random } from './backoff.js'

it('grows by half up to 30 s, with the whole window random', () => {
  const longest = Array.from({ length: 11 }, (_, attempt) => Math.round(retryDelayMs(attempt, () => 1)))
  expect(longest.slice(0, 4)).toEqual([1_000, 1_500, 2_250, 3_375])
  expect(longest.slice(8)).toEqual([25_629, 30_000, 30_000])
  expect(retryDelayMs(6, () => 0)).toBe(0)
  expect(retryDelayMs(5_000, () => 1)).toBe(30_000)
})

it('never comes before the server’s wish, and never sleeps for ever', () => {
  expect(retryDelayMs(0, () => 0, 5_000)).toBe(5_000)
  expect(retryDelayMs(0, () => 1, 5_000)).toBe(6_000)
  expect(retryDelayMs(0, () => 0, Infinity)).toBe(3_600_000)
  expect(retryDelayMs(0, () => 0, -1)).toBe(0)
  for (const wish of ['soon', {}, NaN, null]) expect(retryDelayMs(0, () => 1, wish as number)).toBe(1_000)
})

it('spreads less where less is asked for', () => {
  expect(retryDelayMs(0, () => 1, 40, 250)).toBe(290)
  expect(retryDelayMs(2, () => 1, 40, 250)).toBe(603)
  expect(retryDelayMs(50, () => 1, 0, 250)).toBe(30_000)
})

const CLIENTS = 1_000
const STEP_MS = 100

/** The same numbers in every run (mulberry32). */
function seededRandom(seed: number): Random {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** When each client is back: all lose their connection at 0, and nobody is taken before `awayMs`. */
function returnTimes(awayMs: number): number[] {
  const random = seededRandom(1)
  return Array.from({ length: CLIENTS }, () => {
    let atMs = retryDelayMs(0, random)
    for (let attempt = 1; atMs < awayMs; attempt++) atMs += retryDelayMs(attempt, random)
    return atMs
  })
}

/** The most that come back in one step after the first second, in percent of all. */
function largestStep(times: number[]): number {
  const steps = new Map<number, number>()
  for (const time of times.filter((time) => time >= 1_000)) {
    const step = Math.floor(time / STEP_MS)
    steps.set(step, (steps.get(step) ?? 0) + 1)
  }
  return (Math.max(0, ...steps.values()) / CLIENTS) * 100
}

it.each([
  // Where another node takes them at once.
  { awayMs: 0, stepPercent: 0.2, backWithinMs: 1_000 },
  { awayMs: 1_000, stepPercent: 10, backWithinMs: 6_000 },
  { awayMs: 3_000, stepPercent: 8, backWithinMs: 15_000 },
  { awayMs: 10_000, stepPercent: 4, backWithinMs: 40_000 },
  { awayMs: 30_000, stepPercent: 2, backWithinMs: 60_000 },
])(
  `${CLIENTS} clients of a server that was away $awayMs ms come back at most $stepPercent % in ${STEP_MS} ms, all within $backWithinMs ms`,
  ({ awayMs, stepPercent, backWithinMs }) => {
    const times = returnTimes(awayMs)
    expect(largestStep(times)).toBeLessThanOrEqual(stepPercent)
    expect(Math.max(...times)).toBeLessThanOrEqual(backWithinMs)
  },
)

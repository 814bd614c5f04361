import { expect, it } from 'vitest'
import { retryDelayMs } from './backoff.js'

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
})

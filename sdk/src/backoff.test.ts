import { expect, it } from 'vitest'
import { retryDelayMs } from './backoff.js'

it('doubles up to 30 s, with the whole window random', () => {
  const longest = Array.from({ length: 7 }, (_, attempt) => retryDelayMs(attempt, () => 1))
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(retryDelayMs(6, () => 0)).toBe(0)
  expect(retryDelayMs(5_000, () => 1)).toBe(30_000)
})

it('never comes before the server’s wish, and never sleeps for ever', () => {
  expect(retryDelayMs(0, () => 0, 5_000)).toBe(5_000)
  expect(retryDelayMs(0, () => 1, 5_000)).toBe(6_000)
  expect(retryDelayMs(0, () => 0, Infinity)).toBe(3_600_000)
  expect(retryDelayMs(0, () => 0, -1)).toBe(0)
})

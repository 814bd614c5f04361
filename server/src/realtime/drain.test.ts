import { expect, test } from 'vitest'
import { sliceSize } from './drain.js'

const secondsOf = (connections: number) =>
  ((Math.ceil(connections / sliceSize(connections)) - 1) * 250) / 1_000

test('few leave at once, many over up to 15 s', () => {
  expect(sliceSize(50)).toBe(50)
  expect([1, 50, 99].map(secondsOf)).toEqual([0, 0, 0])
  expect(secondsOf(1_000)).toBeCloseTo(5, 0)
  for (const connections of [3_000, 20_000, 1_000_000]) {
    expect(secondsOf(connections)).toBeGreaterThan(14)
    expect(secondsOf(connections)).toBeLessThanOrEqual(15)
  }
})

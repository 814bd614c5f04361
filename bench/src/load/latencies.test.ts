import { expect, it } from 'vitest'
import { seededRandom } from '@alcove/rehearse/processes/random'
import { createLatencies } from './latencies.js'

const SHARES = [0.01, 0.5, 0.9, 0.99, 0.999, 1]

it('tells every quantile within 1% of the exact one', () => {
  const random = seededRandom(4)
  const latencies = createLatencies()
  // From 0.02 ms to 20 s, as evenly over the orders of magnitude as real ones are uneven.
  const values = Array.from({ length: 5_000 }, () => 0.02 * 10 ** (random() * 6))
  for (const value of values) latencies.record(value)
  const sorted = values.sort((a, b) => a - b)
  for (const share of SHARES) {
    const exact = sorted[Math.ceil(sorted.length * share) - 1]!
    expect(Math.abs(latencies.quantile(share) / exact - 1)).toBeLessThan(0.01)
  }
  expect(latencies.count).toBe(5_000)
})

it('knows no quantile of nothing', () => {
  expect(createLatencies().quantile(0.5)).toBeNaN()
})

it('keeps what is out of its range at its ends', () => {
  const latencies = createLatencies()
  latencies.record(0)
  latencies.record(1e12)
  expect(latencies.quantile(0.5)).toBeCloseTo(0.01)
  expect(latencies.quantile(1)).toBeGreaterThan(100_000)
})

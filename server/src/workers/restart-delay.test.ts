import { expect, test } from 'vitest'
import { restartDelayMs } from './restart-delay.js'

test('waits grow from half a second to 30 s, with full jitter', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 50].map((failures) => restartDelayMs(failures, () => 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
  ])
  expect(restartDelayMs(50, () => 0)).toBe(0)
  expect(restartDelayMs(50, () => 0.5)).toBe(15_000)
})

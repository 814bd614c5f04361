import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RepaintPace } from './repaint-pace.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** Milliseconds until the next repaint may be. */
async function pauseOf(pace: RepaintPace): Promise<number> {
  const startedAt = performance.now()
  while (pace.pause) await vi.advanceTimersByTimeAsync(1)
  return performance.now() - startedAt
}

test('the first repaint is at once, the next one in the next frame', async () => {
  const pace = new RepaintPace()
  expect(pace.pause).toBeUndefined()
  pace.repainted()
  expect(pace.pause).toBeDefined()
  expect(await pauseOf(pace)).toBeLessThanOrEqual(17)
})

test('without frames, as in a page that nobody sees, every 250 ms', async () => {
  vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0)
  const pace = new RepaintPace()
  for (let round = 0; round < 3; round++) {
    pace.repainted()
    expect(await pauseOf(pace)).toBe(250)
  }
})

test('every 100 ms while messages come less than 200 ms apart, and at the frame’s pace 200 ms after the last', async () => {
  const pace = new RepaintPace()
  expect(pace.grew()).toBe(false)
  await vi.advanceTimersByTimeAsync(199)
  expect(pace.grew()).toBe(true)
  pace.repainted()
  expect(await pauseOf(pace)).toBe(100)
  await vi.advanceTimersByTimeAsync(100)
  pace.repainted()
  expect(await pauseOf(pace)).toBeLessThanOrEqual(17)
  expect(pace.grew()).toBe(false)
})

test('in a hot room too in the next frame after the reader did something, and once only', async () => {
  const pace = new RepaintPace()
  pace.hurry()
  pace.grew()
  pace.grew()
  pace.repainted()
  await vi.advanceTimersByTimeAsync(20)
  expect(pace.pause).toBeDefined()
  pace.hurry()
  expect(await pauseOf(pace)).toBeLessThanOrEqual(17)
  pace.repainted()
  expect(await pauseOf(pace)).toBe(100)
})

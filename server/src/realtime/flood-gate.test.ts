import { afterEach, expect, test, vi } from 'vitest'
import { FloodGate } from './flood-gate.js'

afterEach(() => void vi.useRealTimers())

test('[P9] 200 frames a second pass, more are refused, and 1,000 are a flood', () => {
  const gate = new FloodGate()
  const start = performance.now() + 5_000
  const seen = Array.from({ length: 1_001 }, () => gate.pass(start))
  expect(seen.indexOf('refused')).toBe(200)
  expect(seen.indexOf('flooded')).toBe(1_000)
  expect(gate.retryAfterMs(start + 400)).toBe(600)
  expect(gate.pass(start + 1_000)).toBe('passed')
})

test('a clock set back by ten minutes refuses nobody', () => {
  vi.useFakeTimers()
  const gate = new FloodGate()
  for (let frame = 0; frame < 200; frame += 1) gate.pass()
  expect(gate.pass()).toBe('refused')
  vi.setSystemTime(Date.now() - 600_000)
  vi.advanceTimersByTime(1_000)
  expect(gate.pass()).toBe('passed')
})

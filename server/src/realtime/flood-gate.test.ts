import { afterEach, expect, test, vi } from 'vitest'
import { createFloodGate } from './flood-gate.js'

afterEach(() => void vi.useRealTimers())

test('[P9] 200 frames a second pass, more are refused, and 1,000 are a flood', () => {
  let now = 5_000
  const gate = createFloodGate(() => now)
  const seen = Array.from({ length: 1_001 }, () => gate.pass())
  expect(seen.indexOf('refused')).toBe(200)
  expect(seen.indexOf('flooded')).toBe(1_000)
  now += 400
  expect(gate.retryAfterMs).toBe(600)
  now += 600
  expect(gate.pass()).toBe('passed')
})

test('a clock set back by ten minutes refuses nobody', () => {
  vi.useFakeTimers()
  const gate = createFloodGate()
  for (let frame = 0; frame < 200; frame += 1) gate.pass()
  expect(gate.pass()).toBe('refused')
  vi.setSystemTime(Date.now() - 600_000)
  vi.advanceTimersByTime(1_000)
  expect(gate.pass()).toBe('passed')
})

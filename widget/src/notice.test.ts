import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Interruption } from './notice.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('a break is over for 3 s, then forgotten', () => {
  const changed = vi.fn()
  const interruption = new Interruption(changed)
  interruption.follow('offline', true)
  vi.advanceTimersByTime(2_000)
  expect(changed).toHaveBeenCalledTimes(2)
  interruption.follow('connecting', true)
  interruption.follow('online', true)
  expect(interruption.isOver).toBe(true)
  vi.advanceTimersByTime(2_999)
  expect(interruption.isOver).toBe(true)
  vi.advanceTimersByTime(1)
  expect(interruption.isOver).toBe(false)
  expect(changed).toHaveBeenCalledTimes(3)
  expect(vi.getTimerCount()).toBe(0)
})

test('a second break while the end of the first is shown ends with its own 3 s', () => {
  const interruption = new Interruption(() => undefined)
  interruption.follow('refused', true)
  interruption.follow('online', true)
  vi.advanceTimersByTime(2_000)
  interruption.follow('offline', true)
  expect(interruption.isOver).toBe(false)
  vi.advanceTimersByTime(5_000)
  interruption.follow('online', true)
  expect(interruption.isOver).toBe(true)
})

test('readers who did not see the room are not notified of a break, nor of a first connection', () => {
  const interruption = new Interruption(() => undefined)
  interruption.follow('online', true)
  expect(interruption.isOver).toBe(false)
  interruption.follow('offline', false)
  interruption.follow('online', false)
  expect(interruption.isOver).toBe(false)
})

test('nothing is left when it is cleared', () => {
  const interruption = new Interruption(() => undefined)
  interruption.follow('offline', true)
  interruption.clear()
  expect(vi.getTimerCount()).toBe(0)
})

import type { Room } from '@alcove/sdk'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { MAX_UNDO_MS, Removals, UNDO_MS } from './removals.js'

const room = {} as Room
const due = vi.fn<(room: Room, id: string) => void>()

beforeEach(() => {
  vi.useFakeTimers()
  due.mockClear()
})
afterEach(() => {
  vi.useRealTimers()
})

test('what is deleted is sent when its time is over, once', () => {
  const removals = new Removals(due)
  removals.add(room, 'a', Infinity)
  vi.advanceTimersByTime(UNDO_MS - 1)
  expect(due).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(due).toHaveBeenCalledExactlyOnceWith(room, 'a')
  vi.runAllTimers()
  expect(due).toHaveBeenCalledOnce()
})

test('the time does not run while it is held, but is over after its longest, held or not', () => {
  const removals = new Removals(due)
  removals.add(room, 'a', Infinity)
  removals.hold('a')
  vi.advanceTimersByTime(MAX_UNDO_MS - 1)
  expect(removals.has('a')).toBe(true)
  vi.advanceTimersByTime(1)
  expect(due).toHaveBeenCalledExactlyOnceWith(room, 'a')
  removals.release('a')
  vi.runAllTimers()
  expect(due).toHaveBeenCalledOnce()
})

test('letting go of it again and again does not prolong it', () => {
  const removals = new Removals(due)
  removals.add(room, 'a', Infinity)
  for (let ms = 0; ms < MAX_UNDO_MS; ms += 1_000) {
    removals.hold('a')
    removals.release('a')
    vi.advanceTimersByTime(1_000)
  }
  expect(due).toHaveBeenCalledExactlyOnceWith(room, 'a')
})

test('it is sent before its author may not delete it any more, held or not', () => {
  const removals = new Removals(due)
  removals.add(room, 'a', 2_000)
  removals.add(room, 'b', 3_000)
  removals.hold('b')
  vi.advanceTimersByTime(2_000)
  expect(due.mock.calls).toEqual([[room, 'a']])
  vi.advanceTimersByTime(1_000)
  expect(due.mock.calls.slice(1)).toEqual([[room, 'b']])
})

test('what is taken back is never sent', () => {
  const removals = new Removals(due)
  removals.add(room, 'a', 2_000)
  removals.undo('a')
  vi.runAllTimers()
  expect(due).not.toHaveBeenCalled()
})

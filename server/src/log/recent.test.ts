import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createRecent } from './recent.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const HEAD = { epoch: 'e1', head: 5, headSeq: 5 }

function start(delivered = { epoch: 'e1', rev: 0 }) {
  const state = { delivered }
  return { state, recent: createRecent(() => state.delivered) }
}

test('what was read is given again while nothing newer was delivered', () => {
  const { state, recent } = start()
  expect(recent.get(undefined)).toBeUndefined()
  expect(recent.keep(HEAD)).toBe(HEAD)
  for (const rev of [0, 5]) {
    state.delivered = { epoch: 'e1', rev }
    expect(recent.get(undefined)).toBe(HEAD)
  }
  state.delivered = { epoch: 'e1', rev: 6 }
  expect(recent.get(undefined)).toBeUndefined()
})

test('[P4] nor in another epoch', () => {
  const { state, recent } = start()
  recent.keep(HEAD)
  state.delivered = { epoch: 'e2', rev: 1 }
  expect(recent.get(undefined)).toBeUndefined()
})

test('[P4] a client that knows more, or another epoch, is not given it', () => {
  const { recent } = start()
  recent.keep(HEAD)
  expect(recent.get({ epoch: 'e1', rev: 5 })).toBe(HEAD)
  expect(recent.get({ epoch: 'e1', rev: 6 })).toBeUndefined()
  expect(recent.get({ epoch: 'e2', rev: 1 })).toBeUndefined()
})

test('[P5] it is forgotten a moment after it was read, and not sooner', () => {
  const { recent } = start()
  recent.keep(HEAD)
  vi.advanceTimersByTime(600)
  const later = { ...HEAD, head: 6 }
  recent.keep(later)
  vi.advanceTimersByTime(600)
  expect(recent.get(undefined), 'a new moment').toBe(later)
  vi.advanceTimersByTime(400)
  expect(recent.get(undefined)).toBeUndefined()
})

test('[P5] where nobody is sent anything, nothing is kept', () => {
  const recent = createRecent()
  expect(recent.keep(HEAD)).toBe(HEAD)
  expect(recent.get(undefined)).toBeUndefined()
  expect(vi.getTimerCount()).toBe(0)
})

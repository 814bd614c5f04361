import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { lockFirstGuest } from './first-guest.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.unstubAllGlobals()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

it.each<[string, () => Promise<void>]>([
  [
    'that throws at once',
    () => {
      throw new DOMException('no storage here', 'SecurityError')
    },
  ],
  ['that refuses', () => Promise.reject(new DOMException('no storage here', 'SecurityError'))],
  ['that never answers and ignores the abort', () => new Promise(() => {})],
])('a lock %s holds nobody up', async (_which, request) => {
  vi.stubGlobal('window', { navigator: { locks: { request } } })
  const locked = lockFirstGuest('key')
  await vi.advanceTimersByTimeAsync(3_000)
  const release = await locked
  release()
})

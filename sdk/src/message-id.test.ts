import { afterEach, expect, it, vi } from 'vitest'
import { newMessageId } from './message-id.js'

afterEach(() => vi.unstubAllGlobals())

it.each([
  ['with a crypto', globalThis.crypto],
  ['without one, as in React Native', undefined],
  ['with one that has no getRandomValues', {}],
])('[P3] ids are UUIDs of version 7 and the RFC variant, all different: %s', (_name, crypto) => {
  vi.stubGlobal('crypto', crypto)
  const ids = Array.from({ length: 10_000 }, () => newMessageId())
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
})

it('ids sort in the order they were made, within a millisecond and when the clock goes back', () => {
  const later = Date.now() + 60_000
  const clock = [later, ...Array.from({ length: 9_000 }, () => later), later - 5_000, later + 10]
  const ids = clock.map((now) => newMessageId(now))
  expect(ids).toEqual([...ids].sort())
})

it('an id carries the time it was made', () => {
  const timeOf = (id: string) => parseInt(id.replaceAll('-', '').slice(0, 12), 16)
  // Later than any id made before on this page.
  const now = timeOf(newMessageId()) + 3_600_000
  expect(timeOf(newMessageId(now))).toBe(now)
})

import { expect, test, vi } from 'vitest'
import type { SharedRates } from './shared-rates.js'
import { createRateLimits } from './rate-limits.js'
import { type Limit } from './limit.js'

const limitOf = (key: string, points: number): Limit => ({
  name: 'send',
  key,
  rate: { points, windowSeconds: 60 },
  action: 'send message',
  points: 1,
})

/** How many of so many are taken, one after the other. */
async function takenOf(count: number, take: () => Promise<void>): Promise<number> {
  let taken = 0
  for (let i = 0; i < count; i += 1) {
    await take().then(
      () => (taken += 1),
      () => {},
    )
  }
  return taken
}

test('what all nodes together refuse is not missing here when their window is over', async () => {
  const take = vi.fn<SharedRates['take']>(() => Promise.resolve(undefined))
  const rates = createRateLimits({ take })
  const ada = limitOf('ada', 10)
  take.mockResolvedValueOnce({ limit: ada, waitMs: 0.4 })
  await expect(rates.takeAll([ada])).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 1 })
  expect(await takenOf(20, () => rates.takeAll([ada]))).toBe(10)
})

test('a caller beyond a shared limit keeps their own points', async () => {
  const rates = createRateLimits()
  const [ada, room] = [limitOf('ada', 3), limitOf('room', 1)]
  expect(await takenOf(3, () => rates.takeAll([ada, room]))).toBe(1)
  expect(await takenOf(5, () => rates.takeAll([ada]))).toBe(2)
})

test('a caller beyond their own limit takes nothing from shared ones', async () => {
  const rates = createRateLimits()
  const [ada, room] = [limitOf('ada', 1), limitOf('room', 2)]
  expect(await takenOf(3, () => rates.takeAll([ada, room]))).toBe(1)
  expect(await takenOf(3, () => rates.takeAll([room]))).toBe(1)
})

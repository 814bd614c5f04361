import { expect, onTestFinished, test, vi } from 'vitest'
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

test('a request that needs more than is left takes nothing of what is left', async () => {
  const rates = createRateLimits()
  const ada = limitOf('ada', 10)
  await rates.takeAll([{ ...ada, points: 8 }])
  expect(await takenOf(3, () => rates.takeAll([{ ...ada, points: 3 }]))).toBe(0)
  expect(await takenOf(5, () => rates.takeAll([ada]))).toBe(2)
})

test('a caller beyond their own limit takes nothing from shared ones', async () => {
  const rates = createRateLimits()
  const [ada, room] = [limitOf('ada', 1), limitOf('room', 2)]
  expect(await takenOf(3, () => rates.takeAll([ada, room]))).toBe(1)
  expect(await takenOf(3, () => rates.takeAll([room]))).toBe(1)
})

test('a refusal says when to come back', async () => {
  const take = vi.fn<SharedRates['take']>(() => Promise.resolve(undefined))
  const rates = createRateLimits({ take })
  const ada = limitOf('ada', 1)
  await rates.takeAll([ada])
  const refused = await rates.takeAll([ada]).catch((error: unknown) => error)
  expect(refused).toMatchObject({ name: 'Refusal', code: 'rate_limited' })
  expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(1_000)
  take.mockResolvedValueOnce({ limit: ada, waitMs: 1_500.2 })
  await expect(rates.takeAll([limitOf('bob', 1)])).rejects.toMatchObject({ retryAfterMs: 1_501 })
})

test('one point can be taken without a list', async () => {
  const rates = createRateLimits()
  const { rate, action } = limitOf('ada', 2)
  expect(await takenOf(3, () => rates.take('send', 'ada', rate, action))).toBe(2)
  expect(await takenOf(3, () => rates.take('send', 'bob', rate, action))).toBe(2)
})

test('a charge refuses nobody, and is missing to the next one', async () => {
  const take = vi.fn<SharedRates['take']>(() => Promise.resolve(undefined))
  for (const rates of [createRateLimits(), createRateLimits({ take })]) {
    await rates.charge([{ ...limitOf('ada', 10), points: 8 }])
    expect(await takenOf(5, () => rates.takeAll([limitOf('ada', 10)]))).toBe(2)
    await rates.charge([{ ...limitOf('ada', 10), points: 8 }])
  }
  expect(take.mock.calls.flat(2)).toContainEqual(expect.objectContaining({ key: 'ada', points: 8 }))
})

test('a window longer than a timer of Node counts as well', async () => {
  const rates = createRateLimits()
  const ada: Limit = { ...limitOf('ada', 2), rate: { points: 2, windowSeconds: 3_000_000 } }
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const taken = await takenOf(5, async () => {
    await rates.takeAll([ada])
    await vi.advanceTimersByTimeAsync(1_000)
  })
  expect(taken).toBe(2)
})

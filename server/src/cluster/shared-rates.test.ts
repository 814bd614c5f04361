import { expect, test, vi } from 'vitest'
import type { Limit } from '../realtime/rate-limits.js'
import type { Log } from '../log.js'
import { createMetrics } from '../metrics.js'
import type { RedisLink } from './redis.js'
import { createSharedRates } from './shared-rates.js'

/** More than two steps hold. */
const REQUESTS = 3_000

const limitOf = (key: string): Limit => ({
  name: 'send',
  key,
  rate: { points: 10, windowSeconds: 2 },
  action: 'send message',
})

test('[P7] whoever waits behind a count that is late goes on with it: not one more late count each thousand', async () => {
  const count = vi.fn(() => new Promise<never>(() => {}))
  const redis = { publisher: { isCluster: false }, script: () => count } as unknown as RedisLink
  const metrics = createMetrics()
  const rates = createSharedRates({ redis, metrics, log: { warn: vi.fn() } as unknown as Log })
  const first = rates.take([limitOf('first')])
  await vi.waitFor(() => expect(count).toHaveBeenCalledTimes(1))
  const others = Array.from({ length: REQUESTS }, (_, i) => rates.take([limitOf(`user ${i}`)]))
  expect(await Promise.all([first, ...others])).toEqual(Array(1 + REQUESTS).fill(undefined))
  expect(count).toHaveBeenCalledTimes(1)
  expect((await metrics.localRates.get()).values[0]?.value).toBe(1 + REQUESTS)
})

test('what is wrong with a count of many is logged once', async () => {
  const count = vi.fn(() => Promise.reject(new Error('OOM')))
  const redis = { publisher: { isCluster: false }, script: () => count } as unknown as RedisLink
  const warn = vi.fn()
  const rates = createSharedRates({ redis, metrics: createMetrics(), log: { warn } as unknown as Log })
  await Promise.all(['ada', 'bob', 'eve'].map((user) => rates.take([limitOf(user)])))
  expect(count).toHaveBeenCalledTimes(1)
  expect(warn).toHaveBeenCalledTimes(1)
})

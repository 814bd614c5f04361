import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Limit } from './limit.js'
import type { Logger } from '../process/logger.js'
import { createMetrics } from '../metrics.js'
import { namesOf } from '../cluster/keys.js'
import type { RedisLink } from '../cluster/redis.js'
import { createSharedRates } from './shared-rates.js'

/** More than two steps hold. */
const REQUESTS = 3_000
const POINTS = 10
const WINDOW_MS = 2_000

// A count is late when a test says so, not when the machine stands still.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** As long as nobody's count is waited for. */
const LATE_MS = 50

const limitOf = (key: string): Limit => ({
  name: 'send',
  key,
  rate: { points: POINTS, windowSeconds: WINDOW_MS / 1_000 },
  action: 'send message',
  points: 1,
})

function createRates(count: (keys: readonly string[]) => Promise<unknown>) {
  const counted = vi.fn(count)
  const warn = vi.fn()
  const metrics = createMetrics()
  const redis = {
    names: namesOf('test'),
    publisher: { isCluster: false },
    script: () => counted,
  } as unknown as RedisLink
  const rates = createSharedRates({ redis, metrics, log: { warn } as unknown as Logger })
  return { rates, counted, warn, metrics }
}

/** A count that is answered when the test says so. */
function createHeldRates() {
  const answers: ((total: number, leftMs: number) => void)[] = []
  const made = createRates(
    (keys) =>
      new Promise((answer) => answers.push((total, leftMs) => answer(keys.flatMap(() => [total, leftMs])))),
  )
  return {
    ...made,
    /** @param total points of every asked key that are taken now, on all nodes */
    async answer(total: number, leftMs = WINDOW_MS) {
      await turnsUntil(() => answers.length > 0)
      answers.shift()!(total, leftMs)
      await nextTurn()
    },
  }
}

/** Not by `vi.waitFor`: it moves the clock. */
async function turnsUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await nextTurn()
}

/** Until a window of so many milliseconds is over, by the real clock, and by what the cache remembers of it. */
async function windowOf(ms: number): Promise<void> {
  const startedAt = performance.now()
  await turnsUntil(() => performance.now() - startedAt > ms + 1)
  vi.advanceTimersByTime(1)
}

/** What became of a take by now. */
const outcomeOf = (take: Promise<unknown>) => Promise.race([take, nextTurn('waits')])

test('[P7] requests queued behind a late count proceed with it: not one more late count each thousand', async () => {
  const { rates, counted, metrics } = createRates(() => new Promise<never>(() => {}))
  const first = rates.take([limitOf('room')])
  await turnsUntil(() => counted.mock.calls.length > 0)
  const others = Array.from({ length: REQUESTS }, () => rates.take([limitOf('room')]))
  vi.advanceTimersByTime(LATE_MS)
  expect(await Promise.all([first, ...others])).toEqual(Array(1 + REQUESTS).fill(undefined))
  expect(counted).toHaveBeenCalledTimes(1)
  expect((await metrics.localRates.get()).values[0]?.value).toBe(1 + REQUESTS)
})

test('what is wrong with a count of many is logged once', async () => {
  const { rates, counted, warn } = createRates(() => Promise.reject(new Error('OOM')))
  await Promise.all(['ada', 'bob', 'eve'].map((user) => rates.take([limitOf(user)])))
  await turnsUntil(() => warn.mock.calls.length > 0)
  await nextTurn()
  expect(warn).toHaveBeenCalledTimes(1)
  expect(counted).toHaveBeenCalledTimes(1)
})

test('the first goes on before its answer is there, the next of the same key waits for it, another key does not', async () => {
  const { rates, counted, answer } = createHeldRates()
  expect(await outcomeOf(rates.take([limitOf('ada'), limitOf('room')]))).toBeUndefined()
  const next = rates.take([limitOf('bob'), limitOf('room')])
  expect(await outcomeOf(next)).toBe('waits')
  expect(await outcomeOf(rates.take([limitOf('eve')]))).toBeUndefined()
  await answer(1)
  await answer(2)
  expect(await next).toBeUndefined()
  expect(counted).toHaveBeenCalledTimes(2)
  expect(await outcomeOf(rates.take([limitOf('ada'), limitOf('room')]))).toBeUndefined()
})

test('where half of a window is gone everybody waits for the answer, until the window ends', async () => {
  const { rates, answer } = createHeldRates()
  await rates.take([limitOf('ada')])
  await answer(POINTS / 2)
  const next = rates.take([limitOf('ada')])
  expect(await outcomeOf(next)).toBe('waits')
  await answer(POINTS / 2 + 1, 20)
  expect(await next).toBeUndefined()
  for (;;) {
    await windowOf(1)
    const later = rates.take([limitOf('ada')])
    if ((await outcomeOf(later)) === undefined) return
    await answer(POINTS / 2 + 2, 1)
  }
})

test('one that went on although others had used up the window is the last of it', async () => {
  const { rates, counted, answer } = createHeldRates()
  expect(await outcomeOf(rates.take([limitOf('ada')]))).toBeUndefined()
  await answer(POINTS + 1)
  const refused = await rates.take([limitOf('ada')])
  expect(refused).toMatchObject({ limit: { key: 'ada' } })
  expect(refused!.waitMs).toBeGreaterThan(0)
  expect(refused!.waitMs).toBeLessThanOrEqual(WINDOW_MS)
  expect(counted).toHaveBeenCalledTimes(1)
})

test('the caller that takes the last point is not refused, and nobody asks for another', async () => {
  const { rates, counted, answer } = createHeldRates()
  await rates.take([limitOf('ada')])
  await answer(POINTS - 1)
  const last = rates.take([limitOf('ada')])
  await answer(POINTS)
  expect(await last).toBeUndefined()
  expect(await rates.take([limitOf('ada')])).toMatchObject({ limit: { key: 'ada' } })
  expect(counted).toHaveBeenCalledTimes(2)
})

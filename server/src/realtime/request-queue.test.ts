import { expect, test, vi } from 'vitest'
import { RequestQueue } from './request-queue.js'

/** A request that runs until it is told to end. */
function request() {
  let finish = () => {}
  let endTurn = () => {}
  const run = vi.fn(async (end: () => void) => {
    endTurn = end
    await new Promise<void>((done) => (finish = done))
  })
  return { run, finish: () => finish(), endTurn: () => endTurn() }
}

const settle = () => new Promise((done) => setImmediate(done))

test('[P2] requests start one after another, in the order they arrived', async () => {
  const queue = new RequestQueue()
  const [a, b] = [request(), request()]
  void queue.enter(10, a.run)
  const second = queue.enter(10, b.run)
  await settle()
  expect(a.run).toHaveBeenCalledTimes(1)
  expect(b.run).not.toHaveBeenCalled()
  a.finish()
  await settle()
  expect(b.run).toHaveBeenCalledTimes(1)
  b.finish()
  await second
})

test('a request that ends its turn early lets the next one start while it goes on', async () => {
  const queue = new RequestQueue()
  const [a, b] = [request(), request()]
  const first = queue.enter(10, a.run)
  void queue.enter(10, b.run)
  await settle()
  a.endTurn()
  await settle()
  expect(b.run).toHaveBeenCalledTimes(1)
  a.finish()
  await first
})

test('a request that fails, even at once, blocks nobody', async () => {
  const queue = new RequestQueue()
  const rejected = queue.enter(10, () => Promise.reject(new Error('refused')))
  const thrown = queue.enter(10, () => {
    throw new Error('at once')
  })
  await expect(rejected).rejects.toThrow('refused')
  await expect(thrown).rejects.toThrow('at once')
  await expect(queue.enter(10, () => Promise.resolve('next'))).resolves.toBe('next')
})

test('[P7] 100 requests may be under way, also of those that ended their turn; then there is room again', async () => {
  const queue = new RequestQueue()
  const requests = Array.from({ length: 100 }, request)
  const running = requests.map(({ run }) => queue.enter(10, run))
  await settle()
  requests[0]?.endTurn()
  await settle()
  expect(queue.enter(10, () => Promise.resolve())).toBeUndefined()
  requests[1]?.finish()
  await running[1]
  expect(queue.enter(10, () => Promise.resolve())).toBeDefined()
})

test('[P7] the queue is bounded in bytes, and its first request may proceed', async () => {
  const queue = new RequestQueue()
  const [a, b] = [request(), request()]
  const first = queue.enter(1_000_000, a.run)
  expect(queue.enter(10, b.run)).toBeUndefined()
  await settle()
  a.finish()
  await first
  const quarter = 64 * 1024
  const requests = Array.from({ length: 4 }, request)
  const running = requests.map(({ run }) => queue.enter(quarter, run))
  expect(running).not.toContain(undefined)
  expect(queue.enter(1, b.run)).toBeUndefined()
  await settle()
  requests[0]?.finish()
  await running[0]
  expect(queue.enter(quarter, b.run)).toBeDefined()
})

test('what is under way can be waited for, failed requests too', async () => {
  const queue = new RequestQueue()
  await queue.settled()
  const [a, b] = [request(), request()]
  const first = queue.enter(10, a.run)?.then(() => Promise.reject(new Error('refused')))
  first?.catch(() => {})
  void queue.enter(10, b.run)
  const done = vi.fn()
  const waiting = queue.settled().then(done)
  await settle()
  a.finish()
  await settle()
  expect(done).not.toHaveBeenCalled()
  b.finish()
  await waiting
  expect(done).toHaveBeenCalledTimes(1)
})

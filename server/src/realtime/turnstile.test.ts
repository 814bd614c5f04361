import { expect, test, vi } from 'vitest'
import { createTurnstile } from './turnstile.js'

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
  const { enter } = createTurnstile()
  const [a, b] = [request(), request()]
  void enter(a.run)
  const second = enter(b.run)
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
  const { enter } = createTurnstile()
  const [a, b] = [request(), request()]
  const first = enter(a.run)
  void enter(b.run)
  await settle()
  a.endTurn()
  await settle()
  expect(b.run).toHaveBeenCalledTimes(1)
  a.finish()
  await first
})

test('a request that fails, even at once, blocks nobody', async () => {
  const { enter } = createTurnstile()
  const rejected = enter(() => Promise.reject(new Error('refused')))
  const thrown = enter(() => {
    throw new Error('at once')
  })
  await expect(rejected).rejects.toThrow('refused')
  await expect(thrown).rejects.toThrow('at once')
  await expect(enter(() => Promise.resolve('next'))).resolves.toBe('next')
})

test('[P7] 100 requests may be under way, also of those that ended their turn; then there is room again', async () => {
  const { enter } = createTurnstile()
  const requests = Array.from({ length: 100 }, request)
  const running = requests.map(({ run }) => enter(run))
  await settle()
  requests[0]?.endTurn()
  await settle()
  expect(enter(() => Promise.resolve())).toBeUndefined()
  requests[1]?.finish()
  await running[1]
  expect(enter(() => Promise.resolve())).toBeDefined()
})

test('what is under way can be waited for, failed requests too', async () => {
  const { enter, settled } = createTurnstile()
  await settled()
  const [a, b] = [request(), request()]
  const first = enter(a.run)?.then(() => Promise.reject(new Error('refused')))
  first?.catch(() => {})
  void enter(b.run)
  const done = vi.fn()
  const waiting = settled().then(done)
  await settle()
  a.finish()
  await settle()
  expect(done).not.toHaveBeenCalled()
  b.finish()
  await waiting
  expect(done).toHaveBeenCalledTimes(1)
})

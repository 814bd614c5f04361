import { expect, test, vi } from 'vitest'
import { Turnstile } from './turnstile.js'

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
  const turnstile = new Turnstile()
  const [a, b] = [request(), request()]
  void turnstile.enter(a.run)
  const second = turnstile.enter(b.run)
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
  const turnstile = new Turnstile()
  const [a, b] = [request(), request()]
  const first = turnstile.enter(a.run)
  void turnstile.enter(b.run)
  await settle()
  a.endTurn()
  await settle()
  expect(b.run).toHaveBeenCalledTimes(1)
  a.finish()
  await first
})

test('a request that fails, even at once, blocks nobody', async () => {
  const turnstile = new Turnstile()
  const rejected = turnstile.enter(() => Promise.reject(new Error('refused')))
  const thrown = turnstile.enter(() => {
    throw new Error('at once')
  })
  await expect(rejected).rejects.toThrow('refused')
  await expect(thrown).rejects.toThrow('at once')
  await expect(turnstile.enter(() => Promise.resolve('next'))).resolves.toBe('next')
})

test('[P7] 100 requests may be under way, also of those that ended their turn; then there is room again', async () => {
  const turnstile = new Turnstile()
  const requests = Array.from({ length: 100 }, request)
  const running = requests.map(({ run }) => turnstile.enter(run))
  await settle()
  requests[0]?.endTurn()
  await settle()
  expect(turnstile.enter(() => Promise.resolve())).toBeUndefined()
  requests[1]?.finish()
  await running[1]
  expect(turnstile.enter(() => Promise.resolve())).toBeDefined()
})

test('what is under way can be waited for, failed requests too', async () => {
  const turnstile = new Turnstile()
  await turnstile.settled()
  const [a, b] = [request(), request()]
  const first = turnstile.enter(a.run)?.then(() => Promise.reject(new Error('refused')))
  first?.catch(() => {})
  void turnstile.enter(b.run)
  const done = vi.fn()
  const waiting = turnstile.settled().then(done)
  await settle()
  a.finish()
  await settle()
  expect(done).not.toHaveBeenCalled()
  b.finish()
  await waiting
  expect(done).toHaveBeenCalledTimes(1)
})

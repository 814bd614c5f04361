import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LOOP_CLOCK } from './loop-clock.js'
import { createLoopLoad } from './loop-load.js'

/** A loop that works and idles as told. */
function startLoop() {
  let [active, idle] = [0, 0]
  const of = (a: number, i: number) => ({ active: a, idle: i, utilization: a + i === 0 ? 0 : a / (a + i) })
  const load = createLoopLoad({
    now: () => active + idle,
    utilization: () => of(active, idle),
    between: (later, earlier) => of(later.active - earlier.active, later.idle - earlier.idle),
  })
  return {
    load,
    work: (ms: number) => (active += ms),
    rest: (ms: number) => (idle += ms),
  }
}

test('is the part of the last moments in which the loop did not wait', () => {
  const { load, work, rest } = startLoop()
  expect(load()).toBe(0)
  work(15)
  rest(5)
  expect(load()).toBe(0.75)
  rest(1_000)
  expect(load()).toBe(0)
})

test('a long rest does not hide the burst that follows it', () => {
  const { load, work, rest } = startLoop()
  rest(60_000)
  load()
  work(20)
  expect(load()).toBe(1)
})

test('is looked at once in a window', () => {
  const { load, work, rest } = startLoop()
  rest(20)
  expect(load()).toBe(0)
  work(19)
  expect(load(), 'as it was').toBe(0)
  work(1)
  expect(load()).toBe(1)
})

test('of a real loop that does nothing but work it is near 1', async () => {
  const load = createLoopLoad(LOOP_CLOCK)
  const spin = (ms: number) => {
    for (const until = performance.now() + ms; performance.now() < until;);
  }
  await turn()
  spin(30)
  load()
  spin(60)
  expect(load()).toBeGreaterThan(0.8)
})

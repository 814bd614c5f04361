import { expect, it } from 'vitest'
import { highestRate } from './highest-rate.js'

/** A server that carries so much and no more. */
function search(capacity: number, first: number, most = 50_000) {
  const tried: number[] = []
  const found = highestRate(first, most, async (rate) => {
    tried.push(rate)
    return rate <= capacity
  })
  return found.then((rate) => ({ rate, tried }))
}

it.each([150, 700, 1_234, 9_999])('comes within a sixth of a capacity of %i', async (capacity) => {
  const { rate } = await search(capacity, 100)
  expect(rate).toBeLessThanOrEqual(capacity)
  expect(rate).toBeGreaterThan((capacity * 5) / 6)
})

it('rises by half, then closes in twice between what was kept up and what was not', async () => {
  expect((await search(400, 100)).tried).toEqual([100, 150, 225, 338, 507, 414, 374])
})

it('sinks twice when the first rate is too high already, then closes in', async () => {
  expect((await search(60, 100)).tried).toEqual([100, 50, 71, 60])
  expect(await search(20, 100)).toEqual({ rate: 0, tried: [100, 50, 25] })
})

it('never tries more than it may', async () => {
  const { rate, tried } = await search(Infinity, 100, 300)
  expect(tried).toEqual([100, 150, 225])
  expect(rate).toBe(225)
})

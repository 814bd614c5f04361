import { expect, test } from 'vitest'
import { createAddressRates } from './address-rates.js'

function startRates(points: number, windowSeconds: number) {
  const clock = { now: 5_000 }
  return { clock, rates: createAddressRates({ points, windowSeconds }, () => clock.now) }
}

test('[P7] beyond its points an address waits for the end of the window, its neighbour does not', () => {
  const { clock, rates } = startRates(2, 10)
  expect([rates.take('a'), rates.take('a')]).toEqual([{ kind: 'taken' }, { kind: 'taken' }])
  clock.now += 4_000
  expect(rates.take('a')).toEqual({ kind: 'spent', retryAfterMs: 6_000 })
  expect(rates.take('b').kind).toBe('taken')
  clock.now += 6_000
  expect(rates.take('a').kind).toBe('taken')
})

test('a point that is given back can be taken again, and no more than was taken', () => {
  const { rates } = startRates(1, 10)
  rates.take('a')
  rates.giveBack('a')
  rates.giveBack('a')
  expect([rates.take('a').kind, rates.take('a').kind]).toEqual(['taken', 'spent'])
})

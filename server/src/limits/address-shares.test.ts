import { describe, expect, test } from 'vitest'
import { createAddressShares, type Holding } from './address-shares.js'

function startShares(total: number, perAddress: number) {
  const shares = createAddressShares({ total, perAddress })
  const dropped: string[] = []
  const hold = (address: string, name: string): Holding => shares.hold(address, () => dropped.push(name))
  return { shares, dropped, hold }
}

describe('[P7] what one address holds is bounded', () => {
  test('beyond its share the oldest of the address is dropped, never the newcomer', () => {
    const { dropped, hold, shares } = startShares(100, 2)
    hold('a', 'first')
    hold('b', 'neighbour')
    hold('a', 'second')
    hold('a', 'third')
    expect(dropped).toEqual(['first'])
    hold('a', 'fourth')
    expect(dropped).toEqual(['first', 'second'])
    expect(shares.held).toBe(3)
  })

  test('what was given back counts no longer, however often it is given back', () => {
    const { dropped, hold, shares } = startShares(100, 2)
    const first = hold('a', 'first')
    first.release()
    first.release()
    expect(shares.addresses, 'nothing is left of it').toBe(0)
    const second = hold('a', 'second')
    hold('a', 'third')
    expect(dropped).toEqual([])
    expect(shares.held).toBe(2)
    second.release()
    expect(shares.addresses).toBe(1)
  })

  test('what grows beyond the share costs the oldest, at last itself', () => {
    const { dropped, hold, shares } = startShares(100, 4)
    hold('a', 'first')
    const second = hold('a', 'second')
    second.grow(3)
    expect(dropped).toEqual(['first'])
    second.grow(1)
    expect(dropped).toEqual(['first', 'second'])
    expect(shares.held).toBe(0)
    second.grow(5)
    expect(shares.held, 'what was dropped holds nothing').toBe(0)
  })
})

describe('[P7] what all addresses hold is bounded', () => {
  test('the oldest of the heaviest address is dropped, not the newcomer', () => {
    const { dropped, hold } = startShares(4, 3)
    hold('b', 'b1')
    for (const name of ['a1', 'a2', 'a3']) hold('a', name)
    hold('c', 'c1')
    expect(dropped).toEqual(['a1'])
    hold('d', 'd1')
    expect(dropped).toEqual(['a1', 'a2'])
  })

  test('among many addresses with one each the newcomer still gets in', () => {
    const { dropped, hold, shares } = startShares(3, 3)
    for (const name of ['a', 'b', 'c', 'd', 'e']) hold(name, name)
    expect(dropped).toHaveLength(2)
    expect(dropped).not.toContain('e')
    expect(shares.held).toBe(3)
  })
})

test('the work for a newcomer does not grow with what is held', () => {
  // What else the machine does is in some of the rounds, what a step costs is in each.
  const rounds = Array.from({ length: 3 }, () => ({ few: stepMs(100), many: stepMs(20_000) }))
  const fastest = (kind: 'few' | 'many') => Math.min(...rounds.map((round) => round[kind]))
  expect(fastest('many')).toBeLessThan(fastest('few') * 10)

  function stepMs(perAddress: number): number {
    const shares = createAddressShares({ total: perAddress * 2, perAddress })
    const fill = (count: number) => {
      for (let i = 0; i < count; i += 1) shares.hold('a', () => {})
    }
    fill(perAddress)
    const start = performance.now()
    fill(20_000)
    return performance.now() - start
  }
})

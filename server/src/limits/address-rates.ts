/**
 * How often an address did something in this window, counted by this node alone and at once: for what comes in too great a
 * number to wait for anybody. Limits that all nodes share are in rate-limits.ts.
 */
import type { Rate } from './limit.js'

export interface AddressRates {
  /** Takes one point. @returns how long to wait where none is left */
  take(address: string): { kind: 'taken' } | { kind: 'spent'; retryAfterMs: number }
  /** A point that was taken for what does not count after all. */
  giveBack(address: string): void
}

/** Beyond it the window begins anew for all: an attacker with so many networks is bounded elsewhere. */
const MAX_ADDRESSES = 100_000

export function createAddressRates(
  { points, windowSeconds }: Rate,
  now: () => number = () => performance.now(),
): AddressRates {
  /** One window for all addresses, so that forgetting them is one step. */
  let taken = new Map<string, number>()
  let endsAt = 0

  function window(): Map<string, number> {
    if (now() >= endsAt || taken.size > MAX_ADDRESSES) {
      taken = new Map()
      endsAt = now() + windowSeconds * 1_000
    }
    return taken
  }

  return {
    take(address) {
      const counts = window()
      const count = counts.get(address) ?? 0
      if (count >= points) return { kind: 'spent', retryAfterMs: Math.max(1, Math.ceil(endsAt - now())) }
      counts.set(address, count + 1)
      return { kind: 'taken' }
    },
    giveBack(address) {
      const counts = window()
      const count = counts.get(address) ?? 0
      if (count > 1) counts.set(address, count - 1)
      else counts.delete(address)
    },
  }
}

/**
 * Counts how often an address did something in this window, on this node alone and synchronously: for events too
 * frequent to wait for anything. Limits shared by all nodes are in rate-limits.ts.
 */
import type { Rate } from './limit.js'

export interface AddressRates {
  /** Takes one point. @returns how long to wait if none is left */
  take(address: string): { kind: 'taken' } | { kind: 'spent'; retryAfterMs: number }
  /** Returns a point taken for something that does not count after all. */
  giveBack(address: string): void
}

/** Beyond this number the window restarts for all: an attacker with so many networks is bounded elsewhere. */
const MAX_ADDRESSES = 100_000

export function createAddressRates(
  { points, windowSeconds }: Rate,
  now: () => number = () => performance.now(),
): AddressRates {
  /** One window for all addresses, so that they are all forgotten in one step. */
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

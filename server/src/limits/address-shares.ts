/**
 * Who holds how much of something, by address. When one address or all together hold too much, the oldest holding of the
 * address that is to blame is dropped, and not the newcomer. No step searches through what is held: a flood must not cost
 * more than what it floods.
 */

/** What one caller holds: one unit, and more as it grows. */
export interface Holding {
  grow(units: number): void
  /** Given back; again does nothing. */
  release(): void
}

export interface AddressShares {
  /** @param drop ends what is held; the holding is released by then. */
  hold(address: string, drop: () => void): Holding
  /** Units of all addresses. */
  readonly held: number
}

interface Entry {
  address: string
  units: number
  drop: () => void
}

/** Of one address, oldest first. */
interface Share {
  units: number
  entries: Set<Entry>
  /** Stands before the first of them. A new iterator would pass over the places of all that were dropped, each time. */
  oldest: Iterator<Entry, undefined>
}

export function createAddressShares(limits: { total: number; perAddress: number }): AddressShares {
  const shares = new Map<string, Share>()
  /** Addresses by the units they hold, so that the heaviest is found without a search. */
  const addressesByUnits = new Map<number, Set<string>>()
  let heaviest = 0
  let held = 0

  function file(address: string, from: number, to: number): void {
    const former = addressesByUnits.get(from)
    former?.delete(address)
    if (former?.size === 0) addressesByUnits.delete(from)
    if (to > 0) {
      const latter = addressesByUnits.get(to) ?? new Set()
      addressesByUnits.set(to, latter.add(address))
    }
    heaviest = Math.max(heaviest, to)
    // Every step down was a step up before.
    while (heaviest > 0 && !addressesByUnits.has(heaviest)) heaviest -= 1
  }

  function change(address: string, share: Share, by: number): void {
    file(address, share.units, share.units + by)
    share.units += by
    held += by
  }

  function release(entry: Entry): void {
    const share = shares.get(entry.address)
    if (!share?.entries.delete(entry)) return
    change(entry.address, share, -entry.units)
    if (share.entries.size === 0) shares.delete(entry.address)
  }

  function dropOldestOf(address: string): void {
    const oldest = shares.get(address)?.oldest.next().value
    if (!oldest) return
    release(oldest)
    oldest.drop()
  }

  function settle(address: string): void {
    while ((shares.get(address)?.units ?? 0) > limits.perAddress) dropOldestOf(address)
    while (held > limits.total) {
      const [blamed = address] = addressesByUnits.get(heaviest) ?? []
      dropOldestOf(blamed)
    }
  }

  return {
    hold(address, drop) {
      const entry: Entry = { address, units: 0, drop }
      const share = shares.get(address) ?? emptyShare()
      shares.set(address, share)
      share.entries.add(entry)
      const grow = (units: number) => {
        if (!share.entries.has(entry)) return
        entry.units += units
        change(address, share, units)
        settle(address)
      }
      grow(1)
      return { grow, release: () => release(entry) }
    },
    get held() {
      return held
    },
  }
}

function emptyShare(): Share {
  const entries = new Set<Entry>()
  return { units: 0, entries, oldest: entries.values() }
}

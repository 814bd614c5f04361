/**
 * How much of something each address holds. When one address or all of them together hold too much, the oldest holding
 * of the address responsible is dropped, not the newcomer. No step searches the holdings, so that a flood does not cost
 * more than the thing it floods.
 */

/** The holding of one caller: one unit, and more as it grows. */
export interface Holding {
  grow(units: number): void
  /** Gives it back; repeated calls do nothing. */
  release(): void
}

export interface AddressShares {
  /** @param drop ends the thing held; the holding has been released by then. */
  hold(address: string, drop: () => void): Holding
  /** The units of all addresses. */
  readonly held: number
  /** The number of addresses that hold something. */
  readonly addresses: number
}

interface Entry {
  address: string
  units: number
  drop: () => void
}

/** The holdings of one address, oldest first. */
interface Share {
  units: number
  entries: Set<Entry>
  /** Positioned before the first holding. A new iterator would step over all dropped entries each time. */
  oldest: Iterator<Entry, undefined>
}

export function createAddressShares(limits: { total: number; perAddress: number }): AddressShares {
  const shares = new Map<string, Share>()
  /** Addresses by number of units, so that the heaviest is found without a search. */
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
    // Every step down undoes an earlier step up.
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
    get addresses() {
      return shares.size
    },
  }
}

function emptyShare(): Share {
  const entries = new Set<Entry>()
  return { units: 0, entries, oldest: entries.values() }
}

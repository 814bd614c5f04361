/**
 * A token bucket shared by addresses: the fewer tokens are left, the sooner the addresses that took the most are
 * refused; an address that has taken nothing is refused only when the bucket is empty. An address may use whatever
 * nobody else needs.
 */

/**
 * How many times the tokens left above the reserve one address may have taken: three quarters of the bucket for a
 * single one, three tenths each for three that all ask for more. Taken tokens come back as the bucket fills.
 */
const TIMES_WHAT_IS_LEFT = 4

/** The part of the bucket reserved for addresses that have taken nothing; it fills up before anybody else gets more. */
const RESERVE = 1 / 20

/** An address charged with less than this counts as a newcomer again. */
const FORGOTTEN_BELOW = 0.5

/** Keeps the numbers far from losing precision. */
const SMALLEST_SCALE = 1e-6

export interface FairBucket {
  take(address: string): boolean
  /** The number of addresses, which the size of the bucket bounds. */
  readonly remembered: number
}

export function createFairBucket(
  { burst, perSecond }: { burst: number; perSecond: number },
  now: () => number = () => performance.now(),
): FairBucket {
  /**
   * The tokens each address took that are not refilled yet, divided by `scale`. Refilling reduces all of them in
   * proportion: a single multiplication, however many addresses there are.
   */
  const taken = new Map<string, number>()
  let scale = 1
  let left = burst
  let filledAt = now()

  function fill(): void {
    // A clock that was set back refills nothing and continues from there.
    const elapsedMs = Math.max(0, now() - filledAt)
    filledAt = now()
    const before = burst - left
    left = Math.min(burst, left + (elapsedMs / 1_000) * perSecond)
    if (left < burst) scale *= (burst - left) / before
    else forgetAll()
    if (scale < SMALLEST_SCALE) forgetLightest()
  }

  function forgetAll(): void {
    taken.clear()
    scale = 1
  }

  /** At most `burst / FORGOTTEN_BELOW` addresses remain, so this runs again only after as many newcomers. */
  function forgetLightest(): void {
    for (const [address, units] of taken) {
      if (units * scale < FORGOTTEN_BELOW) taken.delete(address)
      else taken.set(address, units * scale)
    }
    scale = 1
  }

  const mayHaveOneMore = (units: number) => units + 1 <= TIMES_WHAT_IS_LEFT * (left - 1 - burst * RESERVE)

  return {
    take(address) {
      fill()
      const units = (taken.get(address) ?? 0) * scale
      const isNewcomer = units < FORGOTTEN_BELOW
      if (left < 1 || (!isNewcomer && !mayHaveOneMore(units))) return false
      left -= 1
      taken.set(address, (units + 1) / scale)
      if (taken.size > (2 * burst) / FORGOTTEN_BELOW) forgetLightest()
      return true
    },
    get remembered() {
      return taken.size
    },
  }
}

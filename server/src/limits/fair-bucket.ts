/**
 * A token bucket that addresses share: what is left in it decides how much one address may have, so that the less there
 * is, the sooner those who took most are refused, and an address that took nothing yet only when nothing is left. What
 * nobody else asks for is theirs.
 */

/**
 * An address may have taken so many times what is left above the reserve: one alone three quarters of the bucket, and each
 * of three that all ask for more three tenths. What was taken comes back as the bucket fills.
 */
const TIMES_WHAT_IS_LEFT = 4

/** Of the bucket, for those who took nothing yet: it fills before anybody else gets more. */
const RESERVE = 1 / 20

/** An address of which so little still counts is a newcomer again. */
const FORGOTTEN_BELOW = 0.5

/** Numbers stay far away from where they lose precision. */
const SMALLEST_SCALE = 1e-6

export interface FairBucket {
  take(address: string): boolean
  /** Addresses; bounded by the bucket's size, whoever asks. */
  readonly remembered: number
}

export function createFairBucket(
  { burst, perSecond }: { burst: number; perSecond: number },
  now: () => number = () => performance.now(),
): FairBucket {
  /**
   * What each address took and the bucket did not get back yet, divided by `scale`. The bucket fills at everybody's
   * expense alike: that is one multiplication, however many addresses there are.
   */
  const taken = new Map<string, number>()
  let scale = 1
  let left = burst
  let filledAt = now()

  function fill(): void {
    // A clock set back fills nothing, and counts on from there.
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

  /** At most `burst / FORGOTTEN_BELOW` remain, so that it takes as many newcomers until it is done again. */
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

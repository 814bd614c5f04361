/** Finds the highest rate that is kept up: rises until one is not, then closes in between the last two. */

const RISE = 1.5
const ROUNDS_CLOSER = 2

/** @param keepsUp tries a rate @returns 0 when not even the first is kept up */
export async function highestRate(
  first: number,
  most: number,
  keepsUp: (rate: number) => Promise<boolean>,
): Promise<number> {
  let good = 0
  let bad = first
  while (bad <= most && (await keepsUp(bad))) {
    good = bad
    bad = Math.round(bad * RISE)
  }
  if (good === 0 || bad > most) return good
  for (let round = 0; round < ROUNDS_CLOSER; round += 1) {
    const middle = Math.round(Math.sqrt(good * bad))
    if (await keepsUp(middle)) good = middle
    else bad = middle
  }
  return good
}

/** Finds the highest rate that is kept up: rises (or sinks) until one is not (is), then closes in between the last two. */

const RISE = 1.5
const ROUNDS_CLOSER = 2
const HALVINGS = 2

/** @param keepsUp tries a rate @returns 0 when not even a fourth of the first is kept up */
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
  for (let round = 0; round < HALVINGS && good === 0; round += 1) {
    const half = Math.round(bad / 2)
    if (await keepsUp(half)) good = half
    else bad = half
  }
  if (good === 0 || bad > most) return good
  for (let round = 0; round < ROUNDS_CLOSER; round += 1) {
    const middle = Math.round(Math.sqrt(good * bad))
    if (await keepsUp(middle)) good = middle
    else bad = middle
  }
  return good
}

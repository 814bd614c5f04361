/** A seeded random source (mulberry32): a failing run prints its seed and can be replayed. */
export interface Random {
  (): number
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number
  pick<T>(items: readonly T[]): T
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number) => Math.floor(next() * below)
  return Object.assign(next, { int, pick: <T>(items: readonly T[]) => items[int(items.length)] as T })
}

/** From ALCOVE_TEST_SEED, or new. */
export function testSeed(): number {
  return Number(process.env.ALCOVE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
}

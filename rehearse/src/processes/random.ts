/** A seeded random source (mulberry32): a run prints its seed, and the same seed draws the same again. */
export interface Random {
  (): number
  /** A whole number from 0 to `below - 1`. */
  int(below: number): number
  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number
  pick<T>(items: readonly T[]): T
  /** A source of its own for one part: what others draw does not change it. */
  fork(name: string): Random
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
  return Object.assign(next, {
    int,
    between: (least: number, most: number) => least + int(most - least + 1),
    pick: <T>(items: readonly T[]) => items[int(items.length)] as T,
    fork: (name: string) => seededRandom((seed ^ digest(name)) >>> 0),
  })
}

/** FNV-1a. */
function digest(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193)
  return hash >>> 0
}

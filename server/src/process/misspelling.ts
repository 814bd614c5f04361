/** Finds the known word that was probably meant by an unknown one. */

/** The word that is at most two edits away or starts like it; nothing if there is none. */
export function nearestTo(word: string, known: readonly string[]): string | undefined {
  const written = word.toLowerCase()
  const [nearest] = known
    .map((each) => ({ each, edits: editsBetween(written, each.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits)
  if (nearest && nearest.edits <= Math.min(2, Math.ceil(nearest.each.length / 3))) return nearest.each
  return known.find((each) => written.length > 1 && each.toLowerCase().startsWith(written))
}

/** Levenshtein distance, computed only as far as it matters. */
export function editsBetween(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 3) return Infinity
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1]
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (isSame ? 0 : 1)))
    }
    row = next
  }
  return row[other.length]!
}

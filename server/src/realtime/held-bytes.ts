/** What a request holds in memory while it waits, about: its texts, and something for every value beside them. */

const PER_VALUE = 40

/** @param value as it came from JSON. Without recursion: nobody says how deep it is. */
export function heldBytes(value: unknown): number {
  let bytes = 0
  const left: unknown[] = [value]
  while (left.length > 0) {
    const next = left.pop()
    bytes += PER_VALUE
    if (typeof next === 'string') bytes += Buffer.byteLength(next)
    else if (ArrayBuffer.isView(next)) bytes += next.byteLength
    else if (typeof next === 'object' && next !== null) {
      for (const [name, held] of Object.entries(next)) {
        bytes += name.length
        left.push(held)
      }
    }
  }
  return bytes
}

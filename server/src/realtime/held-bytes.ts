/** Roughly what a request holds in memory while it waits: its texts, plus something for every other value. */

const PER_VALUE = 40

/** @param value parsed JSON. Not recursive, because its depth is unknown. */
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

/**
 * Message ids: UUID version 7 (RFC 9562), so that ids sort by the time they were made. Written here because the usual
 * package adds half a kilobyte to every page for UUID versions we do not use.
 */

/** The last id's milliseconds and counter: ids of one page never go backwards, even if the clock does. */
let lastMs = 0
let counter = 0

/** A 12-bit counter takes the place of the RFC's `rand_a` (its method 1); the other 62 bits are random. */
export function newMessageId(now = Date.now()): string {
  if (now > lastMs) {
    lastMs = now
    counter = 0
  } else if (++counter > 0xfff) {
    lastMs++
    counter = 0
  }
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  const bytes = randomBytes()
  // The variant: the first two random bits are 10.
  bytes[0] = (bytes[0]! & 63) | 128
  const random = [...bytes].map((byte) => hex(byte, 2)).join('')
  const time = hex(lastMs, 12)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${random.slice(0, 4)}-${random.slice(4)}`
}

/** React Native has no built-in `crypto`. An id needs to be unique, not secret: the author is checked with it. */
function randomBytes(): Uint8Array {
  const bytes = new Uint8Array(8)
  const { crypto } = globalThis as { crypto?: Partial<Crypto> }
  if (crypto?.getRandomValues) return crypto.getRandomValues(bytes)
  return bytes.map(() => Math.random() * 256)
}

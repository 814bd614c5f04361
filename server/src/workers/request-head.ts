/** The head of a request, arriving in arbitrary pieces. Each byte is copied and searched a constant number of times. */

const END = '\r\n\r\n'
const FIRST_BYTES = 1024

export type Head =
  | { kind: 'unfinished' }
  | { kind: 'too-long' }
  /** `end` is where the empty line starts; the bytes after it belong to the body. */
  | { kind: 'whole'; bytes: Buffer; end: number }

export class RequestHead {
  readonly #maxBytes: number
  #bytes = Buffer.alloc(0)
  #length = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get length(): number {
    return this.#length
  }

  take(chunk: Buffer): Head {
    const searchFrom = Math.max(0, this.#length - END.length + 1)
    this.#append(chunk)
    const end = this.#bytes.subarray(0, this.#length).indexOf(END, searchFrom)
    if (end > this.#maxBytes || (end < 0 && this.#length > this.#maxBytes)) return { kind: 'too-long' }
    if (end < 0) return { kind: 'unfinished' }
    return { kind: 'whole', bytes: this.#bytes.subarray(0, this.#length), end }
  }

  /** Doubles its size, so that a head arriving in single bytes is not copied for each of them. */
  #append(chunk: Buffer): void {
    const needed = this.#length + chunk.length
    if (needed > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2, FIRST_BYTES))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    chunk.copy(this.#bytes, this.#length)
    this.#length = needed
  }
}

/**
 * Cuts a byte stream into WebSocket frames as a server sends them: unmasked, unfragmented. A frame that lies whole in
 * one chunk is handed on without a copy.
 */

export type OnFrame = (bytes: Buffer, start: number, end: number) => void

export interface FrameReader {
  push(chunk: Buffer, length: number): void
}

const CLOSE = 8

/** @param onFrame bytes are the caller's again when it returns @param onClose the other side said goodbye */
export function createFrameReader(onFrame: OnFrame, onClose: () => void): FrameReader {
  /** What is there of a frame whose rest is in the next chunk, header included. */
  let rest: Buffer | undefined

  /** @returns the bytes taken; what is left is the beginning of a frame */
  function take(bytes: Buffer, length: number): number {
    let at = 0
    while (length - at >= 2) {
      const short = bytes[at + 1]! & 0x7f
      const header = short < 126 ? 2 : short === 126 ? 4 : 10
      if (length - at < header) break
      const size =
        short < 126
          ? short
          : short === 126
            ? bytes.readUInt16BE(at + 2)
            : Number(bytes.readBigUInt64BE(at + 2))
      const end = at + header + size
      if (end > length) break
      if ((bytes[at]! & 0x0f) === CLOSE) onClose()
      else onFrame(bytes, at + header, end)
      at = end
    }
    return at
  }

  return {
    push(chunk, length) {
      const given = chunk.subarray(0, length)
      const bytes = rest ? Buffer.concat([rest, given]) : given
      const taken = take(bytes, bytes.length)
      rest = taken === bytes.length ? undefined : Buffer.from(bytes.subarray(taken))
    },
  }
}

/** A text frame as a client sends it. Masked, as the standard demands, with a key of zeros: the text stays itself. */
export function textFrame(text: string): Buffer {
  const size = Buffer.byteLength(text)
  const header = size < 126 ? 2 : size < 65_536 ? 4 : 10
  const frame = Buffer.alloc(header + 4 + size)
  frame[0] = 0x81
  if (header === 2) frame[1] = 0x80 | size
  else if (header === 4) {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(size, 2)
  } else {
    frame[1] = 0x80 | 127
    frame.writeBigUInt64BE(BigInt(size), 2)
  }
  frame.write(text, header + 4)
  return frame
}

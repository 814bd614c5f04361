import { expect, it } from 'vitest'
import { createFrameReader, textFrame } from './frame-reader.js'

/** Lengths around every change of the header's form. */
const LENGTHS = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 65_537]

/** As a server sends it: the client's frame without its mask. */
function serverFrame(text: string, opcode = 1): Buffer {
  const frame = textFrame(text)
  const payload = Buffer.byteLength(text)
  const header = frame.subarray(0, frame.length - payload - 4)
  header[0] = 0x80 | opcode
  header[1] = header[1]! & 0x7f
  return Buffer.concat([header, frame.subarray(frame.length - payload)])
}

/** @param cuts where the stream is cut into chunks, which all come in the same buffer, as a socket's do */
function readIn(stream: Buffer, cuts: readonly number[]): { texts: string[]; closed: number } {
  const read = { texts: [] as string[], closed: 0 }
  const reader = createFrameReader(
    (bytes, start, end) => read.texts.push(bytes.toString('utf8', start, end)),
    () => (read.closed += 1),
  )
  const shared = Buffer.alloc(stream.length)
  for (const [index, from] of [0, ...cuts].entries()) {
    const chunk = stream.subarray(from, cuts[index] ?? stream.length)
    shared.fill(0xff)
    chunk.copy(shared)
    reader.push(shared, chunk.length)
  }
  return read
}

const numbersUpTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

it.each(LENGTHS)('reads a frame of %i bytes', (length) => {
  const text = 'x'.repeat(length)
  expect(readIn(serverFrame(text), []).texts).toEqual([text])
})

it('reads the same frames wherever the stream is cut in two', () => {
  const texts = ['42["a"]', 'y'.repeat(126), '', 'ä'.repeat(70)]
  const stream = Buffer.concat(texts.map((text) => serverFrame(text)))
  for (const cut of numbersUpTo(stream.length - 1)) expect(readIn(stream, [cut]).texts).toEqual(texts)
})

it('reads frames that come byte by byte', () => {
  const texts = ['2', 'z'.repeat(300), '3']
  const stream = Buffer.concat(texts.map((text) => serverFrame(text)))
  expect(readIn(stream, numbersUpTo(stream.length - 1)).texts).toEqual(texts)
})

it('reads a frame whose long header is cut', () => {
  const text = 'x'.repeat(65_536)
  for (const cut of numbersUpTo(12)) expect(readIn(serverFrame(text), [cut]).texts).toEqual([text])
})

it('distinguishes a close from a text', () => {
  const stream = Buffer.concat([serverFrame('last'), serverFrame('', 8)])
  expect(readIn(stream, [])).toEqual({ texts: ['last'], closed: 1 })
})

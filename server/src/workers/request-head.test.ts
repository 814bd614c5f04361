import { expect, test } from 'vitest'
import { RequestHead } from './request-head.js'

const HEAD = 'GET / HTTP/1.1\r\nHost: test\r\n\r\n'

function readInPieces(text: string, size: number, maxBytes = 16 * 1024) {
  const head = new RequestHead(maxBytes)
  for (let at = 0; at < text.length; at += size) {
    const state = head.take(Buffer.from(text.slice(at, at + size)))
    if (state.kind !== 'unfinished') return state
  }
  return { kind: 'unfinished' as const }
}

test.each([1, 2, 3, 5, 17, 1_000])('a head in pieces of %i bytes is whole at its empty line', (size) => {
  const state = readInPieces(`${HEAD}body`, size)
  if (state.kind !== 'whole') throw new Error(state.kind)
  expect(state.bytes.subarray(0, state.end).toString()).toBe(HEAD.slice(0, -4))
  expect(state.bytes.subarray(state.end + 4).toString()).toBe(
    'body'.slice(0, state.bytes.length - HEAD.length),
  )
})

test('a head without end is too long, in one piece or in many', () => {
  for (const size of [1, 100, 5_000])
    expect(readInPieces('x'.repeat(5_000), size, 1_000).kind).toBe('too-long')
  expect(readInPieces(`${'x'.repeat(5_000)}\r\n\r\n`, 10_000, 1_000).kind).toBe('too-long')
  expect(readInPieces('x'.repeat(900), 1, 1_000).kind).toBe('unfinished')
})

test('[P7] a head of single bytes takes time by its length, not by its square', () => {
  const readMs = (length: number) => {
    const text = 'x'.repeat(length)
    const start = performance.now()
    readInPieces(text, 1, 1_000_000)
    return performance.now() - start
  }
  readMs(20_000)
  // What else the machine does is in some of the rounds, what a byte costs is in each.
  const fastest = (length: number) => Math.min(...[1, 2, 3, 4, 5].map(() => readMs(length)))
  expect(fastest(160_000) / fastest(20_000)).toBeLessThan(8 * 3)
})

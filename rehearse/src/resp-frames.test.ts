import { describe, expect, it } from 'vitest'
import { createFrameFilter } from './resp-frames.js'

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
const push = (payload: string, kind = '*', name = 'smessage') =>
  `${kind}3\r\n${bulk(name)}${bulk('channel')}${bulk(payload)}`

/** Feeds the text in pieces of the given size. */
function through(text: string, isLost: (frame: Buffer) => boolean, size = text.length): string {
  const filter = createFrameFilter(isLost)
  const pieces: string[] = []
  for (let i = 0; i < text.length; i += size)
    pieces.push(filter(Buffer.from(text.slice(i, i + size))).toString())
  return pieces.join('')
}

const hasLost = (frame: Buffer) => frame.includes('lost')

describe('frames of Redis', () => {
  it.each([1, 2, 7, 1_000])(
    'lets one pushed message vanish and passes on the rest, in pieces of %i bytes',
    (size) => {
      const before = `+OK\r\n:1\r\n$-1\r\n*0\r\n${push('kept')}`
      const after = `${push('kept too', '>')}-ERR no\r\n%1\r\n+key\r\n:2\r\n_\r\n`
      expect(through(`${before}${push('lost')}${push('lost', '>')}${after}`, hasLost, size)).toBe(
        before + after,
      )
    },
  )

  it('never loses an answer: every later one would belong to another question', () => {
    const answers = `${bulk('lost')}*2\r\n${bulk('lost')}:1\r\n*3\r\n${bulk('ssubscribe')}${bulk('lost')}:1\r\n`
    expect(through(answers, hasLost)).toBe(answers)
  })

  it('a payload may hold anything', () => {
    const text = push(`\r\n*3\r\n$8\r\nsmessage\r\n`) + push('lost\r\n')
    expect(through(text, hasLost, 3)).toBe(push(`\r\n*3\r\n$8\r\nsmessage\r\n`))
  })
})

import { describe, expect, it } from 'vitest'
import { comparePersons, tokenSubject } from './token-subject.js'

const base64url = (text: string) => Buffer.from(text).toString('base64url')
const jwt = (payload: object, header = '{}') => `${base64url(header)}.${base64url(JSON.stringify(payload))}.x`

describe('whom a token speaks for', () => {
  it('is its subject, whatever signs of base64url it takes to say so', () => {
    expect(tokenSubject(jwt({ sub: 'ada' }))).toBe('ada')
    // These make `-` and `_`, more than once.
    const odd = { sub: 'ada', '>>>???': '>>>???' }
    for (const sign of ['-', '_']) expect(jwt(odd).split(sign).length).toBeGreaterThan(2)
    expect(tokenSubject(jwt(odd))).toBe('ada')
  })

  it.each(['', 'opaque', 'a.b.c', `x.${base64url('null')}.x`, jwt({}), jwt({ sub: 7 })])(
    'is not known of %j',
    (token) => {
      expect(tokenSubject(token)).toBeUndefined()
    },
  )
})

describe('two tokens', () => {
  const ada = jwt({ sub: 'ada' })

  it.each([
    ['the same one', ada, ada, 'same'],
    ['the same one, which is no JWT', 'opaque', 'opaque', 'same'],
    ["the same person's", ada, jwt({ sub: 'ada', exp: 9 }), 'same'],
    ["another person's", ada, jwt({ sub: 'eve' }), 'other'],
    ['one that is no JWT', ada, 'opaque', 'unknown'],
    ['none before', ada, undefined, 'unknown'],
    ['none after', undefined, ada, 'unknown'],
    ['none at all', undefined, undefined, 'unknown'],
  ] as const)('%s', (_what, one, other, verdict) => {
    expect(comparePersons(one, other)).toBe(verdict)
  })
})

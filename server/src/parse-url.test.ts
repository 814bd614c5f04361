import { beforeAll, describe, expect, test } from 'vitest'
import { originRuleAdvice, parseOrigin, parseOriginRule } from './apps/origin.js'
import { originOf } from './apps/request-origin.js'
import { parseUrl } from './parse-url.js'

/** What Node compiles after so many calls: what is wrong then is not seen before. */
const WARM = 10_000

const request = (headers: Record<string, string>) => ({ headers, isEncrypted: false, trustedHops: 1 })

/** As they come in a header: bytes of UTF-8, read as Latin-1. */
const header = (text: string) => Buffer.from(text).toString('latin1')

describe('once compiled', () => {
  beforeAll(() => {
    for (let i = 0; i < WARM; i += 1) {
      const origin = `http://site-${i % 7}.example`
      parseOrigin(origin)
      parseOriginRule(origin)
      originRuleAdvice(origin)
      originOf(request({ referer: `${origin}/page`, host: `site-${i % 7}.example` }))
    }
  })

  test.each([
    'http://ÄÖ',
    'http://Ä',
    'http://\u00ad',
    'http://Ä:80',
    'https://ÄÖ.example',
    'http://€',
    'http://a\u0080b',
  ])('an origin of %j is an answer, never an exception', (text) => {
    for (const each of [text, header(text)]) {
      for (const run of [
        () => parseOrigin(each),
        () => parseOriginRule(each),
        () => originRuleAdvice(each),
        () => originOf(request({ origin: each })),
        () => originOf(request({ referer: each })),
        () => originOf(request({ host: each.slice(7), 'sec-fetch-site': 'same-origin' })),
        () => originOf(request({ 'x-forwarded-host': each.slice(7), 'sec-fetch-site': 'same-origin' })),
      ])
        expect(run).not.toThrow()
    }
  })

  test('an international name is read', () => expect(parseUrl('http://ä.de')?.hostname).toBe('xn--4ca.de'))
})

import { describe, expect, test } from 'vitest'
import { parseRedisUrl } from './redis-address.js'

describe('one server', () => {
  test.each(['redis://h', 'rediss://user:secret@h:6380/3'])('%s is left to the client', (url) =>
    expect(parseRedisUrl(url)).toEqual({ kind: 'single', url }),
  )
})

describe('several', () => {
  test('sentinels, with a name, a database, credentials and default ports', () => {
    expect(parseRedisUrl('redis+sentinel://u:p%40ss:word@a,b:5,[::1]:6/main?db=2')).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 5 },
        { host: '::1', port: 6 },
      ],
      name: 'main',
      db: 2,
      credentials: { username: 'u', password: 'p@ss:word' },
    })
  })

  test('a cluster', () => {
    expect(parseRedisUrl('redis+cluster://:secret@a:1,b')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6_379 },
      ],
      credentials: { password: 'secret' },
    })
  })
})

describe('what is none', () => {
  test.each([
    ['redis+sentinel://:secret@a:1', /name of the group/],
    ['redis+cluster://:secret@a:x', /host:port/],
    ['redis+cluster://:secret@', /no form/],
    ['http://:secret@a', /no form/],
    ['redis://:secret@a:99999', /no form/],
    ['redis+cluster://a:99999', /host:port/],
    ['redis+cluster://:secret%@a', /malformed/],
  ])('%s is a sentence that does not hold the password', (url, sentence) => {
    expect(() => parseRedisUrl(url)).toThrow(sentence)
    expect(() => parseRedisUrl(url)).not.toThrow(/secret/)
  })
})

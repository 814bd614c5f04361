import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRedisUrl } from './redis-address.js'

const nobody = { credentials: {} }

describe('one server', () => {
  test.each([
    ['redis://h', { kind: 'single', at: { host: 'h', port: 6_379 }, db: 0, ...nobody }],
    ['redis://h/', { kind: 'single', at: { host: 'h', port: 6_379 }, db: 0, ...nobody }],
    ['redis://[::1]:1/15', { kind: 'single', at: { host: '::1', port: 1 }, db: 15, ...nobody }],
    ['redis://h?db=2', { kind: 'single', at: { host: 'h', port: 6_379 }, db: 2, ...nobody }],
    [
      'rediss://user:secret@h:6380/3',
      {
        kind: 'single',
        at: { host: 'h', port: 6_380 },
        db: 3,
        credentials: { username: 'user', password: 'secret' },
        tls: {},
      },
    ],
    [
      'redis+unix://:secret@/run/redis/redis.sock?db=1',
      { kind: 'single', at: { path: '/run/redis/redis.sock' }, db: 1, credentials: { password: 'secret' } },
    ],
    ['unix:///a%20b', { kind: 'single', at: { path: '/a b' }, db: 0, ...nobody }],
  ])('%s', (url, address) => expect(parseRedisUrl(url)).toEqual(address))
})

describe('several', () => {
  test('sentinels, with a name, a database, credentials and default ports', () => {
    expect(
      parseRedisUrl('redis+sentinel://u:p%40ss:word@a,b:5,[::1]:6/main?db=2&sentinelPassword=of%20theirs'),
    ).toEqual({
      kind: 'sentinel',
      sentinels: [
        { host: 'a', port: 26_379 },
        { host: 'b', port: 5 },
        { host: '::1', port: 6 },
      ],
      name: 'main',
      db: 2,
      credentials: { username: 'u', password: 'p@ss:word' },
      sentinelCredentials: { password: 'of theirs' },
    })
  })

  test('a cluster, over TLS', () => {
    expect(parseRedisUrl('rediss+cluster://:secret@a:1,b')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 6_379 },
      ],
      credentials: { password: 'secret' },
      tls: {},
    })
  })
})

describe('files of TLS', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'alcove-pem-'))
    writeFileSync(join(directory, 'ca.pem'), '-----BEGIN CERTIFICATE-----')
    writeFileSync(join(directory, 'other'), 'no certificate')
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  test('are read, and what cannot be is named', () => {
    expect(parseRedisUrl(`rediss://h?ca=${directory}/ca.pem`)).toMatchObject({
      tls: { ca: '-----BEGIN CERTIFICATE-----' },
    })
    expect(() => parseRedisUrl(`rediss://h?ca=${directory}/none`)).toThrow(/ca is a file.*none.*ENOENT/)
    expect(() => parseRedisUrl(`rediss://h?ca=${directory}/other`)).toThrow(/PEM format/)
    expect(() => parseRedisUrl(`rediss://h?cert=${directory}/ca.pem`)).toThrow(/both of cert and key/)
    expect(() => parseRedisUrl(`redis://h?ca=${directory}/ca.pem`)).toThrow(/rediss for TLS/)
  })
})

describe('what is none', () => {
  test.each([
    ['redis+sentinel://:secret@a:1', /name of the group/],
    ['redis+cluster://:secret@a:x', /"a:x" is not/],
    ['redis+cluster://:secret@', /host:port/],
    ['redis+cluster://a/3', /only the database 0/],
    ['http://:secret@a', /an address such as/],
    ['redis://:secret@a:99999', /"a:99999" is not/],
    ['redis://:secret@a:0', /host:port/],
    ['redis://a,b', /several hosts/],
    ['redis+cluster://:secret%@a', /every % as %25/],
    ['redis://host/chat', /database is a number.*"chat"/],
    ['redis://host/-1', /database is a number.*"-1"/],
    ['redis://host/1.5', /database is a number.*"1.5"/],
    ['redis://host/1/2', /database is a number/],
    ['redis://host?db=x', /database is a number.*"x"/],
    ['redis://host?dp=1', /parameter "dp"/],
    ['redis://host#1', /an address such as/],
    // A password whose special characters are not escaped, and one whose host was forgotten.
    ['redis://:sec/secret@host', /%2F/],
    ['redis://:sec?secret@host', /%3F/],
    ['redis://:sec#secret@host', /%23/],
    ['redis://:sec@secret@host', /%40/],
    ['redis://user:secret', /host:port; one of them is not/],
    ['rediss+unix:///a', /an address such as/],
    ['redis+unix://host/a', /whole path of the socket/],
    ['', /an address such as/],
  ])('%s is a sentence that does not hold the password', (url, sentence) => {
    expect(() => parseRedisUrl(url)).toThrow(sentence)
    expect(() => parseRedisUrl(url)).not.toThrow(/secret/)
  })
})

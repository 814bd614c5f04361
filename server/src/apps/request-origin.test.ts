import { describe, expect, test } from 'vitest'
import { decideOrigin, originOf, ownOrigin, type RequestFacts } from './request-origin.js'

const APP = {
  origins: [
    'https://site.example',
    'https://*.wild.example',
    'https://port.example:8443',
    'https://xn--bcher-kva.example',
    'https://chat.example',
    'http://plain.example',
    'http://localhost:*',
  ],
  nativeClients: false,
}

interface Asked extends Partial<Omit<RequestFacts, 'headers'>> {
  [header: string]: string | boolean | number | undefined
}

const facts = ({ isEncrypted = false, trustedHops = 0, ...headers }: Asked): RequestFacts => ({
  headers: { host: 'chat.example', ...(headers as Record<string, string>) },
  isEncrypted,
  trustedHops,
})

/** "kind origin" or "refused reason". */
function decided(asked: Asked, app = APP): string {
  const decision = decideOrigin(originOf(facts(asked)), app)
  const detail = decision.kind === 'refused' ? decision.reason : 'origin' in decision && decision.origin
  return [decision.kind, detail].filter(Boolean).join(' ')
}

const SAME = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }

describe('a request that names its origin', () => {
  test.each<[string, string]>([
    ['https://site.example', 'listed-page https://site.example'],
    ['HTTPS://SITE.EXAMPLE', 'listed-page https://site.example'],
    ['https://site.example:443', 'listed-page https://site.example'],
    ['https://site.example:8443', 'refused not-listed'],
    ['http://site.example', 'refused not-listed'],
    ['https://site.example.', 'refused not-listed'],
    ['https://site.example.evil.example', 'refused not-listed'],
    ['https://evilsite.example', 'refused not-listed'],
    ['https://a.wild.example', 'listed-page https://a.wild.example'],
    ['https://wild.example', 'refused not-listed'],
    ['https://.wild.example', 'refused not-listed'],
    ['https://a.b.wild.example', 'refused not-listed'],
    ['https://evilwild.example', 'refused not-listed'],
    ['https://*.wild.example', 'refused malformed'],
    ['https://port.example:8443', 'listed-page https://port.example:8443'],
    ['https://port.example', 'refused not-listed'],
    ['https://bücher.example', 'listed-page https://xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example', 'listed-page https://xn--bcher-kva.example'],
    ['https://xn--bcher-kva.example:443', 'listed-page https://xn--bcher-kva.example'],
    ['http://localhost', 'listed-page http://localhost'],
    ['http://localhost:5173', 'listed-page http://localhost:5173'],
    ['http://localhost.evil.example', 'refused not-listed'],
    ['http://evil.localhost', 'refused not-listed'],
    ['http://2130706433', 'refused not-listed'],
    ['http://chat.example', 'refused not-listed'],
    ['https://chat.example', 'listed-page https://chat.example'],
    ['null', 'refused opaque'],
    ['NULL', 'refused malformed'],
    ['', 'refused malformed'],
    ['file://', 'refused scheme'],
    ['data:text/html,x', 'refused malformed'],
    ['blob:https://site.example/x', 'refused malformed'],
    ['chrome-extension://abcdefgh', 'refused scheme'],
    ['moz-extension://6f1b', 'refused scheme'],
    ['capacitor://localhost', 'refused scheme'],
    ['ws://site.example', 'refused scheme'],
    ['web+https://site.example', 'refused scheme'],
    ['http://site.example/path', 'refused malformed'],
    ['https://site.example/', 'refused malformed'],
    ['https://site.example/path', 'refused malformed'],
    ['https://site.example?', 'refused malformed'],
    ['https://site.example#', 'refused malformed'],
    ['https://site.example\\', 'refused malformed'],
    ['https://user@site.example', 'refused malformed'],
    ['https://user:pass@site.example', 'refused malformed'],
    ['https://@site.example', 'refused malformed'],
    ['https://site.example@evil.example', 'refused malformed'],
    ['https://si\tte.example', 'refused malformed'],
    ['https:site.example', 'refused malformed'],
    ['//site.example', 'refused malformed'],
    ['site.example', 'refused malformed'],
    // Node joins what came in two headers.
    ['https://site.example, https://site.example', 'refused malformed'],
    ['https://evil.example, https://site.example', 'refused malformed'],
    ['https://$(reboot).example', 'refused malformed'],
    [`https://${'a'.repeat(300)}.wild.example`, 'refused malformed'],
  ])('%j: %s', (origin, expected) => {
    expect(decided({ origin })).toBe(expected)
    // What else a browser says with it changes nothing.
    const more = { host: 'other.example', referer: 'https://site.example/' }
    for (const site of ['same-origin', 'same-site', 'cross-site', 'none', 'forged'])
      expect(decided({ origin, 'sec-fetch-site': site, ...more })).toBe(expected)
    // Nor does an app that takes native clients take a page for one.
    expect(decided({ origin }, { ...APP, nativeClients: true })).toBe(expected)
  })

  test('the own origin is distinguished from other listed ones', () => {
    expect(decided({ origin: 'https://chat.example', isEncrypted: true })).toBe(
      'own-page https://chat.example',
    )
  })
})

describe('a request without an origin', () => {
  test.each<[string, Asked, string]>([
    ['nothing else said', {}, 'refused native-client'],
    ['opened by a person, or an extension of theirs', { 'sec-fetch-site': 'none' }, 'refused native-client'],
    ['cross-site', { 'sec-fetch-site': 'cross-site' }, 'refused unnamed'],
    ['same-site: a sibling is another site', { 'sec-fetch-site': 'same-site' }, 'refused unnamed'],
    [
      'cross-site and a listed referrer',
      { 'sec-fetch-site': 'cross-site', referer: 'https://site.example/' },
      'refused unnamed',
    ],
    ['a site nobody knows', { 'sec-fetch-site': 'sibling' }, 'refused unnamed'],
    ['two sites', { 'sec-fetch-site': 'same-origin, cross-site' }, 'refused unnamed'],
    ['an empty site', { 'sec-fetch-site': '' }, 'refused unnamed'],
    ['upper case', { 'sec-fetch-site': 'SAME-ORIGIN' }, 'refused unnamed'],
    ['same-origin', SAME, 'own-page https://chat.example'],
    ['same-origin over TLS of its own', { ...SAME, isEncrypted: true }, 'own-page https://chat.example'],
    [
      'same-origin, the own origin with a port',
      { ...SAME, host: 'port.example:8443' },
      'own-page https://port.example:8443',
    ],
    [
      'same-origin, a default port in the host',
      { ...SAME, host: 'chat.example:443' },
      'own-page https://chat.example',
    ],
    ['same-origin, upper case host', { ...SAME, host: 'CHAT.EXAMPLE' }, 'own-page https://chat.example'],
    ['same-origin, another port', { ...SAME, host: 'chat.example:8443' }, 'refused not-listed'],
    ['same-origin, a trailing dot', { ...SAME, host: 'chat.example.' }, 'refused not-listed'],
    [
      'same-origin on this machine is plain http',
      { ...SAME, host: 'localhost:3000' },
      'own-page http://localhost:3000',
    ],
    [
      'same-origin on a name that only begins like this machine',
      { ...SAME, host: 'localhost.evil.example' },
      'refused not-listed',
    ],
    [
      'same-origin, a name bent to this server',
      { ...SAME, host: 'rebound.example:3000' },
      'refused not-listed',
    ],
    ['same-origin, no host', { ...SAME, host: undefined }, 'refused unnamed'],
    ['same-origin, a host with a user name', { ...SAME, host: 'a@chat.example' }, 'refused unnamed'],
    ['same-origin, a host with a path', { ...SAME, host: 'chat.example/x' }, 'refused unnamed'],
    [
      'same-origin behind a proxy that keeps the name to itself',
      { ...SAME, host: '127.0.0.1:3000', referer: 'https://chat.example/r/demo/lobby' },
      'listed-page https://chat.example',
    ],
    [
      'same-origin, the referrer of a name bent to this server',
      { ...SAME, referer: 'https://rebound.example/' },
      'refused not-listed',
    ],
    [
      'same-origin, a referrer without an origin',
      { ...SAME, referer: 'about:blank' },
      'own-page https://chat.example',
    ],
    [
      'plain http, its own page',
      { host: 'plain.example', referer: 'http://plain.example/r/demo/lobby' },
      'own-page http://plain.example',
    ],
    [
      'plain http, a page not listed',
      { host: 'plain.example', referer: 'http://evil.example/' },
      'refused not-listed',
    ],
    [
      'plain http, a name bent to this server',
      { host: 'rebound.example', referer: 'http://rebound.example/' },
      'refused not-listed',
    ],
    ['a referrer that is none', { referer: 'nonsense' }, 'refused native-client'],
    ["an app's referrer", { referer: 'android-app://com.example' }, 'refused native-client'],
  ])('%s', (_name, asked, expected) => {
    expect(decided(asked)).toBe(expected)
    const native = expected === 'refused native-client' ? 'native-client' : expected
    expect(decided(asked, { ...APP, nativeClients: true })).toBe(native)
  })

  test.each([
    ['img', 'no-cors', 'image'],
    ['script', 'no-cors', 'script'],
    ['prefetch', 'no-cors', 'empty'],
    ['link', 'navigate', 'document'],
    ['form', 'navigate', 'document'],
    ['iframe', 'navigate', 'iframe'],
  ])('a %s of a foreign page is foreign', (_what, mode, dest) => {
    const asked = { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest, 'sec-fetch-site': 'cross-site' }
    expect(decided(asked, { ...APP, nativeClients: true })).toBe('refused unnamed')
  })
})

describe('behind proxies the own origin is what the trusted ones say', () => {
  const behind = { ...SAME, host: 'upstream:3000' }
  test.each<[string, Asked, string]>([
    [
      'host and scheme',
      { 'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'https' },
      'own-page https://chat.example',
    ],
    [
      'the scheme in upper case',
      { 'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'HTTPS' },
      'own-page https://chat.example',
    ],
    [
      'a scheme of WebSocket',
      { 'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'wss' },
      'own-page https://chat.example',
    ],
    [
      'plain http',
      { 'x-forwarded-host': 'plain.example', 'x-forwarded-proto': 'http' },
      'own-page http://plain.example',
    ],
    [
      'no scheme: browsers ask like this over TLS only',
      { 'x-forwarded-host': 'chat.example' },
      'own-page https://chat.example',
    ],
    [
      'a port of its own',
      { 'x-forwarded-host': 'port.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' },
      'own-page https://port.example:8443',
    ],
    [
      'the default port',
      { 'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' },
      'own-page https://chat.example',
    ],
    [
      'a port in both',
      { 'x-forwarded-host': 'port.example:8443', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' },
      'own-page https://port.example:8443',
    ],
    [
      'the claim of a client before it',
      { 'x-forwarded-host': 'chat.example, rebound.example', 'x-forwarded-proto': 'https' },
      'refused not-listed',
    ],
    [
      'the host alone kept',
      { host: 'chat.example', 'x-forwarded-proto': 'https' },
      'own-page https://chat.example',
    ],
    ['an empty header', { host: 'chat.example', 'x-forwarded-host': '' }, 'own-page https://chat.example'],
  ])('%s', (_name, asked, expected) => {
    expect(decided({ ...behind, ...asked, trustedHops: 1 })).toBe(expected)
  })

  test('with two trusted hops the outer one names it', () => {
    const asked = { ...behind, 'x-forwarded-host': 'chat.example, inner.example' }
    expect(decided({ ...asked, trustedHops: 2 })).toBe('own-page https://chat.example')
    expect(decided({ ...asked, trustedHops: 1 })).toBe('refused not-listed')
  })

  test('without trust nothing of it counts: a page bent to this server could write it', () => {
    const asked = { ...SAME, host: 'rebound.example', 'x-forwarded-host': 'chat.example' }
    expect(decided(asked)).toBe('refused not-listed')
  })
})

describe('the own origin', () => {
  const said = { host: 'chat.example', trustedHops: 1 }

  test.each<[Asked, string]>([
    [{ host: 'chat.example' }, 'http://chat.example'],
    [{ host: 'chat.example', isEncrypted: true }, 'https://chat.example'],
    [{ ...said, 'x-forwarded-proto': 'https' }, 'https://chat.example'],
    [{ ...said, 'x-forwarded-proto': 'wss' }, 'https://chat.example'],
    [{ ...said, isEncrypted: true, 'x-forwarded-proto': 'http' }, 'http://chat.example'],
    [{ ...said, isEncrypted: true, 'x-forwarded-proto': 'ws' }, 'http://chat.example'],
    [{ ...said, isEncrypted: true, 'x-forwarded-proto': 'gopher' }, 'https://chat.example'],
    [{ ...said, 'x-forwarded-port': '8443' }, 'http://chat.example:8443'],
    [{ ...said, 'x-forwarded-port': '8443x' }, 'http://chat.example'],
    [{ ...said, 'x-forwarded-port': 'x8443' }, 'http://chat.example'],
    [{ ...said, host: 'chat.example:3000', 'x-forwarded-port': '8443' }, 'http://chat.example:3000'],
    [{ ...said, host: '[::1]', 'x-forwarded-port': '3000' }, 'http://[::1]:3000'],
  ])('is by scheme, host and port that are said or seen: %j', (asked, origin) => {
    expect(ownOrigin(facts(asked))).toBe(origin)
  })

  test.each([
    ['localhost:3000', 'http'],
    ['chat.localhost', 'http'],
    ['127.0.0.1', 'http'],
    ['127.80.9.10:3000', 'http'],
    ['[::1]:3000', 'http'],
    ['mylocalhost', 'https'],
    ['localhost.example', 'https'],
    ['127.0.0.1.example', 'https'],
    ['chat.example', 'https'],
  ])('%s, which a browser names with Sec-Fetch, is of %s', (host, scheme) => {
    expect(ownOrigin(facts({ ...SAME, host }))).toBe(`${scheme}://${host}`)
  })
})

/** Where requests come from, over the real HTTP of a node: the same answer for WebSocket, long-polling and `/access`. */
import { request as httpRequest } from 'node:http'
import { describe, expect, it } from 'vitest'
import { connectClient } from './support/client.js'
import { createApp, startNodeForTest, worldFor, type TestApp, type TestNode } from './support/node.js'
import { answerOn, openRaw } from './support/raw-handshake.js'

const world = worldFor('pglite')

const SITE = 'https://site.example'
const OWN = 'https://chat.example'

type Headers = Record<string, string | string[]>

interface Answer {
  status: number
  allowed: string | undefined
  body: string
}

/** By Node's own client: fetch forbids the headers this is about. */
function ask(
  node: TestNode,
  path: string,
  headers: Headers = {},
  method = 'GET',
  body = '',
): Promise<Answer> {
  return new Promise((resolve, fail) => {
    const outgoing = httpRequest(
      node.url + path,
      { method, headers: { host: 'chat.example', ...headers }, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (part: string) => (text += part))
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            allowed: response.headers['access-control-allow-origin'],
            body: text,
          }),
        )
      },
    )
    outgoing.on('error', fail).end(body)
  })
}

const SOCKET = '/socket.io/?EIO=4&transport=polling'

const poll = (node: TestNode, app: TestApp, headers: Headers = {}, more = '') =>
  ask(node, `${SOCKET}&app=${app.id}${more}`, headers)

async function upgrade(node: TestNode, app: TestApp, headers: Headers, more = ''): Promise<number> {
  const lines = Object.entries({ host: 'chat.example', ...headers })
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\r\n`))
    .join('')
  const socket = openRaw(node.port)
  socket.write(
    `GET /socket.io/?EIO=4&transport=websocket&app=${app.id}${more} HTTP/1.1\r\n${lines}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  return (await answerOn(socket)).status
}

const access = async (node: TestNode, app: TestApp, headers: Headers) => {
  const { status, body } = await ask(node, `/v1/apps/${app.id}/access`, headers)
  return { status, ...(JSON.parse(body) as { code?: string; detail?: string; allowed?: boolean }) }
}

const strictApp = () => createApp(world.database, { origins: [SITE, OWN], nativeClients: false })
const openApp = () => createApp(world.database, { origins: [SITE, OWN], nativeClients: true })

const sidOf = ({ body }: Answer): string => (JSON.parse(body.slice(1)) as { sid: string }).sid

/** The namespace is answered before the session is opened; one poll may take both or the first alone. */
async function expectSession(node: TestNode, app: TestApp, headers: Headers, sid: string): Promise<void> {
  const first = (await poll(node, app, headers, sid)).body
  expect(first).toMatch(/^40/)
  expect(first.includes('session:opened') ? first : (await poll(node, app, headers, sid)).body).toContain(
    'session:opened',
  )
}

const TAKEN: [string, Headers][] = [
  ['a listed page', { origin: SITE, 'sec-fetch-site': 'cross-site' }],
  ['the own page, as browsers ask without CORS', { 'sec-fetch-site': 'same-origin' }],
  [
    'the own page, whose referrer names it',
    { 'sec-fetch-site': 'same-origin', host: '127.0.0.1', referer: `${OWN}/r/a/b` },
  ],
  ['the own page, named', { origin: OWN, 'sec-fetch-site': 'same-origin' }],
]

const REFUSED: [string, Headers][] = [
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page without an origin', { origin: 'null' }],
  ['two origins', { origin: [SITE, 'https://evil.example'] }],
  ['two equal origins', { origin: [SITE, SITE] }],
  ["another site's page that names no origin", { 'sec-fetch-site': 'cross-site' }],
  ['a sibling that names no origin', { 'sec-fetch-site': 'same-site' }],
  ['a page whose name was bent to this server', { 'sec-fetch-site': 'same-origin', host: 'rebound.example' }],
  [
    'the same, with a proxy of its own making',
    { 'sec-fetch-site': 'same-origin', host: 'rebound.example', 'x-forwarded-host': 'chat.example' },
  ],
]

describe('[HANDSHAKE-4] an app without native clients', () => {
  it.each(TAKEN)('takes %s over every transport, through to its session', async (_name, headers) => {
    const { node } = world
    const app = await strictApp()
    expect(await upgrade(node, app, headers)).toBe(101)
    expect(await access(node, app, headers)).toMatchObject({ status: 200, allowed: true })

    const opened = await poll(node, app, headers)
    expect(opened.status).toBe(200)
    const sid = `&sid=${sidOf(opened)}`
    const auth = JSON.stringify({ protocol: 1, app: app.id })
    const path = `${SOCKET}&app=${app.id}${sid}`
    expect(await ask(node, path, headers, 'POST', `40${auth}`)).toMatchObject({ status: 200, body: 'ok' })
    await expectSession(node, app, headers, sid)
  })

  it.each([...REFUSED, ['a client without an origin', {}] as [string, Headers]])(
    'refuses %s over every transport, with one reason',
    async (_name, headers) => {
      const { node } = world
      const app = await strictApp()
      expect(await upgrade(node, app, headers)).toBe(400)
      expect(await poll(node, app, headers)).toMatchObject({ status: 403, allowed: undefined })
      expect(await access(node, app, headers)).toMatchObject({ status: 403, code: 'origin_not_allowed' })
    },
  )
})

describe('an app with native clients', () => {
  it.each(REFUSED)('still refuses %s', async (_name, headers) => {
    const { node } = world
    const app = await openApp()
    expect(await upgrade(node, app, headers)).toBe(400)
    expect((await poll(node, app, headers)).status).toBe(403)
    expect((await access(node, app, headers)).status).toBe(403)
  })

  it('takes what has no page behind it', async () => {
    const { node } = world
    const app = await openApp()
    for (const headers of [{}, { 'sec-fetch-site': 'none' }] as Headers[]) {
      expect(await upgrade(node, app, headers)).toBe(101)
      expect((await poll(node, app, headers)).status).toBe(200)
    }
  })
})

describe('long-polling', () => {
  it.each(['&j=0', '&j=', '&j=0&j=1', '&%6a=0', '&j', '&x=1&j=2'])(
    '[HANDSHAKE-15] %s asks for JSONP, which nobody gets',
    async (query) => {
      const { node } = world
      const app = await openApp()
      const sid = `&sid=${sidOf(await poll(node, app))}`
      for (const headers of [{}, { origin: SITE }, { 'sec-fetch-site': 'same-origin' }] as Headers[]) {
        for (const more of [query, query + sid]) {
          const answer = await poll(node, app, headers, more)
          expect(answer.status).toBe(400)
          expect(answer.body).not.toContain('___eio')
        }
        expect(await upgrade(node, app, headers, query)).toBe(400)
      }
    },
  )

  it('a foreign page that knows a session can neither read nor write in it', async () => {
    const { node } = world
    const app = await openApp()
    const sid = `&sid=${sidOf(await poll(node, app))}`
    const path = `${SOCKET}&app=${app.id}${sid}`
    const auth = `40${JSON.stringify({ protocol: 1, app: app.id })}`
    for (const headers of [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Headers[]) {
      expect((await ask(node, path, headers, 'POST', auth)).status).toBe(400)
      expect((await poll(node, app, headers, sid)).status).toBe(400)
    }
    expect((await ask(node, path, {}, 'POST', auth)).status).toBe(200)
    await expectSession(node, app, {}, sid)
  })

  it('CORS is for listed pages and names them', async () => {
    const { node } = world
    const app = await strictApp()
    expect(await poll(node, app, { origin: SITE })).toMatchObject({ status: 200, allowed: SITE })
    const preflight = { origin: SITE, 'access-control-request-method': 'POST' }
    const path = `${SOCKET}&app=${app.id}`
    expect(await ask(node, path, preflight, 'OPTIONS')).toMatchObject({ status: 204, allowed: SITE })
    const foreign = { ...preflight, origin: 'https://evil.example' }
    expect((await ask(node, path, foreign, 'OPTIONS')).allowed).toBeUndefined()
  })
})

describe('[HANDSHAKE-5] the reason', () => {
  it.each<[Headers, RegExp]>([
    [
      { origin: 'https://Other.example:443' },
      /alcove app update t-\w+ --add-origin https:\/\/other\.example$/,
    ],
    [
      { 'sec-fetch-site': 'same-origin', host: 'unlisted.example' },
      /--add-origin https:\/\/unlisted\.example$/,
    ],
    [{ origin: 'null' }, /serve the page over http or https.*allow-same-origin/],
    [{ origin: 'chrome-extension://abc' }, /neither http nor https/],
    [{ 'sec-fetch-site': 'cross-site' }, /names no origin/],
    [{}, /--native-clients yes$/],
  ])('%j is told what would be right', async (headers, words) => {
    const { detail } = await access(world.node, await strictApp(), headers)
    expect(detail).toMatch(words)
    if (headers.origin === 'null') expect(detail).not.toContain('--add-origin')
  })
})

describe('what passes by itself', () => {
  it('a node that is full says so to its own page too', async () => {
    const node = await startNodeForTest(world.database, { maxConnections: 1 })
    const app = await strictApp()
    const own = { 'sec-fetch-site': 'same-origin' }
    await connectClient(node.url, await openApp())
    expect((await poll(node, app, own)).status).toBe(503)
    expect(await access(node, app, own)).toMatchObject({ status: 503, code: 'overloaded' })
  })
})

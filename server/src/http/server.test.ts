import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { toApp } from '../apps/app-directory.js'
import { createGuestTokens } from '../identity/guest-token.js'
import { createAddressRates } from '../limits/address-rates.js'
import { createLogger } from '../process/logger.js'
import { createMetrics } from '../metrics.js'
import { createAuthenticator } from '../operations/session/authenticate.js'
import { createRateLimits } from '../limits/rate-limits.js'
import type { Database } from '../storage/database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { createHttpServer } from './server.js'
import { describeApi } from './v1/openapi.js'

const SITE = 'https://site.example'
let http: FastifyInstance
const query = vi.fn<() => Promise<unknown[]>>()
const find = vi.fn((id: string) =>
  Promise.resolve(
    id === 'demo'
      ? toApp({ id, secret: '', settings: { origins: [SITE, 'http://[::1]:*'], nativeClients: false } })
      : undefined,
  ),
)
const readiness = { isDraining: false, isFull: false }
let problem: string | undefined
const log = createLogger('silent')

const readMetrics = vi.fn(() => Promise.resolve('alcove_connections 1\n'))

const problemSchema = () =>
  (describeApi([]) as { components: { schemas: { Problem: object } } }).components.schemas.Problem

beforeEach(() => {
  query.mockReset().mockResolvedValue([])
  readiness.isDraining = readiness.isFull = false
  problem = undefined
  http = createHttpServer({
    apps: { find, findBySecret: (secret) => (secret === 'sk' ? find('demo') : Promise.resolve(undefined)) },
    runner: { run: () => Promise.reject(new TypeError('a fault')) },
    database: { engine: 'pglite', query } as unknown as Database,
    availability: {
      get problem() {
        return problem
      },
    },
    authenticator: createAuthenticator({
      apps: { find },
      guests: createGuestTokens('a secret of the server, long enough'),
    }),
    rates: createRateLimits(),
    writeIds: () => '',
    metrics: createMetrics(),
    readMetrics,
    requests: createAddressRates({ points: 200, windowSeconds: 10 }),
    readiness,
    log,
    trustProxy: 0,
  })
})
afterEach(() => http.close())

const get = (url: string, headers: Record<string, string> = {}) => http.inject({ url, headers })

test.each([
  [
    'a change, which is safe to repeat',
    '/v1/rooms/lobby/messages',
    { user: { id: 'ada', name: 'Ada' }, text: 'hi' },
    '5',
  ],
  ['what may have been done', '/v1/rooms', { id: 'lobby' }, undefined],
])('[ERROR-4] a fault of %s', async (_what, url, payload, retryAfter) => {
  const headers = { authorization: 'Bearer sk' }
  const answer = await http.inject({ method: 'POST', url, headers, payload })
  expect(answer.statusCode).toBe(500)
  expect(answer.json()).toMatchObject({ code: 'internal' })
  expect(answer.headers['retry-after']).toBe(retryAfter)
})

describe('/v1/apps/:app/access', () => {
  test('an allowed origin may read that it is', async () => {
    const answer = await get('/v1/apps/demo/access', { origin: SITE })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.json()).toEqual({ app: 'demo', allowed: true })
  })

  test('another one reads why not and what to do, as a problem document', async () => {
    const answer = await get('/v1/apps/demo/access', { origin: 'https://other.example' })
    expect(answer.statusCode).toBe(403)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.json()).toMatchObject({ code: 'origin_not_allowed', status: 403 })
    expect(answer.json<{ detail: string }>().detail).toContain('--add-origin https://other.example')
  })

  test.each(['none', '__proto__', 'a%2Fb', 'x'.repeat(200)])('%.20s is an unknown app', async (app) => {
    const answer = await get(`/v1/apps/${app}/access`, { origin: SITE })
    expect(answer.statusCode).toBe(404)
    expect(answer.json()).toMatchObject({ code: 'unknown_app' })
  })

  test('asking too often is refused with a time to wait', async () => {
    for (let i = 0; i < 60; i += 1) await get('/v1/apps/demo/access', { origin: SITE })
    const answer = await get('/v1/apps/demo/access', { origin: SITE })
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('a fault is reported without details, with an id that is in the log', async () => {
    const logged = vi.spyOn(log, 'error').mockClear()
    find.mockRejectedValueOnce(new Error('password is hunter2'))
    const answer = await get('/v1/apps/demo/access', { origin: SITE })
    expect(answer.statusCode).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    const [entry] = logged.mock.calls[0] as unknown as [{ requestId: string }]
    expect(answer.json<{ detail: string }>().detail).toContain(entry.requestId)
    expect(answer.headers['access-control-allow-origin'], 'readable all the same').toBe('*')
  })

  test.each([
    ['draining', { isDraining: true, isFull: false }],
    ['overloaded', { isDraining: false, isFull: true }],
  ])('a node that takes nobody new says %s, with a time to wait', async (code, state) => {
    Object.assign(readiness, state)
    const ownPage = { host: new URL(SITE).host, 'sec-fetch-site': 'same-origin' }
    expect((await get('/v1/apps/demo/access', ownPage)).json()).toMatchObject({ code })
    const answer = await get('/v1/apps/demo/access', { origin: SITE })
    expect(answer.statusCode).toBe(503)
    const { retryAfterMs } = answer.json<{ retryAfterMs: number }>()
    expect(answer.json()).toMatchObject({ code })
    expect(answer.headers['retry-after']).toBe(String(retryAfterMs / 1_000))
    const other = await get('/v1/apps/demo/access', { origin: 'https://other.example' })
    expect(other.json(), 'what nobody will change comes first').toMatchObject({ code: 'origin_not_allowed' })
  })

  test('a database that is away is 503, to be tried again', async () => {
    find.mockRejectedValueOnce(new StorageUnavailable('away'))
    const answer = await get('/v1/apps/demo/access', { origin: SITE })
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
  })
})

describe('every error of /v1 has the one shape', () => {
  const problem = z.fromJSONSchema(problemSchema() as z.core.JSONSchema.JSONSchema)
  const ask = async (method: string, url: string, headers: Record<string, string> = {}, payload?: string) => {
    const answer = await http.inject({
      ...{ method: method as 'GET', url, headers: { authorization: 'Bearer sk', ...headers } },
      ...(payload !== undefined && { payload }),
    })
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(problem.safeParse(answer.json()).error, answer.body).toBeUndefined()
    expect(answer.json()).toMatchObject({ status: answer.statusCode })
    return answer
  }

  test.each(['/v1', '/v1/', '/v1/room', '/v1/rooms/a/b', '/v1/apps/demo', '/v1/apps/demo/none', '/none'])(
    'nothing at %s: not_found',
    async (url) => {
      for (const [method, headers, payload] of [
        ['GET'],
        ['OPTIONS'],
        ['DELETE', { 'content-type': 'application/json' }, ''],
        ['POST', { 'content-type': 'text/xml' }, '<a/>'],
        ['POST', { 'content-type': 'application/json' }, 'x'.repeat(100_000)],
      ] as const) {
        const answer = await ask(method, url, headers, payload)
        expect(answer.statusCode).toBe(404)
        expect(answer.json()).toMatchObject({ code: 'not_found' })
      }
    },
  )

  test.each([
    ['PUT', '/v1/rooms', 'GET, HEAD, POST'],
    ['DELETE', '/v1/rooms', 'GET, HEAD, POST'],
    ['GET', '/v1/rooms/lobby', 'PATCH'],
    ['OPTIONS', '/v1/rooms/lobby', 'PATCH'],
    ['POST', '/v1/rooms/lobby/messages/x', 'PATCH, DELETE'],
    ['GET', '/v1/rooms/lobby/messages/x/reactions/y', 'DELETE, PUT'],
    ['POST', '/v1/apps/demo/access', 'GET, HEAD'],
    ['POST', '/v1/openapi.json', 'GET, HEAD'],
  ])('%s %s: method_not_allowed, with those that are', async (method, url, allowed) => {
    const sent = [[{}], [{ 'content-type': 'text/xml' }, '<a/>']] as const
    for (const [headers, payload] of sent) {
      const answer = await ask(method, url, headers, payload)
      expect(answer.statusCode).toBe(405)
      expect(answer.json()).toMatchObject({ code: 'method_not_allowed' })
      const allow = String(answer.headers.allow).split(', ')
      expect(allow.toSorted()).toEqual(allowed.split(', ').toSorted())
    }
  })

  test('an empty id is no address', async () => {
    const answer = await ask('GET', '/v1/rooms/')
    expect([answer.statusCode, answer.json()]).toEqual([404, expect.objectContaining({ code: 'not_found' })])
  })

  test('HEAD is answered where GET is, and has no body elsewhere', async () => {
    expect((await http.inject({ method: 'HEAD', url: '/v1/openapi.json' })).statusCode).toBe(200)
    const refused = await http.inject({
      ...{ method: 'HEAD', url: '/v1/rooms/lobby', headers: { authorization: 'Bearer sk' } },
    })
    expect([refused.statusCode, refused.headers.allow]).toEqual([405, 'PATCH'])
  })

  test.each([
    ['text/plain', 'hi'],
    ['text/plain', '{"id":"a"}'],
    ['application/x-www-form-urlencoded', 'id=a'],
    ['application/xml', '<a/>'],
    ['multipart/form-data; boundary=x', '--x--'],
    ['application/jsonp', '{}'],
    ['nonsense', '{}'],
    ['', '{"id":"a"}'],
  ])('a body of the type %j: unsupported_media_type, which says what to send', async (type, body) => {
    const answer = await ask('POST', '/v1/rooms', { 'content-type': type }, body)
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toMatchObject({ code: 'unsupported_media_type' })
    expect(answer.json<{ detail: string }>().detail).toContain('Content-Type: application/json')
    expect(answer.body).not.toContain('nonsense')
  })

  test.each([
    ['no JSON', '{"id":', 400],
    ['an empty body', '', 400],
    ['an unknown field', '{"id":"a","titel":"b"}', 400],
    ['a body that is too large', JSON.stringify({ id: 'x'.repeat(70_000) }), 400],
    ['a fault', '{"id":"a"}', 500],
  ])('%s', async (_, body, status) => {
    const type = { 'content-type': 'application/json; charset=utf-8' }
    expect((await ask('POST', '/v1/rooms', type, body)).statusCode).toBe(status)
  })

  test('a wrong key, an address that cannot be decoded, and an app that does not exist', async () => {
    const codeOf = async (url: string, headers = {}) =>
      (await ask('GET', url, headers)).json<{ code: string }>().code
    expect(await codeOf('/v1/rooms', { authorization: 'Bearer wrong' })).toBe('token_invalid')
    expect(await codeOf('/v1/rooms/%')).toBe('invalid_request')
    expect(await codeOf('/v1/apps/none/access')).toBe('unknown_app')
  })
})

describe('/r/:app/:room', () => {
  test('is a page that holds the room, under a strict policy', async () => {
    const page = await get('/r/demo/article:42/comments')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('data-app="demo" data-room="article:42/comments"')
    const policy = page.headers['content-security-policy'] as string
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe-inline')
  })

  test('may be framed by the pages that may embed the room, and by no others', async () => {
    const policyOf = async (app: string) =>
      (await get(`/r/${app}/lobby`)).headers['content-security-policy'] as string
    expect(await policyOf('demo')).toMatch(new RegExp(`frame-ancestors 'self' ${SITE}$`))
    expect(await policyOf('no-such-app')).toMatch(/frame-ancestors 'self' ?$/)
  })

  test.each([
    '/r/demo/%3Cscript%3E',
    '/r/demo/a%22b',
    '/r/De"mo/a',
    '/r/demo/',
    `/r/demo/${'x'.repeat(129)}`,
  ])('%.30s is no room, and what was asked for is not shown', async (url) => {
    const page = await get(url)
    expect(page.statusCode).toBe(404)
    expect(page.headers['content-type']).toContain('application/problem+json')
    expect(page.body).not.toContain('<script')
  })
})

describe('everything else', () => {
  test('readiness names its dependency, and ends with the drain', async () => {
    expect((await get('/readyz')).json()).toMatchObject({
      status: 'ready',
      checks: { database: { engine: 'pglite', ok: true } },
    })
    readiness.isDraining = true
    expect((await get('/readyz')).statusCode).toBe(503)
    expect((await get('/healthz')).statusCode, 'but it is alive').toBe(200)
  })

  test('readiness says that the node is full', async () => {
    readiness.isFull = true
    const answer = await get('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.json()).toMatchObject({ status: 'full', checks: { database: { ok: true } } })
  })

  test('a database that fails makes it 503 and reveals no address', async () => {
    query.mockRejectedValue(new Error('connect ECONNREFUSED 10.0.0.7'))
    const answer = await get('/readyz')
    expect(answer.statusCode).toBe(503)
    expect(answer.body).not.toContain('10.0.0.7')
  })

  test('a database that answers and stores nothing makes it 503 and says why', async () => {
    query.mockResolvedValue([{ isReadOnly: true }])
    const readOnly = await get('/readyz')
    expect(readOnly.statusCode).toBe(503)
    expect(readOnly.json()).toMatchObject({
      status: 'unavailable',
      checks: { database: { ok: false, reason: 'nothing can be stored; it is read-only' } },
    })
    query.mockResolvedValue([{ isReadOnly: false }])
    problem = 'nothing can be stored; it answered 53100: disk full'
    const full = await get('/readyz')
    expect(full.statusCode).toBe(503)
    expect(full.json()).toMatchObject({ checks: { database: { ok: false, reason: problem } } })
  })

  test('a database that answers with an error is not called silent, and no name is revealed', async () => {
    const words = 'password authentication failed for user "alcove"'
    query.mockRejectedValue(new StorageUnavailable(Object.assign(new Error(words), { code: '28P01' })))
    const answer = await get('/readyz')
    expect(answer.json()).toMatchObject({
      checks: { database: { ok: false, reason: 'it answered 28P01: password refused' } },
    })
    expect(answer.body).not.toContain('alcove')
  })

  test('[P7] however many ask whether it is ready, the database is asked a few times', async () => {
    await Promise.all(Array.from({ length: 100 }, () => get('/readyz')))
    expect(query.mock.calls.length).toBeLessThan(10)
  })

  test('[P7] however many ask for the metrics at the same time, they are computed a few times', async () => {
    readMetrics.mockClear()
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => get('/metrics', { host: 'localhost' })),
    )
    for (const answer of answers) expect(answer.body).toBe('alcove_connections 1\n')
    expect(readMetrics.mock.calls.length).toBeLessThan(10)
  })

  test('for those who may not read the metrics there is no such address', async () => {
    const [hidden, unknown] = [await get('/metrics', { via: '1.1 proxy' }), await get('/none')]
    expect(hidden.statusCode).toBe(404)
    expect([hidden.body, hidden.headers['content-type']]).toEqual([
      unknown.body,
      unknown.headers['content-type'],
    ])
  })

  test('[P7] an address that asks too often learns when to retry; probes are still answered', async () => {
    for (let i = 0; i < 200; i += 1) await get('/none')
    const answer = await get('/none')
    expect(answer.statusCode).toBe(429)
    expect(answer.json()).toMatchObject({ code: 'rate_limited' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(answer.headers.connection).toBe('close')
    for (const probe of ['/healthz', '/readyz']) expect((await get(probe)).statusCode).toBe(200)
  })

  test('what does not exist is a problem document', async () => {
    for (const url of ['/none', '/%', '/__proto__']) {
      const answer = await get(url)
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode).toBeLessThan(500)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      expect(answer.headers['cache-control']).toBe('no-store')
    }
  })
})

describe('the page at /', () => {
  test('says that it runs, which version, and the tag to paste, with the address it was asked at', async () => {
    const { statusCode, headers, body } = await get('/', { host: 'chat.example:8080' })
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(body).toContain('Alcove is running')
    expect(body, 'how the command is run from a clone').toContain('npm run alcove -- app create')
    expect(body).toMatch(/Version \d+\.\d+\.\d+/)
    expect(body).toContain('&lt;script async src="http://chat.example:8080/embed.js" data-app="shop"')
    expect(body).not.toContain('/r/demo')
  })

  test.each(['"><script>alert(1)</script>', 'a b', "'", 'x'.repeat(10_000), '[::1', '%00'])(
    'a host of %j is not repeated',
    async (host) => {
      const { statusCode, body } = await get('/', { host })
      expect(statusCode).toBe(200)
      expect(body).not.toContain('<script')
      expect(body).not.toContain(host.length > 1 ? host : `//${host}`)
      expect(body).toContain('src="https://chat.example/embed.js"')
    },
  )

  test('runs nothing, loads nothing, and stands in no frame', async () => {
    const { headers, body } = await get('/')
    expect(headers['content-security-policy']).toContain("default-src 'none'; style-src 'sha256-")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(body).not.toMatch(/<script|<img|@import|url\(/)
  })
})

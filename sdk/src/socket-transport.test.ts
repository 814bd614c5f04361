import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { createChat } from './index.js'
import type { ErrorCode } from './protocol/index.js'
import type { Chat, ChatStatus, StatusChange } from './types.js'

const toClose: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close()
})

/** What is told of the next such error, and how long there was to wait when it was told: later there is less. */
const breakBy = (
  code: ErrorCode,
  chat: Chat,
): Promise<StatusChange<ChatStatus> & { retryInMs: number | undefined }> =>
  new Promise((told) => {
    const off = chat.on('status', (change) => {
      if (change.error?.code !== code) return
      off()
      told({ ...change, retryInMs: chat.retryInMs })
    })
  })

/** Waits for a condition. The limit is for one that never comes true. */
const until = (condition: () => void) => vi.waitFor(condition, 60_000)

/** A server on a free port that answers every request with this problem document. */
const startRefusing = (code: string, paths: string[] = []): Promise<string> =>
  startAnswering({ code, detail: `unable to connect; ${code}` }, paths)

async function startAnswering(body: object, paths: string[] = []): Promise<string> {
  const http: Server = createServer((request, response) => {
    paths.push(request.url!)
    response.writeHead(503, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  toClose.push(() => (http.closeAllConnections(), new Promise((resolve) => http.close(resolve))))
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

function open(server: string, app = 'demo'): Chat {
  const chat = createChat({ server, app })
  toClose.push(() => chat.close())
  return chat
}

it('a server that is not there is unreachable, and asked again later', async () => {
  const chat = open('http://127.0.0.1:1')
  chat.connect().catch(() => {})
  const { current, error, retryInMs } = await breakBy('server_unreachable', chat)
  expect(current).toBe('offline')
  expect(error).toMatchObject({ retryable: true })
  expect(retryInMs).toBeLessThanOrEqual(1_000)
})

it('a refused upgrade is explained by the access check', async () => {
  const chat = open(await startRefusing('unknown_app'), 'no such/app')
  await expect(chat.connect()).rejects.toMatchObject({
    code: 'unknown_app',
    message: 'unable to connect; unknown_app',
  })
  expect(chat.status).toBe('refused')
})

it('a full node turns connections away at the door; the access check says when to come back', async () => {
  const chat = open(
    await startAnswering({ code: 'overloaded', detail: 'unable to connect; full', retryAfterMs: 7_000 }),
  )
  chat.connect().catch(() => {})
  const { current, error, retryInMs } = await breakBy('overloaded', chat)
  expect(current).toBe('offline')
  expect(error).toMatchObject({ retryAfterMs: 7_000, message: 'unable to connect; full' })
  expect(retryInMs).toBeGreaterThan(6_500)
})

it.each([
  ['a proxy’s own words', { code: 'NO_BACKEND', detail: 'no server' }],
  ['a proxy’s own numbers', { code: 503, message: 'Service Unavailable' }],
  ['a limit on the check itself', { code: 'rate_limited', detail: 'too often', retryAfterMs: 9_000 }],
  ['nothing', {}],
])('%s in place of an answer leave the connection’s own error', async (_what, body) => {
  const paths: string[] = []
  const chat = open(await startAnswering(body, paths))
  chat.connect().catch(() => {})
  await until(() => expect(paths).toContain('/v1/apps/demo/access'))
  // Whatever the answer was, it has been read by the next attempt, which does not ask again.
  await until(() => expect(paths.slice(paths.indexOf('/v1/apps/demo/access') + 1)).not.toEqual([]))
  expect(['offline', 'connecting']).toContain(chat.status)
  await until(() => expect(chat.error).toMatchObject({ code: 'server_unreachable' }))
  // Its own wait, of one of the first attempts, and not the other's wish.
  expect(chat.retryInMs).toBeLessThan(4_000)
})

it('asks under the path the server is served at, and no token is in any address', async () => {
  const paths: string[] = []
  const server = (await startRefusing('unknown_app', paths)) + '/chat/'
  const chat = createChat({ server, app: 'demo', token: 'secret-token' })
  toClose.push(() => chat.close())
  await expect(chat.connect()).rejects.toMatchObject({ code: 'unknown_app' })
  expect(paths).toContain('/chat/v1/apps/demo/access')
  expect(paths.some((path) => path.startsWith('/chat/socket.io/?app=demo'))).toBe(true)
  expect(paths.join()).not.toContain('secret-token')
})

it('[HANDSHAKE-13] the address of a connection names its first room, and the connection by a text of its own', async () => {
  const paths: string[] = []
  const chat = open(await startRefusing('unknown_app', paths))
  const joins = ['a:1/x', 'second'].map((room) => chat.join(room))
  await Promise.allSettled(joins)
  const queries = paths
    .filter((path) => path.startsWith('/socket.io/'))
    .map((path) => new URL(path, 'http://x').searchParams)
  expect(queries.length).toBeGreaterThan(0)
  for (const query of queries) {
    expect(query.get('room')).toBe('a:1/x')
    expect(query.get('connection')).toMatch(/^[a-z0-9]{5,}$/)
  }
})

it('[HANDSHAKE-13] without a room to join there is no room in the address, and no two connections share a text', async () => {
  const paths: string[] = []
  const server = await startRefusing('unknown_app', paths)
  await Promise.allSettled([open(server).connect(), open(server).connect()])
  const queries = paths
    .filter((path) => path.startsWith('/socket.io/'))
    .map((path) => new URL(path, 'http://x').searchParams)
  expect(queries.some((query) => query.has('room'))).toBe(false)
  // Each of the two was tried both ways, and each way is a connection of its own.
  expect(queries.length).toBeGreaterThanOrEqual(4)
  expect(new Set(queries.map((query) => query.get('connection'))).size).toBe(queries.length)
})

const NOWHERE = { server: 'https://chat.example', app: 'demo' }

it.each([
  [undefined, 'app must be the id of an app; it is undefined'],
  [null, 'app must be the id of an app; it is undefined'],
  [{}, 'app must be the id of an app; it is undefined'],
  [{ ...NOWHERE, app: '' }, 'app must be the id of an app; it is empty'],
  [{ ...NOWHERE, app: 42 }, 'app must be the id of an app; it is 42'],
  [{ ...NOWHERE, server: 'nowhere' }, 'server must be like https://chat.example; it is "nowhere"'],
  [{ ...NOWHERE, server: 'ftp://a.example' }, 'it is "ftp://a.example"'],
  [{ ...NOWHERE, server: undefined }, 'it is undefined'],
  [{ ...NOWHERE, token: 5 }, 'token must be a string or a function that fetches one; it is of type number'],
  [{ ...NOWHERE, token: '' }, 'it is empty'],
  [{ ...NOWHERE, token: null }, 'it is null'],
  [{ ...NOWHERE, token: { jwt: 'secret' } }, 'it is of type object'],
  [{ ...NOWHERE, user: 'Ada' }, `user must be an object such as { name: 'Ada' }; it is "Ada"`],
  [{ ...NOWHERE, user: { name: 42 } }, 'user.name must be a string; it is 42'],
  [{ ...NOWHERE, user: { name: { first: 'Ada' } } }, 'user.name must be a string; it is of type object'],
  [{ ...NOWHERE, storage: {} }, 'storage must be like localStorage, or null; it is of type object'],
  [{ ...NOWHERE, storage: { getItem: 'a' } }, 'storage must be like localStorage, or null'],
  [{ ...NOWHERE, storage: 'local' }, 'it is of type string'],
  [
    { ...NOWHERE, storage: { getItem: async () => null } },
    'storage must be synchronous; load its values into an object first; it is one whose getItem returns a promise',
  ],
  [{ ...NOWHERE, storage: { getItem: () => Promise.reject(new Error('locked')) } }, 'must be synchronous'],
  [{ ...NOWHERE, storage: { getItem: () => ({ then: () => {} }) } }, 'must be synchronous'],
  [{ ...NOWHERE, user: 'x'.repeat(100) }, `it is "${'x'.repeat(59)}`],
])('createChat(%j) throws, with the rule and the value', (options, words) => {
  expect(() => createChat(options as never)).toThrow(
    expect.objectContaining({
      code: 'invalid_request',
      message: expect.stringMatching(/^unable to create chat; /) as string,
    }) as Error,
  )
  expect(() => createChat(options as never)).toThrow(words)
})

it.each([
  { user: undefined, token: undefined, storage: undefined },
  { user: null, storage: null },
  { user: {} },
  { user: { name: undefined } },
  { user: { name: null } },
  {
    storage: {
      getItem() {
        throw new Error('blocked')
      },
    },
  },
])('createChat takes what says that there is none: %j', async (options) => {
  await createChat({ ...NOWHERE, ...options } as never).close()
})

/** Who may connect, as whom, from where; and the limits on connections. */
import { SignJWT } from 'jose'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { WireError } from '@alcove/sdk/protocol'
import { codeOf, connectClient, openSocket, refusedHandshake, until } from './support/client.js'
import { createApp, newRoomId, startNodeForTest, worldFor } from './support/node.js'

const world = worldFor('pglite')

describe('guests', () => {
  it('a guest keeps id and name with the guest token', async () => {
    const app = await createApp(world.database)
    const first = await connectClient(world.node.url, app, { name: 'Ada' })
    expect(first.session.me).toMatchObject({ name: 'Ada', guest: true })
    const token = first.session.guestToken as string
    const again = await connectClient(world.node.url, app, { token })
    expect(again.session.me).toEqual(first.session.me)
  })

  it('[P8] a guest token of one app is refused by another', async () => {
    const [one, other] = [await createApp(world.database), await createApp(world.database)]
    const { session } = await connectClient(world.node.url, one)
    const error = await refusedHandshake(world.node.url, other, { token: session.guestToken as string })
    expect(error.code).toBe('token_invalid')
  })

  it('an app for signed users only refuses guests', async () => {
    const app = await createApp(world.database, { guests: false })
    expect((await refusedHandshake(world.node.url, app)).code).toBe('token_required')
  })

  it('names are cleaned of controls and bidi overrides, cut, and absent where nothing is visible', async () => {
    const app = await createApp(world.database)
    const { session } = await connectClient(world.node.url, app, { name: ' \u202eAda\u0007\u200b  L. ' })
    expect(session.me.name).toBe('Ada L.')
    const nameOf = async (name: string) =>
      (await connectClient(world.node.url, app, { name })).session.me.name
    expect(await nameOf('\u202e\u200b')).toMatch(/^Guest \d+$/)
    expect(await nameOf('x'.repeat(41))).toBe('x'.repeat(40))
  })
})

describe('signed users', () => {
  it("the token's name is the sender's name, whatever the client claims", async () => {
    const app = await createApp(world.database)
    const token = await app.token('u1', { name: 'Grace', avatar: 'https://site.example/g.png' })
    const { session, ask } = await connectClient(world.node.url, app, { token, name: 'Mallory' })
    expect(session.me).toEqual({ id: 'u1', name: 'Grace', avatar: 'https://site.example/g.png' })
    expect(session.renamable).toBe(false)
    expect(codeOf(await ask('user:rename', { name: 'Mallory' }))).toBe('name_fixed')
  })

  it.each([
    { name: 'x'.repeat(48) },
    { name: '' },
    { name: null },
    { name: '\u3164' },
    { name: 7 },
    { avatar: null },
    { avatar: '' },
    { avatar: '/u/7.png' },
    { avatar: '//host/u.png' },
    { avatar: 'data:image/png;base64,AA' },
    { avatar: 'javascript:alert(1)' },
    { avatar: 'https://a:b@site.example/a.png' },
  ])('what is only for display keeps nobody out: %j', async (claims) => {
    const app = await createApp(world.database)
    const { session } = await connectClient(world.node.url, app, { token: await app.token('u1', claims) })
    expect(session.me).toEqual({ id: 'u1', name: claims.name === 'x'.repeat(48) ? 'x'.repeat(40) : 'u1' })
  })

  it.each([
    ['expired beyond the leeway', { expiresIn: -61 }, 'token_expired'],
    ['for another app', { audience: 'another' }, 'token_invalid'],
    ['signed with another key', { key: 'x'.repeat(43) }, 'token_invalid'],
    ['signed with another algorithm', { alg: 'HS512' }, 'token_invalid'],
    ['without a subject', { subject: null }, 'token_invalid'],
    ['posing as a guest', { subject: 'guest:someone' }, 'token_invalid'],
    ['with rooms of the wrong shape', { claims: { rooms: { lobby: 'read' } } }, 'token_invalid'],
  ] as const)('a token %s is refused', async (_what, wrong, code) => {
    const app = await createApp(world.database)
    const spec = {
      expiresIn: 600,
      audience: app.id,
      key: app.secret,
      alg: 'HS256',
      subject: 'u1',
      claims: {},
      ...wrong,
    }
    const jwt = new SignJWT(spec.claims)
      .setProtectedHeader({ alg: spec.alg })
      .setAudience(spec.audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + spec.expiresIn)
    if (spec.subject !== null) jwt.setSubject(spec.subject)
    const error = await refusedHandshake(world.node.url, app, {
      token: await jwt.sign(new TextEncoder().encode(spec.key)),
    })
    expect(error).toMatchObject({ code, retryable: false })
  })

  it.each([
    ['unsigned', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9.'],
    ['nonsense', 'x'],
    ['empty', ''],
    ['huge', 'x'.repeat(20_000)],
  ])('a token that is %s is refused', async (_what, token) => {
    expect((await refusedHandshake(world.node.url, await createApp(world.database), { token })).code).toBe(
      'token_invalid',
    )
  })

  it('a token within the leeway still connects', async () => {
    const app = await createApp(world.database)
    const { session } = await connectClient(world.node.url, app, { token: await app.token('u1', {}, -30) })
    expect(session.me.id).toBe('u1')
  })

  it('a fresh token of the same user keeps the connection; of another user it is refused', async () => {
    const app = await createApp(world.database)
    const client = await connectClient(world.node.url, app, { token: await app.token('u1', { name: 'Old' }) })
    const { me, expiresAt } = await client.must('session:refresh', {
      token: await app.token('u1', { name: 'New' }, 7_200),
    })
    expect(me.name).toBe('New')
    expect(expiresAt).toBeGreaterThan(Date.now() + 7_000_000)
    expect(codeOf(await client.ask('session:refresh', { token: await app.token('u2') }))).toBe(
      'token_invalid',
    )
    expect(client.socket.connected).toBe(true)
  })

  it('a fresh token that allows less takes the connection out of what it no longer allows', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const client = await connectClient(world.node.url, app, { token: await app.token('u1') })
    await client.must('room:join', { room })
    await client.must('session:refresh', { token: await app.token('u1', { rooms: { elsewhere: ['read'] } }) })
    expect(client.factsOf('room:closed')).toMatchObject([{ room, error: { code: 'room_not_found' } }])
    expect(codeOf(await client.ask('room:sync', { room, epoch: 'x', rev: 0 }))).toBe('not_joined')
  })

  it('[SESSION-8] a fresh token that allows something else says so for the rooms concerned, before the answer', async () => {
    const app = await createApp(world.database)
    const [changed, same] = [newRoomId(), newRoomId()]
    const rights = (capabilities: string[]) => ({
      rooms: { [changed]: capabilities, [same]: ['write', 'read'] },
    })
    const client = await connectClient(world.node.url, app, {
      token: await app.token('u1', rights(['read'])),
    })
    for (const room of [changed, same]) await client.must('room:join', { room })
    await client.must('session:refresh', { token: await app.token('u1', rights(['read', 'write'])) })
    await client.must('session:refresh', { token: await app.token('u1', rights(['write', 'read'])) })
    await client.must('session:refresh', { token: await app.token('u1', rights(['read'])) })
    expect(client.factsOf('capabilities:changed')).toEqual([
      { room: changed, capabilities: ['read', 'write'] },
      { room: changed, capabilities: ['read'] },
    ])
  })

  it('an expired connection is closed with the reason once the leeway has passed', async () => {
    const app = await createApp(world.database)
    const client = await connectClient(world.node.url, app, { token: await app.token('u1') })
    // The clock alone: the hour need not pass, and none of it passes while the client connects.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 + 61_000 })
    onTestFinished(() => void vi.useRealTimers())
    await until(() => expect(client.factsOf('session:closing')[0]?.error.code).toBe('token_expired'))
    await until(() => expect(client.socket.connected).toBe(false))
  })
})

describe('capabilities', () => {
  it('[P8] a room one may not read and a room that does not exist are one answer', async () => {
    const app = await createApp(world.database, { roomsOnTheFly: false })
    const owner = await connectClient(world.node.url, app, {
      token: await app.token('o', { rooms: { 'secret-1': ['read', 'moderate'] } }),
    })
    await owner.must('room:join', { room: 'secret-1' })
    const stranger = await connectClient(world.node.url, app, {
      token: await app.token('s', { rooms: { 'open-*': ['read'] } }),
    })
    const hidden = await stranger.ask('room:join', { room: 'secret-1' })
    const missing = await stranger.ask('room:join', { room: 'open-nothing' })
    expect(codeOf(hidden)).toBe('room_not_found')
    expect(hidden).toEqual(missing)
  })

  it('a reader without write may read and gets forbidden for a message', async () => {
    const app = await createApp(world.database)
    const client = await connectClient(world.node.url, app, {
      token: await app.token('u', { rooms: { '*': ['write', 'read'], lobby: ['read'] } }),
    })
    const { capabilities } = await client.must('room:join', { room: 'lobby' })
    expect(capabilities).toEqual(['read'])
    const id = crypto.randomUUID()
    expect(codeOf(await client.ask('message:send', { room: 'lobby', id, text: 'hi' }))).toBe('forbidden')
    expect(codeOf(await client.ask('typing:start', { room: 'lobby' }))).toBe('forbidden')
    await client.must('room:join', { room: 'other' })
    await client.must('message:send', { room: 'other', id, text: 'hi' })
  })

  it('[P8] the same room id in two apps is two rooms', async () => {
    const [one, other] = await Promise.all(
      [createApp(world.database), createApp(world.database)].map(async (app) =>
        connectClient(world.node.url, await app),
      ),
    )
    await one?.must('room:join', { room: 'lobby' })
    const { log } = (await other?.must('room:join', { room: 'lobby' })) ?? {}
    expect(log?.messages).toEqual([])
    await one?.must('message:send', { room: 'lobby', id: crypto.randomUUID(), text: 'ours' })
    await other?.must('message:send', { room: 'lobby', id: crypto.randomUUID(), text: 'theirs' })
    await until(() => expect(other?.received().map((message) => message.text)).toEqual(['theirs']))
    expect(other?.factsOf('presence:changed').every((fact) => fact.count <= 1)).toBe(true)
  })
})

describe('origins', () => {
  const withOrigin = (origin: string) => ({ socket: { extraHeaders: { origin } } })

  it.each(['websocket', 'polling'])(
    'a page of an allowed origin connects by %s; a foreign one is refused at the door',
    async (transport) => {
      const app = await createApp(world.database, {
        origins: ['https://site.example', 'https://*.wild.example'],
        nativeClients: false,
      })
      const by = (origin: string) => ({ socket: { transports: [transport], extraHeaders: { origin } } })
      await connectClient(world.node.url, app, by('https://site.example'))
      await connectClient(world.node.url, app, by('https://a.wild.example'))
      for (const origin of [
        'https://evil.example',
        'http://site.example',
        'https://site.example.evil.example',
        'https://a.b.wild.example',
        'null',
      ]) {
        const socket = openSocket(world.node.url, app, by(origin))
        const error = await new Promise<Error & { context?: { status?: number } }>((resolve) =>
          socket.once('connect_error', resolve),
        )
        expect(error.message).toMatch(/websocket error|xhr poll error/)
      }
    },
  )

  it('without the app in the address the origin is checked once the app is known', async () => {
    const app = await createApp(world.database, { origins: ['https://site.example'] })
    const options = withOrigin('https://evil.example')
    const error = await refusedHandshake(world.node.url, app, { socket: { ...options.socket, query: {} } })
    expect(error.code).toBe('origin_not_allowed')
  })

  it('no Origin header is refused unless the app allows native clients', async () => {
    const app = await createApp(world.database, { nativeClients: false })
    const error = await refusedHandshake(world.node.url, app, { socket: { query: {} } })
    expect(error.code).toBe('origin_not_allowed')
  })

  it('the access check says why, to every origin, with the line that would allow it', async () => {
    const app = await createApp(world.database, { origins: ['https://site.example'] })
    const ask = (id: string, origin: string) =>
      fetch(`${world.node.url}/v1/apps/${id}/access`, { headers: { origin } })
    const allowed = await ask(app.id, 'https://site.example')
    expect(allowed.status).toBe(200)
    const foreign = await ask(app.id, 'https://evil.example')
    expect(foreign.status).toBe(403)
    expect(foreign.headers.get('access-control-allow-origin')).toBe('*')
    expect(await foreign.json()).toMatchObject({
      code: 'origin_not_allowed',
      detail: expect.stringContaining(
        `alcove app update ${app.id} --add-origin https://evil.example`,
      ) as string,
    })
    const unknown = await ask('no-such-app', 'https://site.example')
    expect(unknown.status).toBe(404)
    expect(((await unknown.json()) as WireError).code).toBe('unknown_app')
  })
})

describe('handshake', () => {
  it.each([
    ['another protocol version', { protocol: 99 }, 'protocol_unsupported'],
    ['an unknown app', { app: 'no-such-app' }, 'unknown_app'],
    ['an app named like a property', { app: '__proto__' }, 'unknown_app'],
    ['an unknown field', { extra: 1 }, 'invalid_request'],
    ['a number for the token', { token: 5 }, 'invalid_request'],
    ['an object for the name', { name: {} }, 'invalid_request'],
    ['no protocol', { protocol: undefined }, 'invalid_request'],
  ])('%s is refused with its code', async (_what, auth, code) => {
    const app = await createApp(world.database)
    expect((await refusedHandshake(world.node.url, app, { auth })).code).toBe(code)
  })

  it('a client that never introduces itself is closed', async () => {
    const socket = new WebSocket(
      `${world.node.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`,
    )
    const started = performance.now()
    await new Promise((resolve) => socket.once('close', resolve))
    // After 10 s; Socket.IO by itself would wait for 45.
    expect(performance.now() - started).toBeLessThan(30_000)
  })

  it('one user has at most 10 connections, the guests of one address at most 60', async () => {
    const app = await createApp(world.database)
    const token = await app.token('u1')
    const tabs = await Promise.all(
      Array.from({ length: 10 }, () => connectClient(world.node.url, app, { token })),
    )
    expect(await refusedHandshake(world.node.url, app, { token })).toMatchObject({
      code: 'too_many_connections',
      retryable: true,
    })
    tabs[0]?.close()
    await until(async () =>
      expect((await connectClient(world.node.url, app, { token })).session.me.id).toBe('u1'),
    )
    await Promise.all(Array.from({ length: 60 }, () => connectClient(world.node.url, app)))
    expect((await refusedHandshake(world.node.url, app)).code).toBe('too_many_connections')
  })

  it('many handshakes at the same moment do not slip past the limit together', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 5 } })
    const sockets = Array.from({ length: 40 }, () => openSocket(world.node.url, app))
    let [opened, settled] = [0, 0]
    for (const socket of sockets) {
      socket.once('session:opened', () => (opened += 1))
      for (const event of ['session:opened', 'connect_error', 'session:closing'])
        socket.once(event, () => (settled += 1))
    }
    await until(() => expect(settled).toBe(40))
    expect(opened).toBe(5)
  })

  it('behind a trusted proxy the limit counts the forwarded address, and only what the proxy added', async () => {
    const proxied = await startNodeForTest(world.database, { trustProxy: 1 })
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 1 } })
    const from = (header: string) => ({ socket: { extraHeaders: { 'x-forwarded-for': header } } })
    await connectClient(proxied.url, app, from('1.1.1.1'))
    await connectClient(proxied.url, app, from('2.2.2.2'))
    expect((await refusedHandshake(proxied.url, app, from('9.9.9.9, 1.1.1.1'))).code).toBe(
      'too_many_connections',
    )
  })
})

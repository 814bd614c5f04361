import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import { deferred, type Deferred } from './deferred.js'
import { ChatError } from './errors.js'
import {
  LIMITS,
  PROTOCOL_VERSION,
  type ErrorCode,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type SessionOpened,
  type User,
} from './protocol/index.js'
import { CLIENT, Session } from './session.js'
import { openStorage } from './storage.js'
import { createFakeServer } from './testing/index.js'
import type { ChatOptions } from './types.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

it('says its own version', async () => {
  const { default: json } = await import('../package.json', { with: { type: 'json' } })
  expect(CLIENT).toBe(`alcove-sdk/${json.version}`)
})

describe('a guest', () => {
  it('keeps the identity over reloads', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const first = server.createChat({ storage, user: { name: 'Ada' } })
    await first.connect()
    await first.close()
    const second = server.createChat({ storage, user: { name: 'Ada' } })
    await second.connect()
    expect(second.me).toEqual(first.me)
    expect(storage.getItem('alcove:guest:https://fake.invalid|fake')).toBeTruthy()
    await second.close()
  })

  it('is one person in all chats of a page that start together', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const chats = [1, 2, 3].map(() => server.createChat({ storage }))
    await Promise.all(chats.map((chat) => chat.connect()))
    expect(new Set(chats.map((chat) => chat.me!.id)).size).toBe(1)
    for (const chat of chats) await chat.close()
  })

  it('does not wait for a chat of the page that was closed or could not connect', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const closed = server.createChat({ storage })
    const waiting = server.createChat({ storage })
    const connections = [closed.connect(), waiting.connect()]
    await closed.close()
    await expect(connections[0]).rejects.toMatchObject({ code: 'closed' })
    await connections[1]
    expect(waiting.status).toBe('online')
    await waiting.close()
  })

  it('with a stale identity becomes a new one, once', async () => {
    const storage = memoryStorage()
    storage.setItem('alcove:guest:https://fake.invalid|fake', 'from.another.life')
    const chat = createFakeServer().createChat({ storage, user: { name: 'Ada' } })
    await chat.connect()
    expect(chat.me).toMatchObject({ name: 'Ada', guest: true })
    await chat.close()
  })

  it('with a stale identity is one new person in all chats of a page', async () => {
    const storage = memoryStorage()
    storage.setItem('alcove:guest:https://fake.invalid|fake', 'from.another.life')
    const server = createFakeServer({ latencyMs: 10 })
    const chats = [1, 2, 3].map(() => server.createChat({ storage }))
    const connections = chats.map((chat) => chat.connect())
    await settle(100)
    await Promise.all(connections)
    expect(new Set(chats.map((chat) => chat.me!.id)).size).toBe(1)
    for (const chat of chats) await chat.close()
  })

  it('with a stale identity does not throw away the one another tab got meanwhile', async () => {
    const storage = memoryStorage()
    const key = 'alcove:guest:https://fake.invalid|fake'
    storage.setItem(key, 'from.another.life')
    const server = createFakeServer({ latencyMs: 10 })
    const late = server.createChat({ storage })
    const connected = late.connect()
    await settle(5)
    const otherTab = server.createChat()
    const other = otherTab.connect()
    await settle(1)
    storage.setItem(key, `guest.${btoa('{"sub":"guest:1"}')}.`)
    await settle(100)
    await Promise.all([connected, other])
    expect(late.me!.id).toBe(otherTab.me!.id)
    for (const chat of [late, otherTab]) await chat.close()
  })

  it('with a stale identity keeps the name the page gave it', async () => {
    const storage = memoryStorage()
    for (const server of [createFakeServer(), createFakeServer()]) {
      const chat = server.createChat({ storage, user: { name: 'Ada' } })
      await chat.connect()
      expect(chat.me!.name).toBe('Ada')
      await chat.close()
    }
  })

  it('is one person also when the first chat of a page to ask cannot connect', async () => {
    const storage = memoryStorage()
    const server = createFakeServer({ latencyMs: 10 })
    server.refuseHandshake('unavailable')
    const chats = [1, 2, 3].map(() => server.createChat({ storage }))
    const connections = chats.map((chat) => chat.connect())
    await settle(5_000)
    await Promise.all(connections)
    expect(new Set(chats.map((chat) => chat.me!.id)).size).toBe(1)
    for (const chat of chats) await chat.close()
  })

  it('does not wait for a chat of the page that was closed the moment it began', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const closed = server.createChat({ storage })
    closed.on('status', ({ current }) => current === 'connecting' && void closed.close())
    await expect(closed.connect()).rejects.toMatchObject({ code: 'closed' })
    const waiting = server.createChat({ storage })
    const connected = waiting.connect()
    await settle()
    expect(waiting.status).toBe('online')
    await connected
    await waiting.close()
  })

  it('renames itself, and the page’s usual name does not undo it on the next visit', async () => {
    const server = createFakeServer()
    const storage = memoryStorage()
    const first = server.createChat({ storage, user: { name: 'Ada' } })
    await first.connect()
    const heard: string[] = []
    first.on('me', ({ name }) => heard.push(name))
    await first.setName('Ada L.')
    expect(heard).toEqual(['Ada L.'])
    await first.close()
    const second = server.createChat({ storage, user: { name: 'Ada' } })
    await second.connect()
    expect(second.me!.name).toBe('Ada L.')
    await second.close()
    const third = server.createChat({ storage, user: { name: 'Countess' } })
    await third.connect()
    expect(third.me!.name).toBe('Countess')
    await third.close()
  })

  it('names itself before the connection is there', async () => {
    const chat = createFakeServer().createChat()
    await chat.setName('Ada')
    await chat.connect()
    expect(chat.me!.name).toBe('Ada')
    await chat.close()
  })

  it('names itself while the handshake is on its way', async () => {
    const chat = createFakeServer({ latencyMs: 10 }).createChat({ user: { name: 'Ada' } })
    const connected = chat.connect()
    await settle(5)
    await chat.setName('Ada L.')
    await settle(100)
    await connected
    expect(chat.me!.name).toBe('Ada L.')
    await chat.close()
  })

  it('learns of a rename that ended the connection, and the next one starts without it', async () => {
    const server = createFakeServer({ latencyMs: 10 })
    const chat = server.createChat()
    const connected = chat.connect()
    await settle(100)
    await connected
    const renamed = expect(chat.setName('Ada')).rejects.toMatchObject({ code: 'offline' })
    await settle(5)
    server.dropConnection()
    await renamed
    await settle(1_000)
    expect(chat.status).toBe('online')
    expect(chat.me!.name).not.toBe('Ada')
    await chat.close()
    await expect(chat.setName('Ada')).rejects.toMatchObject({ code: 'closed' })
  })

  it('wishes a name before each connection, but for every fourth attempt in a row; it is asked for then', async () => {
    const server = createFakeServer()
    const chat = server.createChat({ user: { name: 'Ada' } })
    const heard: string[] = []
    chat.on('me', ({ name }) => heard.push(name))
    for (let i = 0; i < 3; i++) server.refuseHandshake('unavailable')
    const connected = chat.connect()
    await settle(10_000)
    await connected
    expect(heard).toEqual([expect.not.stringMatching('Ada'), 'Ada'])
    await chat.close()
  })

  it.each(['', '   ', 'x'.repeat(41), null, 7])('cannot be called %j', async (name) => {
    const chat = createFakeServer().createChat()
    await expect(chat.setName(name as string)).rejects.toMatchObject({ code: 'name_invalid' })
  })
})

describe('a signed user', () => {
  const users = { 'token-1': { id: 'ada', name: 'Ada' }, 'token-2': { id: 'ada', name: 'Ada' } }

  it('is who the token says, and cannot be renamed', async () => {
    const chat = createFakeServer({ users }).createChat({ token: 'token-1' })
    await chat.connect()
    expect(chat.me).toEqual(users['token-1'])
    expect(chat.renamable).toBe(false)
    await expect(chat.setName('Eve')).rejects.toMatchObject({ code: 'name_fixed' })
    await chat.close()
  })

  it('concurrent callers share one call of the token function', async () => {
    const token = vi.fn(async () => 'token-1')
    const chat = createFakeServer({ users }).createChat({ token })
    await Promise.all([chat.connect(), chat.join('a'), chat.join('b')])
    expect(token).toHaveBeenCalledTimes(1)
    await chat.close()
  })

  it('gets a fresh token when the old one is refused as expired, once', async () => {
    const server = createFakeServer({ users })
    const token = vi.fn(async () => 'token-1')
    const chat = server.createChat({ token })
    server.refuseHandshake('token_expired')
    await chat.connect()
    expect(token).toHaveBeenCalledTimes(2)
    await chat.close()

    const unlucky = server.createChat({ token })
    server.refuseHandshake('token_expired')
    server.refuseHandshake('token_expired')
    await expect(unlucky.connect()).rejects.toMatchObject({ code: 'token_expired' })
    expect(unlucky.status).toBe('refused')
    await unlucky.close()
  })

  it('a token that is a string and expired is refused', async () => {
    const server = createFakeServer({ users })
    const chat = server.createChat({ token: 'token-1' })
    server.refuseHandshake('token_expired')
    await expect(chat.connect()).rejects.toMatchObject({ code: 'token_expired' })
    await chat.close()
  })

  it('renews the token in band before it ends', async () => {
    const server = createFakeServer({ users, tokenLifetimeMs: 600_000 })
    const token = vi.fn(async () => (token.mock.calls.length > 1 ? 'token-2' : 'token-1'))
    const chat = server.createChat({ token })
    const seen: string[] = []
    chat.on('status', ({ current }) => seen.push(current))
    await chat.connect()
    await settle(539_000)
    expect(token).toHaveBeenCalledTimes(1)
    await settle(2_000)
    expect(token).toHaveBeenCalledTimes(2)
    await settle(540_000)
    expect(token).toHaveBeenCalledTimes(3)
    expect(seen).toEqual(['connecting', 'online'])
    await chat.close()
  })

  it('[P7] never refreshes in a loop, whatever lifetime a token claims', async () => {
    const server = createFakeServer({ users, tokenLifetimeMs: 1 })
    const token = vi.fn(async () => 'token-1')
    const chat = server.createChat({ token })
    await chat.connect()
    await settle(60_000)
    expect(token.mock.calls.length).toBeLessThan(15)
    await chat.close()
  })

  it('a refresh under way when the chat is closed or loses its connection is not begun again', async () => {
    const server = createFakeServer({ users, tokenLifetimeMs: 600_000 })
    let give = (_token: string) => {}
    const token = vi.fn(() => new Promise<string>((resolve) => (give = resolve)))
    const chat = server.createChat({ token })
    const connected = chat.connect()
    give('token-1')
    await connected
    await settle(540_000)
    expect(token).toHaveBeenCalledTimes(2)
    await chat.close()
    give('token-2')
    await settle(60_000)
    expect(token).toHaveBeenCalledTimes(2)
  })

  it('a token function that never answers is asked again at the next attempt', async () => {
    const server = createFakeServer({ users })
    const token = vi.fn(async () => 'token-1').mockReturnValueOnce(new Promise(() => {}))
    const chat = server.createChat({ token })
    const connected = chat.connect()
    await settle(30_000)
    expect(chat.status).toBe('online')
    expect(token).toHaveBeenCalledTimes(2)
    await connected
    await chat.close()
  })

  it('a token function that never answered a refresh does not hold up the next connection', async () => {
    const server = createFakeServer({ users, tokenLifetimeMs: 600_000 })
    const token = vi.fn(() => new Promise<string>(() => {})).mockResolvedValueOnce('token-1')
    const chat = server.createChat({ token })
    await chat.connect()
    await settle(540_000)
    expect(token).toHaveBeenCalledTimes(2)
    token.mockResolvedValueOnce('token-1')
    server.goOffline()
    server.goOnline()
    await settle(10_000)
    expect(chat.status).toBe('online')
    expect(token).toHaveBeenCalledTimes(3)
    await chat.close()
  })

  const networkError = new TypeError('fetch failed', {
    cause: new Error('connect ECONNREFUSED 127.0.0.1:8080'),
  })
  it.each<[string, unknown, string]>([
    ['in a browser', new TypeError('Failed to fetch'), 'Failed to fetch'],
    ['in Node', networkError, 'fetch failed (connect ECONNREFUSED 127.0.0.1:8080)'],
    ['by its own words', new Error('no token: 503'), 'no token: 503'],
    ['with an error without words', new RangeError(), 'RangeError'],
    ['with a text', 'signed out', 'signed out'],
    ['with a code', Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }), 'gone'],
    [
      'with a failure of another chat',
      new ChatError('closed', 'unable to join; closed'),
      'unable to join; closed',
    ],
    ['with anything', { status: 503 }, 'what it threw is of type object'],
    ['with nothing', undefined, 'what it threw is undefined'],
  ])(
    'a token function that fails %s is told as its own failure, and asked again later',
    async (_how, thrown, words) => {
      const server = createFakeServer({ users })
      const token = vi.fn(async () => 'token-1').mockRejectedValueOnce(thrown)
      const chat = server.createChat({ token })
      const connected = chat.connect()
      await settle()
      expect(chat.status).toBe('offline')
      expect(chat.error).toMatchObject({
        code: 'token_failed',
        retryable: true,
        cause: thrown,
        message: `unable to connect; the token function failed: ${words}`,
      })
      await settle(500)
      await connected
      expect(chat.me?.id).toBe('ada')
      await chat.close()
    },
  )

  it('a token function that throws before it returns a promise is asked again later, too', async () => {
    const server = createFakeServer({ users })
    const token = vi
      .fn(() => 'token-1')
      .mockImplementationOnce(() => {
        throw new Error('too early')
      })
    const chat = server.createChat({ token })
    const connected = chat.connect()
    await settle()
    expect(chat.error).toMatchObject({ code: 'token_failed' })
    await settle(500)
    await connected
    await chat.close()
  })

  it('a token function that gives no token is refused; what it gave is not said', async () => {
    const server = createFakeServer({ users })
    for (const [given, words] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['', 'empty'],
      [{ token: 'secret' }, 'of type object'],
    ]) {
      const chat = server.createChat({ token: () => given as string })
      await expect(chat.connect()).rejects.toMatchObject({
        code: 'token_required',
        retryable: false,
        message: `unable to connect; the token function gave no token; what it gave is ${words as string}`,
      })
      await chat.close()
    }
  })

  it('an attempt that a token function held up says so', async () => {
    const server = createFakeServer({ users })
    const chat = server.createChat({ token: () => new Promise(() => {}) })
    void chat.connect()
    await settle(20_000)
    expect(chat.error).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('no token in time') as string,
    })
    await chat.close()
  })
})

interface Question {
  name: RequestName
  request: RequestOf<RequestName>
  answer: Deferred<ResultOf<RequestName>>
}

describe('a session by itself', () => {
  const sessions: Session[] = []
  afterEach(() => {
    for (const session of sessions.splice(0)) session.close()
  })
  const token = (sub: string, life = 1) => `signed.${btoa(JSON.stringify({ sub, life }))}.`
  const guest = (name: string): User => ({ id: `guest:${name}`, name, guest: true })

  function start(options: Partial<ChatOptions> = {}, shared = memoryStorage()) {
    const questions: Question[] = []
    const said: string[] = []
    const session = new Session({
      options: { server: 'https://chat.example', app: 'demo', ...options },
      ...{ storage: openStorage(shared), scope: 'test', random: () => 0.5 },
      request(name, request) {
        const answer = deferred<ResultOf<typeof name>>()
        questions.push({ name, request, answer })
        return answer.promise
      },
      changed: ({ name }) => said.push(`me: ${name}`),
      personChanged: () => said.push('person changed'),
      reconnect: () => said.push('reconnect'),
    })
    sessions.push(session)
    const opened = (me: User, more: Partial<SessionOpened> = {}) =>
      session.opened({ me, renamable: true, limits: LIMITS, serverTime: Date.now(), ...more })
    return { session, questions, said, opened, shared }
  }
  /** Whether it is settled by now. */
  async function isDone(promise: Promise<unknown>): Promise<boolean> {
    let done = false
    void promise.then(() => (done = true))
    await settle()
    return done
  }

  describe('what a handshake says', () => {
    it('is the app, the name the page gave, without spaces around it, and no more than there is', async () => {
      const { session } = start({ user: { name: '  Ada ' } })
      expect(await session.credentials()).toStrictEqual({
        ...{ protocol: PROTOCOL_VERSION, app: 'demo', name: 'Ada', client: CLIENT },
      })
    })

    it('is the name of a signed user whom their token does not name, which is known here alone', async () => {
      const { session, opened } = start({ token: 'opaque' })
      expect((await session.credentials()).name).toBeUndefined()
      opened({ id: 'u1', name: 'Eve' })
      expect((await session.credentials()).name).toBe('Eve')
    })

    it.each<[string, Partial<ChatOptions>, User, boolean]>([
      ['a name that is fixed', { token: 'opaque' }, { id: 'u1', name: 'Eve' }, false],
      ['the name of a guest, which is in the guest token', {}, guest('eve'), true],
    ])('is not %s', async (_what, options, me, renamable) => {
      const { session, opened } = start(options)
      await session.credentials()
      opened(me, { renamable, ...(me.guest && { guestToken: token(me.id) }) })
      expect((await session.credentials()).name).toBeUndefined()
    })

    it('is not the name of the person before', async () => {
      let current = token('ada')
      const { session, opened } = start({ token: () => current })
      await session.credentials()
      opened({ id: 'ada', name: 'Ada' })
      current = token('bob')
      expect((await session.credentials()).name).toBeUndefined()
    })
  })

  describe('who one is', () => {
    it('is said when it is another, and not again', () => {
      const { opened, said } = start()
      opened(guest('ada'))
      opened(guest('ada'))
      opened({ ...guest('ada'), name: 'Ada L.' })
      expect(said).toEqual(['me: ada', 'me: Ada L.'])
    })

    it('the time is that of the server', () => {
      const { session, opened } = start()
      opened(guest('ada'), { serverTime: Date.now() + 5_000 })
      expect(session.now).toBe(Date.now() + 5_000)
    })

    it('a logout elsewhere makes a guest nobody, at a look as before a handshake', async () => {
      for (const look of ['isCurrent', 'credentials'] as const) {
        const { session, opened, said, shared } = start()
        opened(guest('ada'), { guestToken: token('guest:ada') })
        shared.setItem('alcove:logout:test', 'now')
        shared.removeItem('alcove:guest:test')
        const found = await session[look]()
        if (look === 'isCurrent') expect(found).toBe(false)
        else expect(found).not.toHaveProperty('token')
        expect(session.me).toBeUndefined()
        expect(said.slice(0, 2)).toEqual(['me: ada', 'person changed'])
        expect(said.includes('reconnect')).toBe(look === 'isCurrent')
      }
    })

    it('a logout of guests is nothing to a signed user', () => {
      const { session, opened, said, shared } = start({ token: token('ada') })
      opened({ id: 'ada', name: 'Ada' })
      shared.setItem('alcove:logout:test', 'now')
      expect(session.isCurrent()).toBe(true)
      expect(said).toEqual(['me: Ada'])
    })

    it('a logout before anybody is known changes nobody', () => {
      const { session, said } = start()
      session.logout()
      expect(said).toEqual(['reconnect'])
    })

    it('[P7] gives way to a guest who came first three times in a row, and then no more', () => {
      const { opened, shared } = start()
      shared.setItem('alcove:guest:test', token('guest:other'))
      const answers = [1, 2, 3, 4].map(() => opened(guest('ada'), { guestToken: token('guest:ada') }))
      expect(answers).toEqual([false, false, false, true])
    })
  })

  describe('chats of a page that begin together', () => {
    it('wait for the first, one after the other', async () => {
      const shared = memoryStorage()
      const [first, second, third] = [start({}, shared), start({}, shared), start({}, shared)]
      expect(await isDone(first.session.credentials())).toBe(true)
      const [waiting, last] = [second.session.credentials(), third.session.credentials()]
      expect([await isDone(waiting), await isDone(last)]).toEqual([false, false])
      first.session.settled()
      expect([await isDone(waiting), await isDone(last)]).toEqual([true, false])
      second.session.settled()
      expect(await isDone(last)).toBe(true)
    })

    it('do not wait for one whose attempt has ended meanwhile', async () => {
      const shared = memoryStorage()
      const [first, second, third] = [start({}, shared), start({}, shared), start({}, shared)]
      await first.session.credentials()
      const waiting = second.session.credentials()
      second.session.settled()
      first.session.settled()
      expect(await isDone(waiting)).toBe(true)
      expect(await isDone(third.session.credentials())).toBe(true)
    })

    it('do not wait where the guest is known', async () => {
      const shared = memoryStorage()
      const first = start({}, shared)
      await first.session.credentials()
      shared.setItem('alcove:guest:test', token('guest:ada'))
      expect(await isDone(start({}, shared).session.credentials())).toBe(true)
    })
  })

  describe('a name', () => {
    it('of a token cannot be changed, before a connection as on one', async () => {
      const { session, questions, opened } = start({ token: token('ada') })
      await expect(session.setName('Eve')).rejects.toMatchObject({ code: 'name_fixed' })
      opened({ id: 'ada', name: 'Ada' }, { renamable: false })
      session.online()
      await expect(session.setName('Eve')).rejects.toMatchObject({ code: 'name_fixed' })
      expect(questions).toEqual([])
    })

    it('has at most 40 characters, whatever they are made of', async () => {
      const { session, questions } = start()
      void session.setName('😀'.repeat(40)).catch(() => {})
      expect(questions).toHaveLength(1)
      await expect(session.setName('😀'.repeat(41))).rejects.toMatchObject({ code: 'name_invalid' })
    })

    it('that the page gives is remembered for guests alone', async () => {
      for (const [me, isKept] of [
        [guest('ada'), true],
        [{ id: 'ada', name: 'Ada' }, false],
      ] as const) {
        const options = { user: { name: 'Ada' }, ...(!isKept && { token: token('ada') }) }
        const { session, opened, shared } = start(options)
        await session.credentials()
        opened(me)
        session.online()
        expect(shared.map.has('alcove:name:test')).toBe(isKept)
      }
      const { session, opened, shared, questions } = start()
      const wished = session.setName('Eve')
      questions[0]!.answer.reject(new ChatError('offline', 'unable to set name; offline'))
      await wished
      await session.credentials()
      opened(guest('eve'))
      session.online()
      expect([...shared.map.keys()], 'nor one that the page did not give').not.toContain('alcove:name:test')
    })
  })

  describe('whether new credentials may help', () => {
    it.each<[string, Partial<ChatOptions>, ErrorCode, boolean]>([
      ['a token function may give a fresh token', { token: () => token('ada') }, 'token_expired', true],
      ['though not where its token is none', { token: () => token('ada') }, 'token_invalid', false],
      ['a token that is a text is what it is', { token: token('ada') }, 'token_expired', false],
      ['a guest without a token has none to lose', {}, 'token_invalid', false],
      ['nothing helps a refused app', { token: () => token('ada') }, 'unknown_app', false],
    ])('%s', async (_what, options, code, helps) => {
      const { session } = start(options)
      await session.credentials()
      expect(session.recover(new ChatError(code, 'unable to connect; no'))).toBe(helps)
    })
  })

  describe('a token function', () => {
    const LIFE_MS = 600_000
    /** At 540 s, a minute before the token ends. */
    const REFRESH_MS = 540_000

    async function startSigned(fetch = vi.fn(async () => token('ada'))) {
      const started = start({ token: fetch })
      await started.session.credentials()
      const open = (lifeMs = LIFE_MS) =>
        started.opened({ id: 'ada', name: 'Ada' }, { expiresAt: Date.now() + lifeMs })
      return { ...started, fetch, open }
    }

    it('that fails is asked again, later each time, until the token is renewed', async () => {
      const { open, fetch, questions, session } = await startSigned()
      open()
      for (const _failure of [1, 2]) fetch.mockRejectedValueOnce(new Error('away'))
      await settle(REFRESH_MS)
      expect(fetch).toHaveBeenCalledTimes(2)
      await settle(5_499)
      expect(fetch).toHaveBeenCalledTimes(2)
      await settle(1)
      expect(fetch).toHaveBeenCalledTimes(3)
      await settle(5_749)
      expect(fetch).toHaveBeenCalledTimes(3)
      await settle(1)
      expect(questions).toMatchObject([{ name: 'session:refresh', request: { token: token('ada') } }])
      session.offline()
    })

    it.each(['gives', 'fails'] as const)(
      'that %s after the connection is gone asks for nothing',
      async (how) => {
        const { open, fetch, questions, session } = await startSigned()
        const answer = deferred<string>()
        open()
        fetch.mockReturnValueOnce(answer.promise)
        await settle(REFRESH_MS)
        session.offline()
        if (how === 'gives') answer.resolve(token('ada'))
        else answer.reject(new Error('away'))
        await settle(60_000)
        expect(questions).toEqual([])
        expect(vi.getTimerCount()).toBe(0)
      },
    )

    it('whose token was renewed on a connection that is gone changes nothing', async () => {
      const { open, questions, session, said } = await startSigned()
      open()
      await settle(REFRESH_MS)
      session.offline()
      const me = { id: 'ada', name: 'Ada L.' }
      questions[0]!.answer.resolve({ ok: true, me, expiresAt: Date.now() + LIFE_MS })
      await settle()
      expect(said).toEqual(['me: Ada'])
      expect(vi.getTimerCount()).toBe(0)
    })

    it('is asked once per token, however often its end was said, and not at once where that is far away', async () => {
      const { open, fetch, session } = await startSigned()
      open()
      open()
      expect(vi.getTimerCount()).toBe(1)
      open(1e12)
      await settle(60_000)
      expect(fetch).toHaveBeenCalledTimes(1)
      session.close()
      expect(vi.getTimerCount()).toBe(0)
    })

    it('whose late answer is to an attempt that has ended does not end the sharing of the next', async () => {
      const answers = [deferred<string>(), deferred<string>()]
      const fetch = vi.fn(() => answers[fetch.mock.calls.length - 1]!.promise)
      const { session } = start({ token: fetch })
      void session.credentials()
      session.settled()
      const second = session.credentials()
      answers[0]!.resolve(token('ada', 1))
      await settle()
      const third = session.credentials()
      answers[1]!.resolve(token('ada', 2))
      expect([(await second).token, (await third).token]).toEqual([token('ada', 2), token('ada', 2)])
      expect(fetch).toHaveBeenCalledTimes(2)
    })
  })
})

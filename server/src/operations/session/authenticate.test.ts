import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { toApp } from '../../apps/app-directory.js'
import { originOf } from '../../apps/request-origin.js'
import { toWireError } from '../../errors/refusal.js'
import { createGuestTokens } from '../../identity/guest-token.js'
import { createAuthenticator } from './authenticate.js'
import type { ProtocolRange } from './protocol-version.js'

const SITE = 'https://site.example'
const guests = createGuestTokens('a secret of the server, long enough')

function startAuthenticator(settings: object = {}, protocols?: ProtocolRange) {
  const app = toApp({
    id: 'demo',
    secret: "the app's own secret",
    settings: { origins: [SITE], ...settings },
  })
  const apps = { find: (id: string) => Promise.resolve(id === app.id ? app : undefined) }
  const { authenticate } = createAuthenticator({ apps, guests, protocols })
  const connect = (auth: object = {}, origin: string | undefined = SITE) =>
    authenticate({
      auth: { protocol: 1, app: 'demo', ...auth },
      from: originOf({ headers: { origin }, isEncrypted: false, trustedHops: 0 }),
      address: '1.2.3.4',
    })
  const connectNatively = () =>
    authenticate({
      auth: { protocol: 1, app: 'demo' },
      from: { kind: 'native-client' },
      address: '1.2.3.4',
    })
  const token = (claims: object, sub = 'ada') =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setAudience('demo')
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(app.secret))
  return { connect, connectNatively, token }
}

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error

describe('the door', () => {
  test.each([
    [{ app: 'other' }, 'unknown_app'],
    [{ app: 'constructor' }, 'unknown_app'],
    [{ app: 7 }, 'invalid_request'],
    [{ protocol: 2 }, 'protocol_unsupported'],
    [{ protocol: '1' }, 'invalid_request'],
    [{ protocol: 1.5 }, 'invalid_request'],
    [{ protocol: -1 }, 'invalid_request'],
    [{ protocol: 1e300 }, 'invalid_request'],
    [{ protocol: 2, oldestProtocol: 3 }, 'invalid_request'],
    [{ protocol: 2, oldestProtocol: null }, 'invalid_request'],
    [{ protocol: 2, oldestProtocol: 1, token: 5 }, 'invalid_request'],
    [{ extra: 1 }, 'invalid_request'],
    [{ token: null }, 'invalid_request'],
    [{ token: 'nonsense' }, 'token_invalid'],
  ])('%j is refused as %s', async (auth, expected) => {
    await expect(startAuthenticator().connect(auth)).rejects.toThrow(code(expected))
  })

  test('a field nobody knows is named, and its value is not repeated', async () => {
    const refused = await startAuthenticator()
      .connect({ session: 'hunter2' })
      .catch((error: Error) => error.message)
    expect(refused).toContain('session: unknown field')
    expect(refused).not.toContain('hunter2')
  })

  test('another origin is refused, and none where native clients are not allowed', async () => {
    const { connect, connectNatively } = startAuthenticator()
    await expect(connect({}, 'https://evil.example')).rejects.toThrow(code('origin_not_allowed'))
    await expect(connect({}, 'null')).rejects.toThrow(code('origin_not_allowed'))
    await expect(connectNatively()).rejects.toThrow(code('origin_not_allowed'))
    await expect(startAuthenticator({ nativeClients: true }).connectNatively()).resolves.toBeDefined()
  })

  test('an app without guests wants a token', async () => {
    const { connect } = startAuthenticator({ guests: false })
    await expect(connect()).rejects.toThrow(code('token_required'))
  })
})

describe('protocol versions', () => {
  const [one, two, oneToTwo] = [
    { oldest: 1, newest: 1 },
    { oldest: 2, newest: 2 },
    { oldest: 1, newest: 2 },
  ]

  test.each([
    [{ protocol: 1 }, one, 1],
    [{ protocol: 1 }, oneToTwo, 1],
    [{ protocol: 2 }, oneToTwo, 2],
    [{ protocol: 2, oldestProtocol: 1 }, one, 1],
    [{ protocol: 2, oldestProtocol: 1 }, two, 2],
    [{ protocol: 9, oldestProtocol: 1 }, oneToTwo, 2],
  ])('[HANDSHAKE-9] %j with a server that speaks %j: %i', async (auth, protocols, expected) => {
    expect((await startAuthenticator({}, protocols).connect(auth)).protocol).toBe(expected)
  })

  test('[HANDSHAKE-11] a server behind its client says so, and that another node may be newer', async () => {
    const refused = startAuthenticator({}, one).connect({ protocol: 3, oldestProtocol: 2, token: { new: 1 } })
    await expect(refused).rejects.toMatchObject({
      code: 'protocol_unsupported',
      message:
        'unable to connect; the client speaks protocol 2 to 3, the server 1: the server is the older one',
      retryAfterMs: 2_000,
    })
    const wire = await refused.catch((error: unknown) => toWireError(error).wire)
    expect(wire).toMatchObject({ retryable: true, retryAfterMs: 2_000 })
  })

  test('[HANDSHAKE-11] a client older than its server learns that it needs an update, not a retry', async () => {
    const refused = startAuthenticator({}, two).connect({ protocol: 1, forgotten: true })
    await expect(refused).rejects.toThrow(
      'unable to connect; the client speaks protocol 1, the server 2: the client is the older one',
    )
    const wire = await refused.catch((error: unknown) => toWireError(error).wire)
    expect(wire).toEqual(expect.objectContaining({ code: 'protocol_unsupported', retryable: false }))
    expect(wire).not.toHaveProperty('retryAfterMs')
  })

  test('[HANDSHAKE-10] what a newer client says beyond our version is ignored; one of our own or an older version says no more than it may', async () => {
    const newer = { protocol: 3, oldestProtocol: 1, resume: 'x', name: 'Ada' }
    const { protocol, identity } = await startAuthenticator({}, oneToTwo).connect(newer)
    expect([protocol, identity.user.name]).toEqual([2, 'Ada'])
    for (const own of [1, 2])
      await expect(startAuthenticator({}, oneToTwo).connect({ protocol: own, resume: 'x' })).rejects.toThrow(
        code('invalid_request'),
      )
  })
})

describe('guests', () => {
  test('come back as who they were, under the name they wish now', async () => {
    const { connect } = startAuthenticator()
    const first = await connect({ name: 'Ada' })
    const again = await connect({ token: first.guestToken })
    expect(again.identity.user).toEqual(first.identity.user)
    const renamed = await connect({ token: first.guestToken, name: 'Ada L.' })
    expect(renamed.identity.user).toEqual({ ...first.identity.user, name: 'Ada L.' })
  })

  test('a stored name longer than the limit of today is cut, and refuses nobody', async () => {
    const { guestToken } = await startAuthenticator().connect({ name: 'Ada Lovelace' })
    const { connect } = startAuthenticator({ limits: { nameCharacters: 3 } })
    expect((await connect({ token: guestToken })).identity.user.name).toBe('Ada')
    expect((await connect()).identity.user.name).toBe('Gue')
    expect((await connect({ name: 'Ada L.' })).identity.user.name).toBe('Ada')
  })

  test.each(['', ' ', '\u202e', '\u3164'])('a wished name of %j is none', async (name) => {
    const { connect } = startAuthenticator()
    expect((await connect({ name })).identity.user.name).toMatch(/^Guest \d+$/)
    const { guestToken } = await connect({ name: 'Ada' })
    expect((await connect({ token: guestToken, name })).identity.user.name).toBe('Ada')
  })
})

describe('signed users', () => {
  test.each(['', '  ', '\u3164', '\u202e', null, 7, {}, []])('an unusable name %j is none', async (name) => {
    const { connect, token } = startAuthenticator()
    const signed = { token: await token({ name }) }
    expect((await connect(signed)).identity).toMatchObject({
      user: { id: 'ada', name: 'ada' },
      nameIsFixed: false,
    })
    expect((await connect({ ...signed, name: 'Eve' })).identity.user.name).toBe('Eve')
  })

  test('a long name is cut, and is theirs all the same', async () => {
    const { connect, token } = startAuthenticator()
    const { identity } = await connect({ token: await token({ name: 'x'.repeat(48) }) })
    expect(identity).toMatchObject({ user: { name: 'x'.repeat(40) }, nameIsFixed: true })
  })

  test('are named by the token, else by their wish, else by their id, which may be long', async () => {
    const { connect, token } = startAuthenticator()
    const named = await connect({ token: await token({ name: 'Ada' }), name: 'Eve' })
    expect(named.identity).toMatchObject({ user: { id: 'ada', name: 'Ada' }, nameIsFixed: true })
    expect(named.guestToken).toBeUndefined()
    const wished = await connect({ token: await token({}), name: 'Eve' })
    expect(wished.identity).toMatchObject({ user: { name: 'Eve' }, nameIsFixed: false })
    const id = 'saml|customer-of-a-customer|0123456789abcdef0123456789'
    const nameless = await connect({ token: await token({}, id) })
    expect(nameless.identity.user).toEqual({ id, name: id.slice(0, 40) })
  })
})

import { createHmac } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { isGuestToken, verifySignedToken } from './signed-token.js'

const app = { id: 'demo', secret: "the app's secret of some length" }
const now = () => Math.floor(Date.now() / 1000)

function sign(claims: object, { secret = app.secret, alg = 'HS256' } = {}): Promise<string> {
  const all = { sub: 'ada', aud: 'demo', iat: now(), exp: now() + 600, ...claims }
  return new SignJWT(all).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))
}

const refusedAs = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error

describe('accepted', () => {
  test('the least a token needs', async () => {
    const exp = now() + 600
    expect(await verifySignedToken(await sign({ exp }), app)).toEqual({
      id: 'ada',
      expiresAt: exp * 1_000,
      rooms: undefined,
    })
  })

  test('all a token may say, and what it says besides', async () => {
    const claims = {
      name: 'Ada',
      avatar: 'https://site.example/a.png',
      rooms: { 'a-*': ['read', 'write'], b: [] },
      aud: ['x', 'demo'],
      email: 'ada@site.example',
    }
    const { name, avatar, rooms } = await verifySignedToken(await sign(claims), app)
    expect({ name, avatar, rooms: [...rooms!] }).toEqual({
      name: 'Ada',
      avatar: claims.avatar,
      rooms: [
        ['a-*', ['read', 'write']],
        ['b', []],
      ],
    })
  })

  test('a clock off by less than a minute', async () => {
    await expect(verifySignedToken(await sign({ exp: now() - 50 }), app)).resolves.toBeDefined()
    await expect(verifySignedToken(await sign({ nbf: now() + 50 }), app)).resolves.toBeDefined()
  })

  test.each([7, null, '', 'x'.repeat(1_001), {}])('whatever its name is: %j', async (name) => {
    await expect(verifySignedToken(await sign({ name }), app)).resolves.toMatchObject({ id: 'ada' })
  })

  test.each([
    null,
    '',
    7,
    {},
    '/u/7.png',
    'u/7.png',
    '//cdn.example/7.png',
    'data:image/png;base64,AA',
    'javascript:alert(1)',
    'blob:https://site.example/1',
    'file:///etc/passwd',
    'https://a:b@site.example/a.png',
    'https://a@site.example/a.png',
    'https://',
    `https://site.example/${'x'.repeat(2_000)}`,
    `https://site.example/${'ü'.repeat(700)}`,
  ])('with the avatar %j, which is none', async (avatar) => {
    expect(await verifySignedToken(await sign({ avatar }), app)).not.toHaveProperty('avatar')
  })

  test('far and fractional times, and iat within the leeway', async () => {
    for (const claims of [
      { exp: 9_999_999_999 },
      { exp: now() + 0.5 },
      { iat: now() + 50 },
      { iat: now() + 7_100 },
      { iat: 0 },
      { iat: -1 },
    ])
      await expect(verifySignedToken(await sign(claims), app)).resolves.toBeDefined()
  })

  test.each(['ada', 'Ada Lovelace', 'auth0|5f7c8ec7', 'ada@site.example', 'é', 'ид', '🦊', 'x'.repeat(128)])(
    'the id %s, exactly as it is',
    async (sub) => expect((await verifySignedToken(await sign({ sub }), app)).id).toBe(sub),
  )

  test('an avatar is stored as a browser would write it', async () => {
    const token = await sign({ avatar: 'https://site.example/a\0 b.png' })
    expect((await verifySignedToken(token, app)).avatar).toBe('https://site.example/a%00%20b.png')
  })
})

describe('refused', () => {
  test('without repeating what is neither short nor plain', async () => {
    const rooms = { '<img src=x>\n\u202e': ['fly'] }
    const refused = verifySignedToken(await sign({ rooms }), app)
    await expect(refused).rejects.toMatchObject({
      code: 'token_invalid',
      message: expect.stringContaining('claim rooms'),
    })
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('img') })
  })

  test('past its end, with a code of its own', async () => {
    await expect(verifySignedToken(await sign({ exp: now() - 61 }), app)).rejects.toThrow(
      refusedAs('token_expired', /expired/),
    )
  })

  test('[P8] for another app', async () => {
    await expect(verifySignedToken(await sign({ aud: 'other' }), app)).rejects.toThrow(
      refusedAs('token_invalid', /aud/),
    )
  })

  test('signed with another secret, another algorithm, or not at all', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const claims = { sub: 'eve', aud: 'demo', iat: now(), exp: now() + 600 }
    const unsigned = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    for (const token of [
      await sign({}, { secret: 'another secret' }),
      await sign({}, { alg: 'HS512' }),
      await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey),
      `${unsigned.join('.')}.`,
      '',
      'x'.repeat(8_193),
    ])
      await expect(verifySignedToken(token, app)).rejects.toThrow(refusedAs('token_invalid', /./))
  })

  test.each([
    ['sub', undefined],
    ['sub', ''],
    ['sub', 7],
    ['sub', 'x'.repeat(129)],
    ['sub', 'ada\0'],
    ['sub', 'ada\nbob'],
    ['sub', '\ud800'],
    ['sub', 'guest:eve'],
    ['exp', undefined],
    ['iat', undefined],
    ['nbf', 9e9],
    ['exp', 1e308],
    ['exp', Date.now() + 600_000],
    ['exp', 253_402_300_800],
    ['exp', '9999999999'],
    ['exp', null],
    ['iat', 1e308],
    ['iat', Date.now()],
    ['iat', now() + 31_536_000],
    ['iat', now() + 7_300],
    ['iat', '0'],
    ['iat', null],
    ['sub', '\ufeffada'],
    ['sub', 'a\ufeffda'],
    ['sub', 'ada\ufffe'],
    ['sub', 'ada\u200b'],
    ['sub', 'a\u200dda'],
    ['sub', 'ada\u00ad'],
    ['sub', 'ada\ufe0f'],
    ['sub', 'ada\u3164'],
    ['sub', 'ada\u2800'],
    ['sub', 'ada\u034f'],
    ['sub', '\u202eada'],
    ['sub', 'ada\u{e0041}'],
    ['sub', 'ada\u2028'],
    ['sub', 'ada '],
    ['sub', ' ada'],
    ['sub', 'a\u00a0da'],
    ['sub', '\ufeffguest:eve'],
    ['rooms', null],
    ['rooms', ['lobby']],
    ['rooms', { lobby: ['own'] }],
    ['rooms', { lobby: 'read' }],
    ['rooms', { ['x'.repeat(129)]: ['read'] }],
    ['rooms', Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`r${i}`, ['read']]))],
  ])('with a wrong %s: %j', async (claim, value) => {
    await expect(verifySignedToken(await sign({ [claim]: value }), app)).rejects.toThrow(
      refusedAs('token_invalid', /unable to accept token/),
    )
  })
})

test.each(['1e999', '-1e999', 'NaN', 'Infinity', '1e400', '{}'])(
  'exp or iat as the bare JSON %s is refused',
  async (json) => {
    for (const claim of ['exp', 'iat']) {
      const times = { iat: String(now()), exp: String(now() + 600), [claim]: json }
      const payload = `{"sub":"ada","aud":"demo","iat":${times.iat},"exp":${times.exp}}`
      const signed = [JSON.stringify({ alg: 'HS256' }), payload]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.')
      const token = `${signed}.${createHmac('sha256', app.secret).update(signed).digest('base64url')}`
      // In the infinite past it was signed, and ended, all the same.
      await expect(verifySignedToken(token, app)).rejects.toThrow(/unable to accept token/)
    }
  },
)

test('what is no token is no guest token', () => {
  for (const text of ['', 'a.b.c', '\0', 'eyJ.']) expect(isGuestToken(text)).toBe(false)
})

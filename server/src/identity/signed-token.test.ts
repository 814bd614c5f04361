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

  test('an avatar is stored as a browser would write it', async () => {
    const token = await sign({ avatar: 'https://site.example/a\0 b.png' })
    expect((await verifySignedToken(token, app)).avatar).toBe('https://site.example/a%00%20b.png')
  })
})

describe('refused', () => {
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
    ['name', 7],
    ['name', 'x'.repeat(1_001)],
    ['avatar', 'javascript:alert(1)'],
    ['avatar', 'data:image/png;base64,AA'],
    ['avatar', '/relative.png'],
    ['avatar', `https://site.example/${'x'.repeat(2_000)}`],
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

test('what is no token is no guest token', () => {
  for (const text of ['', 'a.b.c', '\0', 'eyJ.']) expect(isGuestToken(text)).toBe(false)
})

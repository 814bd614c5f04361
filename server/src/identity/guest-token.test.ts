import { SignJWT } from 'jose'
import { afterEach, expect, test, vi } from 'vitest'
import { createGuestTokens, newGuestId } from './guest-token.js'
import { isGuestToken } from './signed-token.js'

afterEach(() => void vi.useRealTimers())

const tokens = createGuestTokens('one secret of the server, long enough')
const ada = { id: newGuestId(), name: 'Ada', guest: true as const }

test('a guest comes back as who they were', async () => {
  const token = await tokens.sign('demo', ada)
  expect(isGuestToken(token)).toBe(true)
  expect(await tokens.verify('demo', token)).toEqual(ada)
})

test('[P8] a guest of one app is nobody in another, nor under another secret', async () => {
  const token = await tokens.sign('demo', ada)
  expect(await tokens.verify('other', token)).toBeUndefined()
  expect(await createGuestTokens('another secret, long enough as well').verify('demo', token)).toBeUndefined()
})

test('a changed token, one of another algorithm, and no token at all are nobody', async () => {
  const token = await tokens.sign('demo', ada)
  const [header, payload, signature] = token.split('.') as [string, string, string]
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'alcove-guest+jwt' })).toString('base64url')
  const eve = Buffer.from(JSON.stringify({ sub: 'guest:eve', name: 'Eve', aud: 'demo', exp: 9e9 })).toString(
    'base64url',
  )
  for (const forged of [`${header}.${eve}.${signature}`, `${none}.${payload}.`, '', 'a.b.c'])
    expect(await tokens.verify('demo', forged)).toBeUndefined()
})

test("an app's own secret makes no guests", async () => {
  const forged = await new SignJWT({ name: 'Eve' })
    .setProtectedHeader({ alg: 'HS256', typ: 'alcove-guest+jwt' })
    .setSubject('guest:eve')
    .setAudience('demo')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode("the app's secret, which its owner knows"))
  expect(await tokens.verify('demo', forged)).toBeUndefined()
})

test('after a year away a guest is somebody new', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const token = await tokens.sign('demo', ada)
  vi.setSystemTime(Date.now() + 364 * 86_400_000)
  expect(await tokens.verify('demo', token)).toEqual(ada)
  vi.setSystemTime(Date.now() + 2 * 86_400_000)
  expect(await tokens.verify('demo', token)).toBeUndefined()
})

test('new guests differ, and their ids say what they are', () => {
  const ids = Array.from({ length: 1_000 }, newGuestId)
  expect(new Set(ids).size).toBe(1_000)
  expect(ids.every((id) => /^guest:[\w-]{16}$/.test(id))).toBe(true)
})

import { expect, test } from 'vitest'
import { verifySignedToken } from '../identity/signed-token.js'
import type { AppRepository } from '../storage/app-repository.js'
import { tokenCommand } from './token.js'
import { Usage } from './usage.js'

const demo = { id: 'demo', secret: "the app's secret of some length", settings: {} }

const sign = (...args: string[]) =>
  tokenCommand(args, () =>
    Promise.resolve({
      find: (id: string) => Promise.resolve(id === demo.id ? demo : undefined),
    } as AppRepository),
  )

test.each([
  ['ada', '--name', 'Ada Lovelace'],
  ['ada', '--name', 'x'.repeat(48)],
  ['ada', '--name', ''],
  ['auth0|7', '--minutes', '1'],
])('what is signed is accepted: %s %s %s', async (user, ...options) => {
  expect(await verifySignedToken(await sign('demo', user, ...options), demo)).toMatchObject({ id: user })
})

test.each([
  ['guest:x', /claim sub must not start with guest:/],
  ['\ufeffada', /claim sub: .*invisible/],
  ['', /claim sub/],
  ['x'.repeat(129), /claim sub/],
])('what would be refused is not signed, with the reason: %j', async (user, reason) => {
  const refused = sign('demo', user)
  await expect(refused).rejects.toBeInstanceOf(Usage)
  await expect(refused).rejects.toThrow(reason)
})

test('an end beyond all time is refused too', async () => {
  await expect(sign('demo', 'ada', '--minutes', '999999999999')).rejects.toThrow(/claim exp/)
})

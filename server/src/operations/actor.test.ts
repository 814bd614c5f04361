import { describe, expect, test } from 'vitest'
import { guest } from '../../test/support/operations.js'
import { toApp } from '../apps/app-directory.js'
import type { Identity } from '../identity/identity.js'
import { UNRESTRICTED } from '../identity/standing.js'
import { appActor, authorOf, may, turnKey, userActor, type Actor } from './actor.js'

const app = toApp({ id: 'demo', secret: '', settings: {} })
const session = (identity: Identity = guest('ada')) => ({ app, address: '1.2.3.4', identity })

describe('a user', () => {
  test('is who the session is now, not who it was when they asked', () => {
    const live = session()
    const actor = userActor(live)
    expect(actor).toMatchObject({ kind: 'user', app, address: '1.2.3.4', user: { name: 'ada' } })
    expect(may(actor, 'write', { id: 'lobby' })).toBe(false)
    live.identity = guest('bob', ['read', 'write'])
    expect([actor.user.name, actor.identity.kind, may(actor, 'write', { id: 'lobby' })]).toEqual([
      'bob',
      'guest',
      true,
    ])
  })

  test('may what the token says of the room', () => {
    const actor = userActor(
      session({
        ...{ kind: 'signed', user: { id: 'ada', name: 'Ada' }, nameIsFixed: true, expiresAt: 0 },
        ...{ rooms: new Map([['lobby', ['read']]]), capabilities: ['read', 'write'] },
      }),
    )
    expect([
      may(actor, 'read', { id: 'lobby' }),
      may(actor, 'write', { id: 'lobby' }),
      may(actor, 'read', { id: 'den' }),
    ]).toEqual([...[true, false, false]])
  })
})

test("an app's own server may everything, in its own name", () => {
  const actor = appActor(app, '1.2.3.4')
  expect(actor).toMatchObject({ kind: 'app', app, address: '1.2.3.4' })
  expect(may(actor, 'moderate', { id: 'lobby' })).toBe(true)
})

test.each<[Actor, object]>([
  [userActor(session()), { kind: 'user', id: 'guest:ada' }],
  [appActor(app, ''), { kind: 'app' }],
  [appActor(app, '', { id: 'ada', name: 'Ada' }), { kind: 'app', id: 'ada' }],
  [
    { kind: 'admin', id: 'root', app, address: '', standing: () => UNRESTRICTED },
    { kind: 'admin', id: 'root' },
  ],
  [{ kind: 'system', app, standing: () => UNRESTRICTED }, { kind: 'system' }],
])('the journal names them: %#', (actor, author) => {
  expect(authorOf(actor)).toEqual(author)
})

test('reads take turns by address for guests, by user for those who are signed in, by app for its server', () => {
  const signed: Identity = {
    ...{ kind: 'signed', user: { id: 'ada', name: 'Ada' }, nameIsFixed: true, expiresAt: 0 },
    ...{ rooms: undefined, capabilities: ['read'] },
  }
  const keys = [userActor(session()), userActor(session(signed)), appActor(app, '')].map(turnKey)
  expect(keys).toEqual(['@1.2.3.4', 'demo\nada', 'demo'])
})

import { describe, expect, test } from 'vitest'
import type { MessageRow } from '@alcove/sdk/protocol'
import { guest, servicesWith, unlimited } from '../../test/support/operations.js'
import { toApp } from '../apps/app-directory.js'
import type { Identity } from '../identity/identity.js'
import type { Limit } from '../limits/limit.js'
import { appActor, userActor, type Actor } from './actor.js'
import type { Alteration } from './draft.js'
import { changeLimits, chargeRead, reactionLimits, readLimits, sendLimits } from './limits.js'

const app = toApp({
  ...{ id: 'demo', secret: '' },
  settings: {
    limits: {
      ...{ messagesPerSecondPerUser: 2, messageBurstPerUser: 10, messagesPerSecondPerRoom: 30 },
      ...{ reactionsPerSecondPerRoom: 70, messagesPerSecondPerApp: 900 },
    },
  },
})
const signed: Identity = {
  ...{ kind: 'signed', user: { id: 'ada', name: 'Ada' }, nameIsFixed: true, expiresAt: 0 },
  ...{ rooms: undefined, capabilities: ['read', 'write'] },
}
const session = (identity: Identity) => userActor({ app, address: '1.2.3.4', identity })
const ACTORS = { guest: session(guest('eve')), signed: session(signed), app: appActor(app, '1.2.3.4') }
const room = {
  ...{ appId: 'demo', id: 'lobby', key: 1, createdAt: 0, channel: 'r/demo/lobby', epoch: 'e1' },
}
const contextOf = (actor: Actor) => ({ actor, room, services: servicesWith({ rates: unlimited() }) })

const names = (limits: readonly Limit[]) => limits.map(({ name }) => name)
const windowOf = (limits: readonly Limit[], name: string) => limits.find((limit) => limit.name === name)

describe('[SEND-9] a message counts', () => {
  test.each([
    [
      'guest',
      ['send', 'send-address', 'send-address-all-apps', 'send-room-address', 'send-room', 'send-app'],
    ],
    ['signed', ['send', 'send-room', 'send-app']],
    ['app', ['send-room', 'send-app']],
  ] as const)('of a %s narrowest first: %j', (who, windows) => {
    expect(names(sendLimits(contextOf(ACTORS[who]), 100))).toEqual(windows)
  })

  test('in windows of the room and of the app that all who send share', () => {
    const limits = sendLimits(contextOf(ACTORS.app), 100)
    expect(windowOf(limits, 'send-room')).toMatchObject({
      ...{ key: 'r/demo/lobby', rate: { points: 30, windowSeconds: 1 }, points: 1 },
    })
    expect(windowOf(limits, 'send-app')).toMatchObject({
      ...{ key: 'demo', rate: { points: 900, windowSeconds: 1 }, points: 1 },
    })
  })

  test('of a user as many at once as a burst, and the steady rate on average', () => {
    expect(windowOf(sendLimits(contextOf(ACTORS.signed), 100), 'send')?.rate).toEqual({
      ...{ points: 10, windowSeconds: 5 },
    })
  })

  test('once for the user and by its length for the address', () => {
    const limits = sendLimits(contextOf(ACTORS.guest), 3 * 1_024)
    expect([windowOf(limits, 'send')?.points, windowOf(limits, 'send-address')?.points]).toEqual([1, 4])
  })
})

describe('[CHANGE-7] an edit or a deletion', () => {
  const draft = (change: Alteration['change']): Alteration => ({
    ...{ kind: 'alteration', id: 'c1', change },
    conditions: { who: 'anybody' },
  })
  const addressPoints = (change: Alteration['change']) =>
    windowOf(changeLimits(contextOf(ACTORS.guest), draft(change)), 'send-address')?.points

  test('counts in the windows of messages, by what is written in it', () => {
    const edit = (text: string) => ({ kind: 'message.edited' as const, message: 'm1', text })
    const windows = names(sendLimits(contextOf(ACTORS.guest), 1))
    expect(names(changeLimits(contextOf(ACTORS.guest), draft(edit('hi'))))).toEqual(windows)
    expect([addressPoints(edit('hi')), addressPoints(edit('ä'.repeat(1_024)))]).toEqual([2, 3])
    expect(addressPoints({ kind: 'message.deleted', message: 'm'.repeat(5_000) })).toBe(1)
    expect(addressPoints({ kind: 'message.deleted', message: 'm1', reason: 'x'.repeat(1_025) })).toBe(3)
  })
})

describe('[CHANGE-7] a change by somebody who may moderate takes nothing from the windows that a flood uses up', () => {
  const moderator = (identity: Identity) =>
    session({ ...identity, capabilities: ['read', 'write', 'moderate'] })
  const deletion: Alteration = {
    ...{ kind: 'alteration', id: 'c1', change: { kind: 'message.deleted', message: 'm1' } },
    conditions: { who: 'anybody' },
  }
  test.each([
    ['a signed user', moderator(signed), [['moderate', 'demo\nada']]],
    [
      'a guest',
      moderator(guest('eve')),
      [
        ['moderate', 'demo\nguest:eve'],
        ['moderate-address', 'demo\n@1.2.3.4'],
        ['moderate-address-all-apps', '@1.2.3.4'],
      ],
    ],
    ["the app's own server", ACTORS.app, [['moderate-app', 'demo']]],
  ])('%s', (_who, actor, windows) => {
    expect(changeLimits(contextOf(actor), deletion).map(({ name, key }) => [name, key])).toEqual(windows)
  })

  test('as often as a user may send, and as often as an app', () => {
    const [own] = changeLimits(contextOf(moderator(signed)), deletion)
    expect(own).toMatchObject({ rate: { points: 10, windowSeconds: 5 }, points: 1 })
    const [ofApp] = changeLimits(contextOf(ACTORS.app), deletion)
    expect(ofApp).toMatchObject({ rate: { points: 900, windowSeconds: 1 }, points: 1 })
  })
})

describe('[REACT-9] a reaction', () => {
  test.each([
    [
      'guest',
      ['react', 'react-address', 'react-address-all-apps', 'react-room-address', 'react-room', 'send-app'],
    ],
    ['signed', ['react', 'react-room', 'send-app']],
    ['app', ['react-room', 'send-app']],
  ] as const)('of a %s counts besides messages, and with them in the app: %j', (who, windows) => {
    expect(names(reactionLimits(contextOf(ACTORS[who])))).toEqual(windows)
  })

  test('as often as a user may send, and as often as a room takes it', () => {
    const limits = reactionLimits(contextOf(ACTORS.signed))
    expect(windowOf(limits, 'react')?.rate).toEqual({ points: 10, windowSeconds: 5 })
    expect(windowOf(limits, 'react-room')).toMatchObject({
      ...{ key: 'r/demo/lobby', rate: { points: 70, windowSeconds: 1 }, points: 1 },
    })
    expect(windowOf(limits, 'send-app')).toMatchObject({
      ...{ key: 'demo', rate: { points: 900, windowSeconds: 1 }, points: 1 },
    })
  })
})

describe('a read', () => {
  const row = (text: string): MessageRow => ({
    ...{ id: 'm1', seq: 1, rev: 1, at: 0, user: { id: 'ada', name: 'Ada' }, text },
  })
  async function charged(actor: Actor, messages: MessageRow[]) {
    const rates = unlimited()
    await chargeRead({ actor, services: servicesWith({ rates }) }, messages)
    return rates.charge.mock.calls.flat()
  }

  test('takes a point before it is made', () => {
    expect(readLimits(ACTORS.signed)).toMatchObject([{ name: 'read', points: 1 }])
    expect(names(readLimits(ACTORS.guest))).toEqual(['read', 'read-address', 'read-address-all-apps'])
  })

  test('is charged afterwards for what it was more than that', async () => {
    const long = row('x'.repeat(16 * 1_024))
    expect(await charged(ACTORS.signed, [row('hi')])).toEqual([])
    expect(await charged(ACTORS.signed, [long, long, long])).toEqual([readLimits(ACTORS.signed, 3)])
  })
})

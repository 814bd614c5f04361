import { LIMITS } from '@alcove/sdk/protocol'
import { expect, test } from 'vitest'
import { APP_ID_PATTERN, AppSettingsSchema, effectiveLimits } from './app-settings.js'

test('nothing said is the safe default', () => {
  expect(AppSettingsSchema.parse({})).toEqual({
    origins: [],
    nativeClients: false,
    guests: true,
    roomsOnTheFly: true,
    capabilities: ['read', 'write', 'react'],
    limits: {},
  })
})

test("an app's own limits stand over the defaults, one by one", () => {
  const limits = effectiveLimits(AppSettingsSchema.parse({ limits: { membersPerRoom: 5 } }))
  expect(limits).toEqual({ ...LIMITS, membersPerRoom: 5 })
})

test.each([
  { origins: ['*'] },
  { origins: 'https://site.example' },
  { guests: 'yes' },
  { capabilities: ['own'] },
  { limits: { membersPerRoom: 0 } },
  { limits: { messageBytes: 65_536 } },
  { limits: { membersPerRoom: 1.5 } },
  { limits: { membersPerRoom: Infinity } },
])('%j are no settings', (settings) => {
  expect(AppSettingsSchema.safeParse(settings).success).toBe(false)
})

test('what a newer node added is kept and changes nothing here', () => {
  const settings = AppSettingsSchema.parse({ fromTheFuture: 1, limits: { fromTheFuture: 2 } })
  expect(settings).toMatchObject({ fromTheFuture: 1, limits: { fromTheFuture: 2 } })
  expect(effectiveLimits(settings)).toEqual(LIMITS)
})

test('authors may be given no time at all to change what they wrote', () => {
  const settings = AppSettingsSchema.parse({ limits: { editWindowSeconds: 0 } })
  expect(effectiveLimits(settings).editWindowSeconds).toBe(0)
})

test("the node's own limits are not the app's to set", () => {
  expect(effectiveLimits(AppSettingsSchema.parse({ limits: { frameBytes: 1 } }))).toEqual(LIMITS)
})

test.each([
  ['demo', true],
  ['a', true],
  ['a-1', true],
  ['x'.repeat(64), true],
  ['x'.repeat(65), false],
  ['', false],
  ['-a', false],
  ['a-', false],
  ['Demo', false],
  ['a/b', false],
  ['a\n', false],
  ['__proto__', false],
])('%j as an app id: %s', (id, isValid) => {
  expect(APP_ID_PATTERN.test(id)).toBe(isValid)
})

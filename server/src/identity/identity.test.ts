import { expect, test } from 'vitest'
import { capabilitiesIn, isRenamable, type Identity } from './identity.js'

const user = { id: 'ada', name: 'Ada' }
const signed = (rooms?: Record<string, ('read' | 'write')[]>, nameIsFixed = false): Identity => ({
  kind: 'signed',
  user,
  nameIsFixed,
  expiresAt: 0,
  rooms: rooms && new Map(Object.entries(rooms)),
  capabilities: ['read', 'react'],
})

test("a guest, and a user whose token names no rooms, has the app's default everywhere", () => {
  expect(capabilitiesIn({ kind: 'guest', user, capabilities: ['read'] }, 'any')).toEqual(['read'])
  expect(capabilitiesIn(signed(), 'any')).toEqual(['read', 'react'])
})

test('a token that names rooms allows those and nothing else', () => {
  const identity = signed({ 'a-*': ['read', 'write'], 'a-1': [] })
  expect(capabilitiesIn(identity, 'a-2')).toEqual(['read', 'write'])
  expect(capabilitiesIn(identity, 'a-1')).toEqual([])
  expect(capabilitiesIn(identity, 'b')).toEqual([])
  expect(capabilitiesIn(signed({}), 'b')).toEqual([])
})

test('only a name from the token is fixed', () => {
  expect(isRenamable({ kind: 'guest', user, capabilities: [] })).toBe(true)
  expect(isRenamable(signed())).toBe(true)
  expect(isRenamable(signed(undefined, true))).toBe(false)
})

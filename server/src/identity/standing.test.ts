import { expect, test } from 'vitest'
import type { Identity } from './identity.js'
import { standingOf } from './standing.js'

const user = { id: 'ada', name: 'Ada' }
const signed = (rooms?: Record<string, ('read' | 'write')[]>): Identity => ({
  kind: 'signed',
  user,
  nameIsFixed: false,
  expiresAt: 0,
  rooms: rooms && new Map(Object.entries(rooms)),
  capabilities: ['read', 'react'],
})
const capabilitiesIn = (identity: Identity, id: string) => standingOf(identity, { id }).capabilities

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

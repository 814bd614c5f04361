import { expect, test } from 'vitest'
import { isRenamable, type Identity } from './identity.js'

const user = { id: 'ada', name: 'Ada' }
const signed = (rooms?: Record<string, ('read' | 'write')[]>, nameIsFixed = false): Identity => ({
  kind: 'signed',
  user,
  nameIsFixed,
  expiresAt: 0,
  rooms: rooms && new Map(Object.entries(rooms)),
  capabilities: ['read', 'react'],
})

test('only a name from the token is fixed', () => {
  expect(isRenamable({ kind: 'guest', user, capabilities: [] })).toBe(true)
  expect(isRenamable(signed())).toBe(true)
  expect(isRenamable(signed(undefined, true))).toBe(false)
})

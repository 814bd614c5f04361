import { expect, it } from 'vitest'
import { entriesOf, guestEntries } from './outbox-keys.js'

it('[P8] what one user left in one room has a beginning of its own, whatever their ids are', () => {
  const places = [
    ['ada', 'lobby'],
    ['ada|lobby', 'lobby'],
    ['ada|', 'lobby'],
    ['eve', 'lobby'],
  ] as const
  const keys = places.map(([user, room]) => `${entriesOf('app', user, room)}id`)
  expect(new Set(keys).size).toBe(places.length)
  for (const [user, room] of places)
    expect(keys.filter((key) => key.startsWith(entriesOf('app', user, room)))).toHaveLength(1)
})

it('what guests left is found by itself, and what signed users left is not among it', () => {
  expect(entriesOf('app', 'guest:1', 'lobby').startsWith(guestEntries('app'))).toBe(true)
  expect(entriesOf('app', 'ada', 'lobby').startsWith(guestEntries('app'))).toBe(false)
  expect(entriesOf('other', 'guest:1', 'lobby').startsWith(guestEntries('app'))).toBe(false)
})

import { expect, it } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import { GuestIdentity } from './guest-identity.js'
import { openStorage } from './storage.js'

function guestWith(stored: string) {
  const storage = memoryStorage()
  const guest = new GuestIdentity(openStorage(storage), 'x')
  storage.setItem(guest.key, stored)
  return { guest, storage }
}

const largest = `guest.${'x'.repeat(8_192 - 'guest..'.length)}.`

it('takes a stored token up to the largest that the server reads', () => {
  const { guest } = guestWith(largest)
  expect(guest.token()).toBe(largest)
  expect(guest.isKnown).toBe(true)
})

it.each([
  ['too large', largest + 'x'],
  ['far too large', 'x'.repeat(2 ** 20)],
  ['empty', ''],
  ['words', 'from another life'],
  ['an object as text', '[object Promise]'],
  ['JSON', '{"token":"a.b.c"}'],
  ['more than one line', 'a.b.c\n'],
])('a stored token that can be none (%s) is not said, and a new one takes its place', (_what, stored) => {
  const { guest, storage } = guestWith(stored)
  expect(guest.isKnown).toBe(false)
  expect(guest.token()).toBeUndefined()
  guest.keep('a.b.c')
  expect(storage.getItem(guest.key)).toBe('a.b.c')
})

it('what another page writes over the token of an open chat is put right', () => {
  const { guest, storage } = guestWith('a.b.c')
  guest.token()
  storage.setItem(guest.key, 'x'.repeat(2 ** 20))
  expect(guest.isOtherThan()).toBe(false)
  expect(guest.token()).toBe('a.b.c')
  expect(storage.getItem(guest.key)).toBe('a.b.c')
})

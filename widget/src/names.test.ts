import { expect, test } from 'vitest'
import { avatarHue, avatarInitial } from './avatar.js'
import { nameTag, sharedNames } from './names.js'

test('names that look alike are shared, one person under two names is not', () => {
  const people = [
    { id: '1', name: 'Alan' },
    { id: '2', name: 'ALAN ' },
    { id: '3', name: 'Ａlan' },
    { id: '4', name: 'Grace' },
    { id: '4', name: 'Grace H.' },
  ]
  expect([...sharedNames(people)]).toEqual(['1', '2', '3'])
  expect(nameTag('0190-AB-7F3A')).toBe('7f3a')
})

test('a colour is the same for the same id, and ids in a row differ', () => {
  expect(avatarHue('guest-1')).toBe(avatarHue('guest-1'))
  expect(new Set(Array.from({ length: 12 }, (_, i) => avatarHue(`guest-${i}`))).size).toBeGreaterThan(6)
})

test.each([
  ['Ada', 'A'],
  ['  élan', 'É'],
  ['<b>', 'B'],
  ['🎉 party', 'P'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['ليلى', 'ل'],
  ['', '?'],
])('the initial of %j is %s', (name, initial) => expect(avatarInitial(name)).toBe(initial))

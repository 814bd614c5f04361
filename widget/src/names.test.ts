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
})

test.each([
  ['ids with a common end', (i: number) => `user${i}@shop.example`],
  ['ids with a common beginning', (i: number) => `https://login.example/users/${i}`],
  ['ids without a letter or figure of ASCII', (i: number) => String.fromCodePoint(0x3042 + i)],
  ['ids of the same letters', (i: number) => `${'a'.repeat(i)}b${'a'.repeat(55 - i)}`],
  ['ids made in a row', (i: number) => `guest:0190ab7f-0000-7000-8000-${String(i).padStart(12, '0')}`],
])('55 people of one name are distinguished by their tags: %s', (_, id) => {
  const tags = Array.from({ length: 55 }, (_, i) => nameTag(id(i)))
  expect(new Set(tags).size).toBe(55)
  for (const tag of tags) expect(tag).toMatch(/^[0-9a-f]{1,5}$/)
})

test.each(['', '-', 'é', '😀'])('the id %j has a tag', (id) => expect(nameTag(id)).not.toBe(''))

const A = { id: 'guest:A', name: 'Ada' }

test.each([
  'ada',
  'ADA',
  ' Ada ',
  'Ａｄａ',
  '𝐀𝐝𝐚',
  '𝒜𝒹𝒶',
  'Ⓐⓓⓐ',
  'Аda',
  'Αda',
  'Adа',
  'Adα',
  'Ad\u00ada',
  ...Array.from(
    '\u034f\ufe0e\ufe0f\u3164\u1160\uffa0\u180b\u17b4\u{1d173}\u{1bca0}\u200b\u200d\u200c\ufeff',
    (nothing) => `Ada${nothing}`,
  ),
  'Ada\u2800',
  'A\u200dda',
])('a guest %j next to Ada is distinguished by a tag', (name) => {
  expect(sharedNames([A, { id: 'guest:B', name, guest: true }]).has('guest:B')).toBe(true)
})

test.each([
  ['Alice', 'A1ice'],
  ['Ian', 'lan'],
  ['Oscar', '0scar'],
  ['Coco', 'Сосо'],
  ['Vera Popova', 'Vera Popovа'],
  ['Nick', 'Νick'],
  ['oxo', 'охо'],
  ['Tom', 'ТОМ'],
  ['❤', '❤️'],
])('%s and %s are both tagged', (one, other) => {
  const people = [one, other].map((name, index) => ({ id: String(index), name }))
  expect([...sharedNames(people)].sort()).toEqual(['0', '1'])
})

test('a name that mixes alphabets within a word is tagged by itself, and no honest one is', () => {
  const names = [
    'Daνid',
    'Pаypal',
    'Αdmin',
    'Дima',
    'ꓮdmin',
    'Ꭺdmin',
    'ᎪᎠMIN',
    'ᗩdmin',
    'Aㅣice',
    'ꮪam',
    'Ada\u200dа',
    'Ade\u0301а',
    'Ⲁdmin',
    'Adא',
  ]
  for (const name of names) expect([...sharedNames([{ id: '1', name }])], name).toEqual(['1'])
  for (const name of [
    'Дима',
    'Дима Dima',
    'Δημήτρης',
    'José',
    'Adaさん',
    'µTorrent',
    '王Wang',
    'コーヒーCafé',
    'ليلى',
    'Kaʻahumanu',
    '김Kim',
    '👩‍💻 Zoë',
    'O’Neil',
    'Ali2',
  ])
    expect(sharedNames([{ id: '1', name }]).size, name).toBe(0)
  expect(
    sharedNames([A, { id: '2', name: 'Ada L.' }, { id: '3', name: 'Adá' }, { id: '4', name: 'Bob' }]).size,
  ).toBe(0)
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

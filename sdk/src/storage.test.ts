import { expect, it } from 'vitest'
import { memoryStorage } from '../test/memory-storage.js'
import { openStorage } from './storage.js'

it('keeps in memory what the given storage refuses', () => {
  const full = memoryStorage()
  full.setItem('alcove:old', 'old')
  full.setItem = () => {
    throw new Error('QuotaExceededError')
  }
  const storage = openStorage(full)
  storage.set('alcove:new', 'new')
  expect(storage.get('alcove:new')).toBe('new')
  expect(storage.get('alcove:old')).toBe('old')
  expect(storage.keys('alcove:').sort()).toEqual(['alcove:new', 'alcove:old'])
  storage.remove('alcove:new')
  expect(storage.get('alcove:new')).toBeUndefined()
})

it.each([null, undefined])('works without any (%s)', (given) => {
  const storage = openStorage(given)
  storage.set('a', '1')
  expect(storage.get('a')).toBe('1')
  expect(storage.keys('')).toEqual(['a'])
})

it.each([
  ['a promise', Promise.resolve('1')],
  ['a number', 1],
  ['an object', {}],
  ['nothing', undefined],
])('a value that is no string (%s) is as good as nothing', (_what, value) => {
  const odd = { ...memoryStorage(), getItem: () => value, key: () => value, length: 2 }
  const storage = openStorage(odd as never)
  expect(storage.get('alcove:a')).toBeUndefined()
  expect(storage.keys('alcove:')).toEqual([])
})

it('a key that another tab has just removed is not listed', () => {
  const storage = openStorage({ ...memoryStorage(), length: 1, key: () => null })
  expect(storage.keys('alcove:')).toEqual([])
})

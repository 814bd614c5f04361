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

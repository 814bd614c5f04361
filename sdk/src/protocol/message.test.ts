import { expect, it } from 'vitest'
import { isRow } from './message.js'

it('a row says who wrote it, and the patch of one does not', () => {
  const place = { id: 'm1', seq: 1, rev: 1, text: 'hi' }
  expect(isRow({ ...place, at: 1, user: { id: 'ada', name: 'Ada' } })).toBe(true)
  expect(isRow(place)).toBe(false)
})

import { expect, test } from 'vitest'
import { readCursor, writeCursor } from './cursor.js'

const SHAPE = /^page:\d+$/

test('what was written is read', () => {
  expect(readCursor(writeCursor('page:7'), SHAPE)).toBe('page:7')
})

test.each([
  ['of another list', writeCursor('room:7')],
  ['not encoded', 'page:7'],
  ['with something behind it', `${writeCursor('page:7')}=`],
  ['nothing', ''],
])('a cursor that is %s is refused', (_what, cursor) => {
  expect(() => readCursor(cursor, SHAPE)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})

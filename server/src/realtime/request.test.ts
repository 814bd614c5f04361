import { expect, test } from 'vitest'
import { z } from 'zod'
import { describeIssue, RoomId } from './request.js'

const Join = z.strictObject({ room: RoomId, leave: z.array(RoomId).optional() })
const refusalOf = (input: unknown) => describeIssue(Join.safeParse(input).error!)

test.each([
  ['my room', 'it has " ", U+0020'],
  ['caffè', 'it has "è", U+00E8'],
  ['lobby#1?', 'it has "#", U+0023'],
  ['😀', 'it has "😀", U+1F600'],
  ['a\u202eb', 'it has "U+202E", U+202E'],
  ['lobby\n', 'it has "U+000A", U+000A'],
  ['', 'it is empty'],
  ['x'.repeat(129), 'it has 129 characters'],
  ['x'.repeat(200) + ' ', 'it has " ", U+0020'],
])('[ROOM-1] the room id %j is refused with what may not be there', (room, mistake) =>
  expect(refusalOf({ room })).toBe(`room: should be 1 to 128 of A-Z a-z 0-9 . _ : @ / -; ${mistake}`),
)

test('each of several rooms is looked at', () =>
  expect(refusalOf({ room: 'a', leave: ['b', 'c d'] })).toMatch(/^leave\.1: .*; it has " ", U\+0020$/))

test('what is no room id at all is not repeated', () => {
  expect(refusalOf({ room: { secret: 'hunter2' } })).not.toContain('hunter2')
  expect(refusalOf({ room: 'the whole secret' })).not.toContain('secret')
})

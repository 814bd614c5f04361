import { expect, it } from 'vitest'
import { reasonFor } from './reasons.js'

it.each(['hasOwnProperty', 'constructor', '__proto__', 'ECONNREFUSED', 'from_the_future'])(
  'a code that is not ours (%s) is an error like any other',
  (code) => {
    expect(reasonFor(code as never)).toBe('error')
  },
)

it('a code that passes is a busy chat, and one of ours what it says', () => {
  expect(reasonFor('overloaded')).toBe('busy')
  expect(reasonFor('room_full')).toBe('full')
})

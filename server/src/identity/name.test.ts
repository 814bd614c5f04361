import { expect, test } from 'vitest'
import { cleanName } from './name.js'

test.each([
  ['  Ada   Lovelace ', 'Ada Lovelace'],
  ['Ada\n\tL.', 'AdaL.'],
  ['a\u202edb\u202c', 'adb'],
  ['\u2066Ada\u2069\u200e', 'Ada'],
  ['Ad\u200ba', 'Ada'],
  ['Ada\0\u007f\u009f', 'Ada'],
  ['A\u{e0041}da', 'Ada'],
  ['e\u0301', 'é'],
  ['e\u200b\u0301', 'é'],
  ['\ud800Ada', '\ufffdAda'],
  ['👩‍👩‍👧', '👩‍👩‍👧'],
  ['نام\u200cها', 'نام\u200cها'],
])('%j becomes %j', (wished, name) => {
  expect(cleanName(wished, 40)).toBe(name)
  expect(cleanName(name, 40), 'and stays so').toBe(name)
})

test.each([
  '',
  '  ',
  '\u202e',
  '\u200d',
  '\u200c\u200d',
  '\u3164',
  '\u2800',
  '\u115f\u1160',
  '\ufe0f',
  '\u00a0',
])('a name nobody can see is refused: %j', (wished) => {
  expect(() => cleanName(wished, 40)).toThrow(expect.objectContaining({ code: 'name_invalid' }) as Error)
})

test('the limit counts characters after cleaning', () => {
  expect(cleanName('😀'.repeat(40), 40)).toHaveLength(80)
  expect(cleanName(`${'x'.repeat(40)}\u200b  `, 40)).toHaveLength(40)
  expect(() => cleanName('x'.repeat(41), 40)).toThrow(
    expect.objectContaining({ code: 'name_invalid' }) as Error,
  )
})

test.each([
  ['Ada\u200d', 'Ada'],
  ['A\u200cda', 'Ada'],
  ['\u200dAda', 'Ada'],
  ['👩\u200d💻', '👩\u200d💻'],
  ['می\u200cخواهم', 'می\u200cخواهم'],
])('%j is cleaned to %j: joiners stay where they join', (given, cleaned) => {
  expect(cleanName(given, 40)).toBe(cleaned)
})

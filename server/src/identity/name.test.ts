import { describe, expect, test } from 'vitest'
import { chosenName, displayName } from './name.js'

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
  expect(chosenName(wished, 40)).toBe(name)
  expect(chosenName(name, 40), 'and stays so').toBe(name)
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
  expect(() => chosenName(wished, 40)).toThrow(expect.objectContaining({ code: 'name_invalid' }) as Error)
})

test('the limit counts characters after cleaning', () => {
  expect(chosenName('😀'.repeat(40), 40)).toHaveLength(80)
  expect(chosenName(`${'x'.repeat(40)}\u200b  `, 40)).toHaveLength(40)
  expect(() => chosenName('x'.repeat(41), 40)).toThrow(
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
  expect(chosenName(given, 40)).toBe(cleaned)
})

describe('what Unicode says to show as nothing makes no second name', () => {
  test.each([
    '\u034f',
    '\ufe0e',
    '\ufe0f',
    '\ufe00',
    '\u3164',
    '\u115f',
    '\u1160',
    '\uffa0',
    '\u180b',
    '\u180e',
    '\u17b4',
    '\u17b5',
    '\u{1d173}',
    '\u{1bca0}',
    '\u{e0100}',
    '\u{e0041}',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u200c\u200d\u200c',
    '\u2060',
    '\u2064',
    '\u206a',
    '\ufeff',
    '\ufffe',
    '\u00ad',
    '\u061c',
    '\u202e',
    '\u2028',
    '\0',
  ])('%j', (nothing) => {
    for (const wished of [`${nothing}Ada`, `A${nothing}da`, `Ada${nothing}`, `Ada${nothing}${nothing}`])
      expect(chosenName(wished, 40)).toBe('Ada')
    expect(displayName(nothing, 40)).toBeUndefined()
  })

  test.each(['\u2800', '\u00a0', '\u3000', '\u2003', ' '])('the blank %j is a space', (blank) => {
    expect(chosenName(`${blank}Ada${blank}${blank}L.${blank}`, 40)).toBe('Ada L.')
  })

  test.each(['👩‍💻', '❤️‍🔥', '🧑🏽‍🚀', '🏳️‍🌈', '👨‍👩‍👧‍👦', '1️⃣', '☎️', '🇩🇪', 'क्‍ष', 'می\u200cخواهم', 'Zoë', '김', '𝒜'])(
    '%s stays whole',
    (name) => expect(chosenName(name, 40)).toBe(name),
  )

  test('costs linear time', () => {
    const takenMs = (length: number) => {
      const hostile = ['\u200d', '\u200cA', '👩\u200d', ' ', '\u2800', 'e\u0301', '1\ufe0f'].map((part) =>
        part.repeat(length / part.length),
      )
      const start = performance.now()
      for (const text of hostile) {
        expect(() => chosenName(`${text}x`, 1)).not.toThrow(RangeError)
        displayName(text, 40)
      }
      return performance.now() - start
    }
    const best = (length: number) => Math.min(...Array.from({ length: 5 }, () => takenMs(length)))
    best(20_000)
    // Eight times the text: 8 when linear, 64 when quadratic.
    expect(best(160_000) / best(20_000)).toBeLessThan(24)
  })
})

describe('a name nobody chose just now', () => {
  test.each([
    ['x'.repeat(41), 'x'.repeat(40)],
    ['María de los Ángeles Fernández-Villaverde Echeverría', 'María de los Ángeles Fernández-Villaverd'],
    [`${'x'.repeat(39)}👩‍👩‍👧`, 'x'.repeat(39)],
    [`${'x'.repeat(35)}👩‍👩‍👧!`, `${'x'.repeat(35)}👩‍👩‍👧`],
    [`${'x'.repeat(39)}q\u0323`, 'x'.repeat(39)],
    [`${'x'.repeat(39)}🇩🇪`, 'x'.repeat(39)],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
    ['😀'.repeat(41), '😀'.repeat(40)],
    [`a${'\u0301'.repeat(60)}`, `á${'\u0301'.repeat(39)}`],
    ['x'.repeat(100_000), 'x'.repeat(40)],
  ])('%j is cut to %j, between characters', (given, shown) => expect(displayName(given, 40)).toBe(shown))

  test.each([undefined, null, '', '  ', '\u3164', '\u2800', '\u202e', 7, {}, ['Ada'], true, NaN])(
    '%j is none',
    (given) => expect(displayName(given, 40)).toBeUndefined(),
  )
})

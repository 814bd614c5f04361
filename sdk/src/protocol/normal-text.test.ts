import { describe, expect, test } from 'vitest'
import { growth, LINEAR_AT_MOST } from '../../../scripts/lib/growth.mjs'
import { checkDraft } from '../draft.js'
import { LIMITS } from './limits.js'
import { normalText } from './normal-text.js'

test.each([
  ['e\u0301', 'é'],
  ['\u1112\u1161\u11ab', '한'],
  ['a\u0316\u0300', 'à\u0316'],
  ['', ''],
  [`a${'\u0300'.repeat(63)}`, `à${'\u0300'.repeat(62)}`],
])('%j becomes %j', (text, normal) => {
  expect(normalText(text)).toBe(normal)
  expect(normalText(normal), 'again').toBe(normal)
})

test('marks without end stay as they are, so that the text is the same however often it is looked at', () => {
  const text = `a${'\u0300\u0316'.repeat(100)}`
  expect(normalText(text)).toBe(text)
})

describe('takes time in proportion to its length:', () => {
  test.each([
    ['marks in and out of order', (size: number) => `a${'\u0300\u0316'.repeat(size / 2)}`],
    [
      'marks in the wrong order',
      (size: number) => `a${'\u0300'.repeat(size / 2)}${'\u0316'.repeat(size / 2)}`,
    ],
    ['as many marks as are sorted', (size: number) => `a${'\u0300\u0316'.repeat(30)}`.repeat(size / 60)],
    ['letters that fall apart', (size: number) => '\u1e69\u0323'.repeat(size)],
    ['syllables', (size: number) => '\u1112\u1161\u11ab'.repeat(size)],
    ['halves of letters', (size: number) => '\ud800'.repeat(size)],
  ])('%s', (_, make) => {
    expect(growth(normalText, make, 1_000)).toBeLessThan(LINEAR_AT_MOST)
    const limits = { ...LIMITS, messageCharacters: 1e6, messageBytes: 1e6, frameBytes: 1e7 }
    expect(growth((text) => checkDraft(text, limits), make, 1_000)).toBeLessThan(LINEAR_AT_MOST)
  })
})

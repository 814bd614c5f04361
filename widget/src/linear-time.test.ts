/** What a visitor or a page may choose costs time in proportion to its length, and what is read of it is bounded. */
import { describe, expect, test } from 'vitest'
import { growth, LINEAR_AT_MOST } from '../../scripts/lib/growth.mjs'
import { avatarInitial } from './avatar.js'
import { linkify } from './linkify.js'
import { isOnlyEmoji } from './message-text.js'
import { nameTag, sharedNames } from './names.js'
import { roomFromPage, toRoomId } from './page-room.js'

const times = (part: string) => (size: number) => part.repeat(Math.ceil(size / part.length))
/** Letters of which no two are the same: encoding a host of them is the slowest that can be had. */
const different = (size: number): string =>
  Array.from({ length: size }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7_919) % 20_000))).join('')

const HOSTILE: readonly (readonly [string, (size: number) => string])[] = [
  ['an emoji and variation selectors', (size) => `😀${times('\ufe0f')(size)}x`],
  ['an emoji and skin tones', (size) => `👍${times('🏽')(size)}x`],
  ['an emoji and joiners', (size) => `👩${times('\u200d👩')(size)}x`],
  ['flags', (size) => `${times('🇩🇪')(size)}x`],
  ['emoji and spaces', (size) => `${times('😀 ')(size)}x`],
  ['closing brackets', (size) => `https://a.b/${times(')')(size)}`],
  ['opening brackets', (size) => `https://a.b/${times('(')(size)}`],
  ['brackets of both kinds', (size) => `https://a.b/${times('(])')(size)}`],
  ['punctuation', (size) => `https://a.b/${times('.')(size)}`],
  ['schemes', times('https://')],
  ['half schemes', times('https:/')],
  ['mail addresses', times('mailto:a@b ')],
  ['links', times('https://a.b ')],
  ['at signs', (size) => `https://${times('@')(size)}`],
  ['dots', (size) => `https://${times('a.')(size)}`],
  ['a host of different letters', (size) => `https://${different(size)}/`],
  ['such a host behind more slashes', (size) => `https:////${different(size)}/`],
  ['hosts of different letters', (size) => times(`https://${different(250)}/ `)(size)],
  ['up and down a path', (size) => `https://a.b/${times('a/../')(size)}`],
  ['per cent signs', (size) => `https://a.b/${times('%')(size)}`],
  ['combining marks in and out of order', (size) => `a${times('\u0300\u0316')(size)}`],
  ['line breaks', times('\n')],
  ['spaces', (size) => `a${times(' ')(size)}b`],
  ['slashes', (size) => `${times('/')(size)}x`],
  ['hyphens', (size) => `${times('-')(size)}x`],
  ['invisible characters', times('\u200b')],
  ['direction marks', times('\u202e')],
]

/** A name has 40 characters and an id 128 at most, so there is no growing beyond. */
const SHORT = 8

describe.each(HOSTILE)('%s', (_, make) => {
  test.each([
    ['a message', (text: string) => [linkify(text), isOnlyEmoji(text)], 500],
    ['a room id', (text: string) => toRoomId(text), 500],
    ['a name', (text: string) => [avatarInitial(text), nameTag(text)], SHORT],
  ] as const)('as %s', (_, run, size) => expect(growth(run, make, size)).toBeLessThan(LINEAR_AT_MOST))
})

test.each([
  ['variation selectors', '\ufe0f'],
  ['enclosing marks', '\u20e3'],
  ['skin tones', '🏽'],
  ['joined emoji', '\u200d❤'],
])('a short message of an emoji, %s and a letter', (_, part) => {
  // What grows exponentially would be past any limit long before the length at which this is not looked for.
  const make = (size: number) => `😀${part.repeat(size)}x`
  expect(growth(isOnlyEmoji, make, 2)).toBeLessThan(LINEAR_AT_MOST)
})

test('the path of a page with many slashes', () => {
  const make = (size: number): Document => {
    const page = new DOMParser().parseFromString('<link rel="canonical">', 'text/html')
    page.querySelector('link')!.href = `https://a.example/${'/'.repeat(size)}x`
    return page
  }
  expect(growth((page) => roomFromPage('canonical', page), make, 1_000)).toBeLessThan(LINEAR_AT_MOST)
})

test('names of many people', () => {
  const make = (size: number) =>
    Array.from({ length: size }, (_, i) => ({ id: `${i}`, name: '\ufdfa'.repeat(40), guest: true as const }))
  expect(growth(sharedNames, make, 30)).toBeLessThan(LINEAR_AT_MOST)
})

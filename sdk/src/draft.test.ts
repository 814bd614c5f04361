import { expect, it } from 'vitest'
import { byteLength, checkDraft } from './draft.js'
import { LIMITS } from './protocol/index.js'

const generous = { ...LIMITS, messageCharacters: 100_000, messageBytes: 100_000 }

it('a text that does not fit a frame is too long, whatever the app allows', () => {
  expect(() => checkDraft('x'.repeat(80_000), generous)).toThrow(
    expect.objectContaining({ code: 'message_too_long' }) as Error,
  )
  // Six bytes each on the wire.
  expect(() => checkDraft('x' + '\u0001'.repeat(20_000), generous)).toThrow(
    expect.objectContaining({ code: 'message_too_long' }) as Error,
  )
  expect(checkDraft('x'.repeat(60_000), generous).text).toHaveLength(60_000)
})

it.each([
  ['a Hangul filler', '\u3164'],
  ['a halfwidth Hangul filler', '\uffa0'],
  ['a blank of Braille', '\u2800'],
  ['a variation selector', '\ufe0f'],
  ['a zero-width space', '\u200b'],
])('%s alone is no text, as on the server', (_name, text) => {
  expect(() => checkDraft(`${text} `, LIMITS)).toThrow(
    expect.objectContaining({ code: 'message_empty' }) as Error,
  )
})

it('bytes are counted as UTF-8 has them, lone surrogates too', () => {
  for (const text of [
    '',
    'ascii',
    'ä€',
    '🎉👩‍👩‍👧',
    '\ud83c',
    'a\udf89b',
    '\udf89\ud83c',
    '\uffff\u{10ffff}\u007f\u0080',
  ])
    expect([text, byteLength(text)]).toEqual([text, new TextEncoder().encode(text).length])
})

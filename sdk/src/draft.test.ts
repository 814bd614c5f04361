import { describe, expect, it } from 'vitest'
import { byteLength, checkDraft } from './draft.js'
import type { ChatError } from './errors.js'
import { LIMITS, type ClientLimits } from './protocol/index.js'

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

describe('what is sent', () => {
  const codeOf = (draft: unknown, limits: ClientLimits = LIMITS): string => {
    try {
      checkDraft(draft, limits)
      return 'ok'
    } catch (error) {
      return (error as ChatError).code
    }
  }

  it('is the text in its normal form, and what else was given', () => {
    expect(checkDraft('e\u0301', LIMITS)).toStrictEqual({ text: 'é' })
    expect(checkDraft({ text: 'hi', replyTo: 'm1', meta: { card: 1 } }, LIMITS)).toStrictEqual({
      ...{ text: 'hi', replyTo: 'm1', meta: { card: 1 } },
    })
    expect(checkDraft({ text: 'hi', replyTo: undefined, meta: undefined, more: 1 }, LIMITS)).toStrictEqual({
      text: 'hi',
    })
  })

  it('is a copy of meta: what the page does to its own later is not sent', () => {
    const meta = { card: 1 }
    const checked = checkDraft({ text: 'hi', meta }, LIMITS)
    meta.card = 2
    expect(checked.meta).toEqual({ card: 1 })
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object without a text', {}],
    ['a text of numbers', { text: 7 }],
    ['an answer to nothing', { text: 'hi', replyTo: '' }],
    ['an answer to a number', { text: 'hi', replyTo: 7 }],
    ['meta that is a list', { text: 'hi', meta: [] }],
    ['meta that is a word', { text: 'hi', meta: 'x' }],
    ['meta that is null', { text: 'hi', meta: null }],
    ['meta that is a function', { text: 'hi', meta: () => {} }],
    ['meta that is no JSON', { text: 'hi', meta: { big: 1n } }],
  ])('%s is refused', (_what, draft) => {
    expect(codeOf(draft)).toBe('invalid_request')
  })

  it('has at most so many characters, and so many bytes', () => {
    const limits = { ...LIMITS, messageCharacters: 4, messageBytes: 8 }
    expect(['😀😀', 'aaaa', '😀😀a', 'aaaaa'].map((text) => codeOf(text, limits))).toEqual([
      ...['ok', 'ok', 'message_too_long', 'message_too_long'],
    ])
  })

  it('has meta of at most so many bytes of JSON', () => {
    const limits = { ...LIMITS, metaBytes: '{"a":"ää"}'.length + 2 }
    expect(codeOf({ text: 'hi', meta: { a: 'ää' } }, limits)).toBe('ok')
    expect(codeOf({ text: 'hi', meta: { a: 'ääa' } }, limits)).toBe('invalid_request')
  })

  it('fits a frame, with what is around it', () => {
    const limits = { ...generous, frameBytes: 1_000, metaBytes: 5_000 }
    const around = '{"text":"","meta":{"a":""}}'.length
    const filled = (bytes: number) => ({ text: 'x', meta: { a: 'x'.repeat(bytes - around - 1) } })
    expect(codeOf(filled(1_000 - 512), limits)).toBe('ok')
    expect(codeOf(filled(1_000 - 511), limits)).toBe('message_too_long')
  })
})

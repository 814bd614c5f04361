import { describe, expect, it } from 'vitest'
import { counted, isEmoji, MAX_EMOJI_BYTES, qualified } from './reactions.js'

/** A black flag, and tags that are not shown. */
const tagged = (letters: string) =>
  `🏴${[...letters].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}\u{E007F}`

describe('[REACT-4] an emoji', () => {
  it.each([
    ['nothing', ''],
    ['a letter', 'a'],
    ['three letters', 'lol'],
    ['a digit', '7'],
    ['a sign that is part of keys', '#'],
    ['a chess piece', '\u{1FA00}'],
    ['two of them', '👍👍'],
    ['one and a letter', '👍a'],
    ['one and a space', '👍 '],
    ['one and a line break', '👍\n'],
    ['one with two selectors', '👍\ufe0f\ufe0f'],
    ['one shown as text', '👍\ufe0e'],
    ['a text symbol shown as text', '❤\ufe0e'],
    ['one with a mark', '👍\u0301'],
    ['one in a circle', '👍\u20dd'],
    ['many marks', `👍${'\u0301'.repeat(20)}`],
    ['a letter with a colour of skin', 'a🏽'],
    ['one that has no skin, with its colour', '🎉🏽'],
    ['a colour of skin alone', '🏽'],
    ['two colours of skin', '👍🏽🏽'],
    ['half a flag', '🇩'],
    ['a flag and a half', '🇩🇪🇫'],
    ['a selector alone', '\ufe0f'],
    ['a joiner alone', '\u200d'],
    ['one with a joiner behind it', '👩\u200d'],
    ['one with a joiner before it', '\u200d👩'],
    ['a joined letter', '👩\u200da'],
    ['two that nobody joins', '👍\u200d👍'],
    ['four that nobody joins', Array(4).fill('😀').join('\u200d')],
    ['a joined one that is not in use yet', '👩\u200d\u{1FAEB}'],
    ['a flag of no country', '🇽🇽'],
    ['a word in the letters of flags', '🇫🇺'],
    ['a key without its digit', '\ufe0f\u20e3'],
    ['a letter as a key', 'a\ufe0f\u20e3'],
    ['a digit shown as a picture', '1\ufe0f'],
    ['a flag with a letter of text in its tags', '🏴\u{E0067}x\u{E007F}'],
    ['a flag with a hidden sentence', `🏴${'\u{E0061}'.repeat(60)}\u{E007F}`],
    ['a flag of no country, with hidden letters', tagged('pass')],
    ['another spelling of the black flag', tagged('gbzzz')],
    ['a flag of a part of another country', tagged('usca')],
    ['a flag with letters behind those of a country', tagged('gbengx')],
    ['half a surrogate pair', '\ud83d'],
    ['a word for one', ':thumbsup:'],
    ['10 KB of them', '👍'.repeat(2_560)],
    ['no text', 7],
    ['nothing at all', undefined],
    ['an object', { emoji: '👍' }],
    ['a list of one', ['👍']],
  ])('is not %s', (_, value) => {
    expect(isEmoji(value)).toBe(false)
  })

  it.each([
    ['a picture', '👍'],
    ['a text symbol shown as a picture', '❤️'],
    ['a sign of Latin-1', '©️'],
    ['with a colour of skin', '👍🏽'],
    ['a text symbol with a colour of skin', '☝🏿'],
    ['a flag', '🇩🇪'],
    ['the flag of England', tagged('gbeng')],
    ['the flag of Scotland', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['the flag of Wales', tagged('gbwls')],
    ['a flag of joined pictures', '🏳️‍🌈'],
    ['a digit key', '1️⃣'],
    ['another key', '#️⃣'],
    ['a family of four', '👨‍👩‍👧‍👦'],
    ['two people of two colours', '👩🏻‍❤️‍💋‍👨🏿'],
    ['joined, with a text symbol in it', '🧔🏻‍♂️'],
    ['one that is not in use yet', '\u{1FAEB}'],
  ])('is %s', (_, emoji) => {
    expect(isEmoji(emoji)).toBe(true)
    expect(new TextEncoder().encode(emoji).length).toBeLessThanOrEqual(MAX_EMOJI_BYTES)
    const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(emoji)]
    expect(graphemes, 'one grapheme').toHaveLength(1)
    expect(qualified(emoji), 'as it is').toBe(emoji)
  })

  it.each([
    ['a text symbol without its selector', '❤', '❤\ufe0f'],
    ['a sign of Latin-1 without it', '©', '©\ufe0f'],
    ['a picture with a needless one', '👍\ufe0f', '👍'],
    ['a skin tone behind one', '☝\ufe0f🏿', '☝🏿'],
    ['a flag of joined pictures', '🏳\u200d🌈', '🏳\ufe0f\u200d🌈'],
    ['several joined text symbols', '👁\u200d🗨', '👁\ufe0f\u200d🗨\ufe0f'],
    ['some of them', '👩\u200d❤\u200d💋\u200d👨', '👩\u200d❤\ufe0f\u200d💋\u200d👨'],
    ['a key', '1\u20e3', '1\ufe0f\u20e3'],
  ])('in another spelling is the same: %s', (_, spelling, emoji) => {
    expect(isEmoji(spelling)).toBe(true)
    expect(qualified(spelling)).toBe(emoji)
    expect(qualified(emoji)).toBe(emoji)
  })
})

describe('[REACT-1] counts', () => {
  const add = (emoji: string) => ({ kind: 'reaction.added' as const, message: 'm', emoji })
  const remove = (emoji: string) => ({ kind: 'reaction.removed' as const, message: 'm', emoji })

  it('keep the order of first use, and forget what nobody uses', () => {
    let counts = [add('👍'), add('🎉'), add('👍')].reduce(counted, undefined)
    expect(Object.entries(counts ?? {})).toEqual([
      ['👍', 2],
      ['🎉', 1],
    ])
    counts = [remove('👍'), remove('👍'), add('👍')].reduce(counted, counts)
    expect(Object.keys(counts ?? {})).toEqual(['🎉', '👍'])
    expect([remove('👍'), remove('🎉')].reduce(counted, counts)).toBeUndefined()
  })

  it.each(['constructor', 'toString', '__proto__'])(
    'are numbers for what objects inherit, too: %s',
    (name) => {
      for (const counts of [undefined, counted(undefined, add('👍'))])
        expect(Object.entries(counted(counts, add(name))!).at(-1)).toEqual([name, 1])
    },
  )
})

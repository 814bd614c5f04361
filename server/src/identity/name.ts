/**
 * Display names: text that cannot reorder, hide or imitate what stands around it. A name nobody chose just now never
 * refuses anyone: it is cut, or counts as absent. Every step takes linear time.
 */
import { isVisible, normalText } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'

/** Controls, line ends, annotations, and all that Unicode says to show as nothing; joiners and selectors among it. */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u

/** Zero width non-joiner and joiner. */
const JOINER = /[\u200c\u200d]/
/** Of text and of emoji presentation. */
const SELECTOR = /[\ufe0e\ufe0f]/

/** What may stand before or after a joiner that joins emoji: `👩‍💻`, `❤️‍🔥`, `🧑🏽‍🚀`. */
const EMOJI = /\p{Extended_Pictographic}/u
const EMOJI_END = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u
const KEYCAP_BASE = /[0-9#*]/
const KEYCAP = '\u20e3'
/** Scripts whose letters join, where a joiner is part of the writing. Elsewhere it makes two names of one look. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A longer wish is cut before it costs anything. */
const MAX_WISH_LENGTH = 1_000

/** A name somebody chose just now: they are told what is wrong. @throws Refusal `name_invalid` */
export function chosenName(wished: string, maxCharacters: number): string {
  const name = cleaned(wished)
  const length = [...name].length
  if (!isVisible(name)) throw new Refusal('name_invalid', 'unable to use name; it has no visible character')
  if (length > maxCharacters) {
    throw new Refusal(
      'name_invalid',
      `unable to use name; it has ${length} characters, at most ${maxCharacters} are allowed`,
    )
  }
  return name
}

/** A name from a token, a page or a former visit: cut where it is too long, absent where it is none. */
export function displayName(wished: unknown, maxCharacters: number): string | undefined {
  if (typeof wished !== 'string') return undefined
  const name = shortened(cleaned(wished.slice(0, MAX_WISH_LENGTH)), maxCharacters)
  return isVisible(name) ? name : undefined
}

/** Of somebody of whom nothing can be shown. */
const NAMELESS = '?'

/** The first that can be shown. */
export function shownName(wished: readonly unknown[], maxCharacters: number): string {
  for (const wish of wished) {
    const name = displayName(wish, maxCharacters)
    if (name !== undefined) return name
  }
  return NAMELESS
}

/** Trimmed, normalised to NFC, invisible characters out. */
function cleaned(wished: string): string {
  return (
    normalText(withoutInvisible(wished.toWellFormed()))
      // An empty pattern of Braille is as blank as a space.
      .replace(/[\s\u2800]+/g, ' ')
      .trim()
  )
}

function withoutInvisible(text: string): string {
  const kept = [...text].filter(
    (character) => !INVISIBLE.test(character) || JOINER.test(character) || SELECTOR.test(character),
  )
  let name = ''
  let previous = ''
  for (const [index, character] of kept.entries()) {
    const next = kept[index + 1] ?? ''
    if (JOINER.test(character) && !isJoining(previous, character, next)) continue
    if (SELECTOR.test(character) && !isSelecting(previous, next)) continue
    name += previous = character
  }
  return name
}

function isJoining(previous: string, joiner: string, next: string): boolean {
  if (joiner === '\u200d' && EMOJI_END.test(previous) && EMOJI.test(next)) return true
  return JOINING.test(previous) && JOINING.test(next)
}

function isSelecting(previous: string, next: string): boolean {
  return EMOJI.test(previous) || (KEYCAP_BASE.test(previous) && next === KEYCAP)
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Cut between what readers see as characters, so that no emoji or accented letter is halved. */
function shortened(name: string, maxCharacters: number): string {
  if (name.length <= maxCharacters) return name
  let short = ''
  let length = 0
  for (const { segment } of graphemes.segment(name)) {
    length += [...segment].length
    if (length > maxCharacters) break
    short += segment
  }
  // One that is longer than any name may be.
  return (short || [...name].slice(0, maxCharacters).join('')).trim()
}

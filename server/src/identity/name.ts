/**
 * Display names: text that cannot reorder, hide or imitate the text around it. A name that was not chosen just now
 * never causes a refusal: it is shortened, or counts as absent. Every step takes linear time.
 */
import { isVisible, normalText } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'

/**
 * Controls, line ends, annotations, and everything that Unicode defines as invisible, including joiners and selectors.
 */
const INVISIBLE =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\ufff9-\ufffb]/u

/** Zero width non-joiner and joiner. */
const JOINER = /[\u200c\u200d]/
/** Text and emoji presentation selectors. */
const SELECTOR = /[\ufe0e\ufe0f]/

/** What may precede or follow a joiner that joins emoji: `👩‍💻`, `❤️‍🔥`, `🧑🏽‍🚀`. */
const EMOJI = /\p{Extended_Pictographic}/u
const EMOJI_END = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u
const KEYCAP_BASE = /[0-9#*]/
const KEYCAP = '\u20e3'
/**
 * Scripts with joining letters, where a joiner is part of the spelling. Elsewhere it would let two names look the same.
 */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A longer name is cut before it costs anything. */
const MAX_WISH_LENGTH = 1_000

/** A name that somebody chose just now, with an error if it is invalid. @throws Refusal `name_invalid` */
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

/** A name from a token, a page or an earlier visit: shortened if too long, absent if invalid. */
export function displayName(wished: unknown, maxCharacters: number): string | undefined {
  if (typeof wished !== 'string') return undefined
  const name = shortened(cleaned(wished.slice(0, MAX_WISH_LENGTH)), maxCharacters)
  return isVisible(name) ? name : undefined
}

/** The name of somebody without any usable name. */
const NAMELESS = '?'

/** The first usable name. */
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
      // The blank Braille pattern looks like a space.
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

/** Cut between grapheme clusters, so that no emoji or accented letter is split. */
function shortened(name: string, maxCharacters: number): string {
  if (name.length <= maxCharacters) return name
  let short = ''
  let length = 0
  for (const { segment } of graphemes.segment(name)) {
    length += [...segment].length
    if (length > maxCharacters) break
    short += segment
  }
  // A single grapheme cluster that is longer than a name may be.
  return (short || [...name].slice(0, maxCharacters).join('')).trim()
}

/** Display names: text that cannot reorder, hide or imitate what stands around it. */
import { Refusal } from '../errors.js'

/** C0/C1 controls, zero-width and bidi controls (U+061C, U+200E/F, U+202A-E, U+2066-9), line separators, BOM, tags. */
const INVISIBLE =
  // eslint-disable-next-line no-control-regex -- removing control characters is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu

/**
 * Zero-width joiners where they join nothing: beside letters that do not join, and at an end. There they would make two
 * names of one look. In emoji, in Arabic and in the scripts of India they are part of the writing.
 */
const IDLE_JOINERS =
  /(?<=^|[\s\d\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])[\u200c\u200d]+|(?<![\u200c\u200d])[\u200c\u200d]+(?=$|\s)/gu

/** Something a reader can see: not only spaces, joiners, fillers (U+3164 and the like) or blanks. */
const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u

export function isVisible(text: string): boolean {
  return VISIBLE.test(text)
}

/** Trimmed, normalised to NFC, invisible characters out. @throws Refusal `name_invalid` */
export function cleanName(wished: string, maxCharacters: number): string {
  const name = wished
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(IDLE_JOINERS, '')
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .trim()
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

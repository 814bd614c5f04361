/** Display names: text that cannot reorder, hide or imitate what stands around it. */
import { Refusal } from '../errors.js'

/** C0/C1 controls, zero-width and bidi controls (U+061C, U+200E/F, U+202A-E, U+2066-9), line separators, BOM, tags. */
// eslint-disable-next-line no-control-regex -- removing control characters is the purpose
const INVISIBLE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu

/** Trimmed, normalised to NFC, invisible characters out. @throws Refusal `name_invalid` */
export function cleanName(wished: string, maxCharacters: number): string {
  const name = wished.toWellFormed().normalize('NFC').replace(INVISIBLE, '').replace(/\s+/g, ' ').trim()
  const length = [...name].length
  if (length === 0) throw new Refusal('name_invalid', 'unable to use name; it has no visible character')
  if (length > maxCharacters) {
    throw new Refusal(
      'name_invalid',
      `unable to use name; it has ${length} characters, at most ${maxCharacters} are allowed`,
    )
  }
  return name
}

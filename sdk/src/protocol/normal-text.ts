/** The one form in which a text is sent, stored and compared, and whether there is anything to read in it. */

/**
 * So many combining marks on one letter are no writing. Sorting them takes time that grows with the square of their
 * number; Unicode's own Stream-Safe Text Format allows 30 (https://unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
const MARKS_WITHOUT_END = /\p{M}{64}/u

/** In NFC, unless it piles up marks beyond any writing: then as it is. In time that grows with its length alone. */
export function normalText(text: string): string {
  return MARKS_WITHOUT_END.test(text) ? text : text.normalize('NFC')
}

const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Something a reader can see: not only spaces, joiners, fillers (U+3164 and the like) or blanks. */
export const isVisible = (text: string): boolean => VISIBLE.test(text)

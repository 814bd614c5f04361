/** The normal form in which a text is sent, stored and compared, and the check for visible content. */

/**
 * No script puts this many combining marks on one letter. Sorting them takes time quadratic in their number; Unicode's
 * Stream-Safe Text Format allows 30 (https://unicode.org/reports/tr15/#Stream_Safe_Text_Format).
 */
const MARKS_WITHOUT_END = /\p{M}{64}/u

/** Returns the text in NFC, or unchanged if it stacks more marks than any script does. Takes linear time. */
export function normalText(text: string): string {
  return MARKS_WITHOUT_END.test(text) ? text : text.normalize('NFC')
}

const VISIBLE = /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u

/** Whether a reader can see anything: more than spaces, joiners, fillers (U+3164 and the like) or blanks. */
export const isVisible = (text: string): boolean => VISIBLE.test(text)

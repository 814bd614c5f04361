/** What callers wrote, shown back to them in a refusal: cut, on one line, and what cannot be seen is spelt out. */

const MAX_CHARACTERS = 64
/** Controls, marks of direction, halves of characters, and all spaces but the common one. */
const UNSEEN = /\p{C}|(?! )\p{Z}/gu

export function quoted(text: string): string {
  const isLong = text.length > MAX_CHARACTERS
  const shown = text.slice(0, MAX_CHARACTERS).replaceAll(UNSEEN, codePoint)
  return `"${shown}${isLong ? '…' : ''}"`
}

/** As Unicode writes it, for example U+00E9. */
export const codePoint = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

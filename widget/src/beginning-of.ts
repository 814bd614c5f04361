/** The beginning of a message on one line, to identify it. */
const LENGTH = 80

export function beginningOf(text: string): string {
  const line = text
    .slice(0, 4 * LENGTH)
    .replace(/\s+/g, ' ')
    .trim()
  const letters = [...line]
  return letters.length > LENGTH ? `${letters.slice(0, LENGTH).join('')}…` : line
}

/** A person's colour and initial, derived only from id and name: the same on every page and in every tab. */

/**
 * Hues of equal visual weight. Lightness and chroma are in the style sheet, chosen so that the initial keeps 4.5:1 in
 * both themes; only the hue depends on the person.
 */
const HUES = 24

export const avatarHue = (userId: string): number => (hashOf(userId) % HUES) * (360 / HUES)

/** A 32-bit FNV-1a hash: swapped or shifted characters change the number, and consecutive ids are far apart. */
export function hashOf(userId: string): number {
  let hash = 0
  for (let i = 0; i < userId.length; i++) hash = Math.imul(hash ^ userId.charCodeAt(i), 0x1000193)
  return hash >>> 0
}

/** The first letter or digit of the name, or its first grapheme when it has none (an emoji, say). */
export function avatarInitial(name: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0]
  if (letter) return letter.toLocaleUpperCase()
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment ?? '?'
}

/** A colour and an initial for a person, from the id and the name alone: the same on every page and in every tab. */

/**
 * Hues of equal weight to the eye. Lightness and chroma are in the style sheet, chosen so that the initial keeps
 * 4.5:1 in both themes; the hue alone comes from the person.
 */
const HUES = 24

export function avatarHue(userId: string): number {
  let hash = 0
  for (let i = 0; i < userId.length; i++) hash = (Math.imul(hash, 31) + userId.charCodeAt(i)) >>> 0
  // Ids that count up would land on neighbouring hues; the golden ratio spreads them.
  return Math.round(((hash * 0.618033988749895) % 1) * HUES) * (360 / HUES)
}

/** The first letter or digit of the name, or its first grapheme when it has none (an emoji, say). */
export function avatarInitial(name: string): string {
  const letter = /[\p{L}\p{N}]/u.exec(name)?.[0]
  if (letter) return letter.toLocaleUpperCase()
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment ?? '?'
}

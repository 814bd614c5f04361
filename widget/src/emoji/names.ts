/** Loads the names of the emoji in a language; English for a language without a file. */
import type { EmojiNames } from './search.js'

const LOADERS: Readonly<Record<string, () => Promise<EmojiNames>>> = {
  ar: async () => (await import('./names-ar.js')).names,
  de: async () => (await import('./names-de.js')).names,
  en: async () => (await import('./names-en.js')).names,
  es: async () => (await import('./names-es.js')).names,
}

export function fetchNames(tag: string): Promise<EmojiNames> {
  const language = tag.toLowerCase().split('-')[0]!
  return (Object.hasOwn(LOADERS, language) ? LOADERS[language]! : LOADERS['en']!)()
}

/**
 * Which languages there are, and how to add one. English is always here; the others are fetched when someone wants
 * them, so that a first view carries one language and not all.
 */
import { en } from './en.js'
import type { PartialStrings } from './strings.js'

export interface Locale {
  tag: string
  /** What is missing is English. */
  strings: PartialStrings
  /** Set while the words are on their way; English stands in for them. Never rejects. */
  loading?: Promise<void>
}

/** Grows with the parts that are fetched: each brings its words. */
export const english: PartialStrings = { ...en }

const loaded = new Map<string, PartialStrings>([['en', english]])
const loading = new Map<string, Promise<void>>()
const loaders: Record<string, () => Promise<PartialStrings>> = {
  ar: async () => (await import('./ar.js')).ar,
  de: async () => (await import('./de.js')).de,
  es: async () => (await import('./es.js')).es,
}

/** For a part that is fetched when it is needed. */
export function addEnglish(strings: PartialStrings): void {
  Object.assign(english, strings)
}

/** Adds or completes a language under its BCP 47 tag; what is missing stays English. */
export function registerLocale(tag: string, strings: PartialStrings): void {
  const key = tag.toLowerCase()
  loaded.set(key, { ...loaded.get(key), ...strings })
}

/** The first of the wished tags we have words for, by tag or by its language alone. */
export function findLocale(wished: readonly string[]): Locale {
  for (const tag of wished) {
    const parts = tag.toLowerCase().split('-')
    for (let length = parts.length; length > 0; length--) {
      const key = parts.slice(0, length).join('-')
      const strings = loaded.get(key)
      const isToCome = Object.hasOwn(loaders, key)
      if (!strings && !isToCome) continue
      // The whole tag is kept: de-AT has German words and Austrian dates.
      const own = isTag(tag) ? tag : key
      return { tag: own, strings: strings ?? english, ...(isToCome && { loading: load(key) }) }
    }
  }
  return { tag: 'en', strings: english }
}

function load(key: string): Promise<void> {
  const known = loading.get(key)
  if (known) return known
  const promise = loaders[key]!()
    // What a page registered meanwhile stays.
    .then((strings) => registerLocale(key, { ...strings, ...loaded.get(key) }))
    // Offline, or blocked by the page, as the browser says: the room works on in English, and does not ask again and again.
    .catch(() => registerLocale(key, {}))
    .then(() => void delete loaders[key])
  loading.set(key, promise)
  return promise
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}

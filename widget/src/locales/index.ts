/**
 * Which languages there are, and how to add one. English is always here; the others are fetched when someone wants
 * them, so that a first view carries one language and not all.
 */
import { en } from './en.js'
import type { PartialStrings, Strings } from './strings.js'

export interface Locale {
  tag: string
  strings: Strings
  /** Set while the words are on their way; English stands in for them. Never rejects. */
  loading?: Promise<void>
}

const loaded = new Map<string, Strings>([['en', en]])
const loading = new Map<string, Promise<void>>()
const loaders: Record<string, () => Promise<Strings>> = {
  ar: async () => (await import('./ar.js')).ar,
  de: async () => (await import('./de.js')).de,
  es: async () => (await import('./es.js')).es,
}

/** Adds or completes a language under its BCP 47 tag; what is missing stays English. */
export function registerLocale(tag: string, strings: PartialStrings): void {
  const key = tag.toLowerCase()
  loaded.set(key, { ...en, ...loaded.get(key), ...strings })
}

/** The first of the wished tags we have words for, by tag or by its language alone. */
export function findLocale(wished: readonly string[]): Locale {
  for (const tag of wished) {
    const parts = tag.toLowerCase().split('-')
    for (let length = parts.length; length > 0; length--) {
      const key = parts.slice(0, length).join('-')
      const strings = loaded.get(key)
      if (!strings && !Object.hasOwn(loaders, key)) continue
      // The whole tag is kept: de-AT has German words and Austrian dates.
      const own = isTag(tag) ? tag : key
      return strings ? { tag: own, strings } : { tag: own, strings: en, loading: load(key) }
    }
  }
  return { tag: 'en', strings: en }
}

function load(key: string): Promise<void> {
  const known = loading.get(key)
  if (known) return known
  const promise = loaders[key]!()
    .then((strings) => registerLocale(key, strings))
    // Offline, or blocked by the page: the room works on in English, and is not asked again and again.
    .catch((error: unknown) => {
      loaded.set(key, en)
      console.error(`<chat-room> unable to load the language ${key};`, error)
    })
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

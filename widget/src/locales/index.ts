/**
 * The available languages, and how to add one. English is always included; the others are fetched when needed, so that
 * a first view loads one language and not all.
 */
import { en } from './en.js'
import type { PartialStrings } from './strings.js'

export interface Locale {
  tag: string
  /** Missing strings are English. */
  strings: PartialStrings
  /** Set while the strings are loading and English is used instead. Never rejects. */
  loading?: Promise<void>
}

/** Grows with each part that is fetched, because parts bring their own strings. */
export const english: PartialStrings = { ...en }

const loaded = new Map<string, PartialStrings>([['en', english]])
const loading = new Map<string, Promise<void>>()
const loaders: Record<string, () => Promise<PartialStrings>> = {
  ar: async () => (await import('./ar.js')).ar,
  de: async () => (await import('./de.js')).de,
  es: async () => (await import('./es.js')).es,
}

/** Adds the English strings of a part that is fetched on demand. */
export function addEnglish(strings: PartialStrings): void {
  Object.assign(english, strings)
}

/** Adds or completes a language under its BCP 47 tag; missing strings stay English. */
export function registerLocale(tag: string, strings: PartialStrings): void {
  const key = tag.toLowerCase()
  loaded.set(key, { ...loaded.get(key), ...strings })
}

/** The first of the requested tags that we have strings for, by the whole tag or its language. */
export function findLocale(wished: readonly string[]): Locale {
  for (const tag of wished) {
    const parts = tag.toLowerCase().split('-')
    for (let length = parts.length; length > 0; length--) {
      const key = parts.slice(0, length).join('-')
      const strings = loaded.get(key)
      const isToCome = Object.hasOwn(loaders, key)
      if (!strings && !isToCome) continue
      // The whole tag is kept: de-AT has German strings and Austrian dates.
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
    // Strings that the page registered in the meantime take precedence.
    .then((strings) => registerLocale(key, { ...strings, ...loaded.get(key) }))
    // Offline, or blocked by the page; the browser reports which. The room continues in English and does not keep
    // asking.
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

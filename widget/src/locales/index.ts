/** Which languages there are, and how to add one. */
import { ar } from './ar.js'
import { de } from './de.js'
import { en } from './en.js'
import { es } from './es.js'
import type { PartialStrings, Strings } from './strings.js'

const locales = new Map<string, Strings>([
  ['en', en],
  ['de', de],
  ['es', es],
  ['ar', ar],
])

/** Adds or completes a language under its BCP 47 tag; what is missing stays English. */
export function registerLocale(tag: string, strings: PartialStrings): void {
  const key = tag.toLowerCase()
  locales.set(key, { ...en, ...locales.get(key), ...strings })
}

/** The first of the wished tags we have words for, by tag or by its language alone. */
export function findLocale(wished: readonly string[]): { tag: string; strings: Strings } {
  for (const tag of wished) {
    const parts = tag.toLowerCase().split('-')
    for (let length = parts.length; length > 0; length--) {
      const strings = locales.get(parts.slice(0, length).join('-'))
      // The whole tag is kept: de-AT has German words and Austrian dates.
      if (strings) return { tag: isTag(tag) ? tag : parts.slice(0, length).join('-'), strings }
    }
  }
  return { tag: 'en', strings: en }
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0
  } catch {
    return false
  }
}

/** Fetches the words of the part `conversation` in the language of an element. English comes with the part. */
import { addEnglish, findLocale, registerLocale } from './index.js'
import type { ConversationStrings } from './strings.js'
import { en } from './conversation-en.js'

const LOADERS: Readonly<Record<string, () => Promise<ConversationStrings>>> = {
  ar: async () => (await import('./conversation-ar.js')).ar,
  de: async () => (await import('./conversation-de.js')).de,
  es: async () => (await import('./conversation-es.js')).es,
}

/** A fetch that failed is not repeated with every repaint. */
const RETRY_MS = 10_000

const asked = new Set<string>()

addEnglish(en)

/** Calls back when there are more words than before. English stands in for what is not there. */
export function wantWords(tag: string, came: () => void): void {
  const key = keyOf(tag)
  if (!key || asked.has(key)) return
  asked.add(key)
  fetchWords(key).then(came, () => setTimeout(() => asked.delete(key), RETRY_MS))
}

async function fetchWords(key: string): Promise<void> {
  const words = await LOADERS[key]!()
  // Until the language itself is there, what is found is English.
  await findLocale([key]).loading
  // What a page registered stays.
  registerLocale(key, { ...words, ...findLocale([key]).strings })
}

/** `zh-Hant-TW` by its whole tag, or as much of its beginning as there are words for. */
function keyOf(tag: string): string | undefined {
  const parts = tag.toLowerCase().split('-')
  return parts
    .map((_, index) => parts.slice(0, parts.length - index).join('-'))
    .find((key) => Object.hasOwn(LOADERS, key))
}

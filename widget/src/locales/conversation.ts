/** Fetches the strings of the part `conversation` in an element's language. English comes with the part. */
import { addEnglish, findLocale, registerLocale } from './index.js'
import type { ConversationStrings } from './strings.js'
import { en } from './conversation-en.js'

const LOADERS: Readonly<Record<string, () => Promise<ConversationStrings>>> = {
  ar: async () => (await import('./conversation-ar.js')).ar,
  de: async () => (await import('./conversation-de.js')).de,
  es: async () => (await import('./conversation-es.js')).es,
}

/** A failed fetch is not repeated with every repaint. */
const RETRY_MS = 10_000

const asked = new Set<string>()

addEnglish(en)

/** Calls back when more strings are available. English is used for missing ones. */
export function wantWords(tag: string, came: () => void): void {
  const key = keyOf(tag)
  if (!key || asked.has(key)) return
  asked.add(key)
  fetchWords(key).then(came, () => setTimeout(() => asked.delete(key), RETRY_MS))
}

async function fetchWords(key: string): Promise<void> {
  const words = await LOADERS[key]!()
  // English is used until the language itself has loaded.
  await findLocale([key]).loading
  // Strings registered by the page take precedence.
  registerLocale(key, { ...words, ...findLocale([key]).strings })
}

/** Looks up `zh-Hant-TW` by its whole tag, then by ever shorter prefixes. */
function keyOf(tag: string): string | undefined {
  const parts = tag.toLowerCase().split('-')
  return parts
    .map((_, index) => parts.slice(0, parts.length - index).join('-'))
    .find((key) => Object.hasOwn(LOADERS, key))
}

/** Checks what `createChat` was given, for callers without types: each mistake is named with its value and the rule. */
import { unable, type ChatError } from './errors.js'
import type { ChatOptions } from './types.js'

/** @throws ChatError `invalid_request` */
export function checkOptions(options: ChatOptions): URL {
  const { server, app, user, token, storage } = options ?? {}
  if (typeof app !== 'string' || !app) throw invalid(`app must be the id of an app, not ${shown(app)}`)
  if (token !== undefined && typeof token !== 'function' && (typeof token !== 'string' || !token))
    throw invalid(`token must be a string or a function that fetches one, not ${kindOf(token)}`)
  // `null` is how databases and forms say that there is none.
  if ((user ?? undefined) !== undefined && (typeof user !== 'object' || Array.isArray(user)))
    throw invalid(`user must be an object such as { name: 'Ada' }, not ${shown(user)}`)
  if (!['string', 'undefined'].includes(typeof (user?.name ?? undefined)))
    throw invalid(`user.name must be a string, not ${shown(user!.name)}`)
  if ((storage ?? undefined) !== undefined && !isStorage(storage))
    throw invalid(`storage must have getItem, setItem and removeItem, or be null; it is ${kindOf(storage)}`)
  return addressOf(server)
}

function addressOf(server: unknown): URL {
  try {
    const url = new URL(server as string)
    if (/^https?:$/.test(url.protocol)) return url
  } catch {
    // Said below, in the same words.
  }
  throw invalid(`server must be an address such as https://chat.example, not ${shown(server)}`)
}

const invalid = (reason: string): ChatError => unable('create chat', 'invalid_request', reason)

const isStorage = (value: unknown): boolean =>
  ['getItem', 'setItem', 'removeItem'].every(
    (method) => typeof (value as Record<string, unknown>)[method] === 'function',
  )

/** "a number", for values that may be secret. */
export function kindOf(value: unknown): string {
  if (value === '') return 'an empty string'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`
}

const SHOWN_CHARACTERS = 60

/** The value itself where that is short to say. */
const shown = (value: unknown): string =>
  value && ['string', 'number', 'boolean'].includes(typeof value)
    ? JSON.stringify(value).slice(0, SHOWN_CHARACTERS)
    : kindOf(value)

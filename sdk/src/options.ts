/** Checks what `createChat` was given, for callers without types: each mistake is named with the rule and the value. */
import { unable } from './errors.js'
import type { ChatOptions } from './types.js'

/** @throws ChatError `invalid_request` */
export function checkOptions(options: ChatOptions): URL {
  const { server, app, user, token, storage } = options ?? {}
  const must = (isRight: unknown, rule: string, value: string): void => {
    if (!isRight) throw unable('create chat', 'invalid_request', `${rule}; it is ${value}`)
  }
  must(app && typeof app === 'string', 'app must be the id of an app', shown(app))
  // Its kind alone: what is no token may still be a secret.
  must(
    token === undefined || isFetched(token),
    'token must be a string or a function that fetches one',
    kindOf(token),
  )
  must(
    isAbsent(user) || typeof user === 'object',
    "user must be an object such as { name: 'Ada' }",
    shown(user),
  )
  const name = user?.name
  must(isAbsent(name) || typeof name === 'string', 'user.name must be a string', shown(name))
  must(isAbsent(storage) || storage.getItem, 'storage must be like localStorage, or null', kindOf(storage))
  let url: URL | undefined
  try {
    url = new URL(server)
  } catch {
    // Said below, in the same words.
  }
  must(/^https?:$/.test(url?.protocol ?? ''), 'server must be like https://chat.example', shown(server))
  return url!
}

/** `null` is how databases and forms say that there is none. */
const isAbsent = (value: unknown): value is null | undefined => value === undefined || value === null

const isFetched = (token: unknown): unknown => token && /^(string|function)$/.test(typeof token)

/** For values that may be secret. */
export const kindOf = (value: unknown): string =>
  value === '' ? 'empty' : isAbsent(value) ? String(value) : `of type ${typeof value}`

const SHOWN_CHARACTERS = 60

const shown = (value: unknown): string =>
  value && typeof value !== 'object' ? JSON.stringify(value).slice(0, SHOWN_CHARACTERS) : kindOf(value)

/** Validates the options of `createChat` for callers without types: each error names the rule and the value. */
import { unable } from './errors.js'
import { noop } from './handled.js'
import type { ChatOptions } from './types.js'

/** @throws ChatError `invalid_request` */
export function checkOptions(options: ChatOptions): URL {
  const { server, app, user, token, storage } = options ?? {}
  const must = (isRight: unknown, name: string, rule: string, value: string): void => {
    if (!isRight) throw unable('create chat', 'invalid_request', `${name} must be ${rule}; it is ${value}`)
  }
  const name = user?.name
  must(app && typeof app === 'string', 'app', 'the id of an app', shown(app))
  // Reports only its type: an invalid token may still be a secret.
  must(
    token === undefined || (token && /^(string|function)$/.test(typeof token)),
    'token',
    'a string or a function that fetches one',
    kindOf(token),
  )
  // Databases and forms use `null` for an absent value.
  must(user == null || typeof user === 'object', 'user', "an object such as { name: 'Ada' }", shown(user))
  must(name == null || typeof name === 'string', 'user.name', 'a string', shown(name))
  must(
    storage == null || typeof storage.getItem === 'function',
    'storage',
    'like localStorage, or null',
    kindOf(storage),
  )
  must(
    !isAsynchronous(storage),
    'storage',
    'synchronous; load its values into an object first',
    'one whose getItem returns a promise',
  )
  let url: URL | undefined
  try {
    url = new URL(server)
  } catch {
    // Reported below with the same message.
  }
  must(/^https?:$/.test(url?.protocol ?? ''), 'server', 'like https://chat.example', shown(server))
  return url!
}

/** Such as React Native's AsyncStorage. A storage that throws is accepted: the chat continues in memory. */
function isAsynchronous(storage: ChatOptions['storage']): boolean {
  try {
    const value = storage?.getItem('alcove') as Partial<PromiseLike<string>> | null | undefined
    value?.then?.(noop, noop)
    return !!value?.then
  } catch {
    return false
  }
}

/** Describes a value that may be secret. */
export const kindOf = (value: unknown): string =>
  value === '' ? 'empty' : value == null ? String(value) : `of type ${typeof value}`

const SHOWN_CHARACTERS = 60

const shown = (value: unknown): string =>
  value && typeof value !== 'object' ? JSON.stringify(value).slice(0, SHOWN_CHARACTERS) : kindOf(value)

/** Checks what `createChat` was given, for callers without types. */
import { unable } from './errors.js'
import type { ChatOptions } from './types.js'

/** @throws ChatError `invalid_request` */
export function checkOptions(options: ChatOptions): URL {
  const invalid = (reason: string) => unable('create chat', 'invalid_request', reason)
  const { server, app, token } = options ?? {}
  if (typeof app !== 'string' || !app) throw invalid('app must be the id of an app')
  if (token !== undefined && typeof token !== 'function' && (typeof token !== 'string' || !token))
    throw invalid('token must be a string or a function')
  let url: URL | undefined
  try {
    url = new URL(server)
  } catch {
    // Said below, in the same words.
  }
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('server must be an http(s) address')
  return url
}

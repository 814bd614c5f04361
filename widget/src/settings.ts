/** Which chat the settings of an element ask for: what is missing, whose it is, and how it is opened. */
import type { ChatOptions, TokenFetcher } from '@alcove/sdk'
import { tokenSubject } from './token.js'

export interface Settings {
  readonly server: string
  readonly app: string
  readonly room: string
  readonly name: string
  readonly token: string
  readonly tokenFetcher: TokenFetcher | undefined
  readonly missing: string
}

/** The first setting without which there is no room; empty when all are there. */
export const missingSetting = ({ missing, server, app, room }: Settings): string =>
  missing || (!server ? 'server' : '') || (!app ? 'app' : '') || (!room ? 'room' : '')

/** Another value means another chat. */
export function identityOf(settings: Settings): string {
  const { server, app, token, tokenFetcher } = settings
  const person = tokenFetcher ? 'fetcher' : token && tokenSubject(token)
  return JSON.stringify([server, app, person, missingSetting(settings)])
}

export function chatOptions(settings: Settings): ChatOptions {
  const { server, app, name, token, tokenFetcher } = settings
  return {
    server,
    app,
    ...(name && { user: { name } }),
    // Read at each attempt: a page may hand in a fresh token, or a new closure, at any time.
    ...((token || tokenFetcher) && { token: () => settings.tokenFetcher?.() ?? settings.token }),
  }
}

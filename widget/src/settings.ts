/** The chat that an element's settings ask for: what is missing, whose it is, and how to create it. */
import { createChat, type Chat, type ChatOptions, type TokenFetcher } from '@alcove/sdk'
import { tokenSubject } from '@alcove/sdk/protocol'

export type CreateChat = (options: ChatOptions) => Chat

export interface Settings {
  readonly server: string
  readonly app: string
  readonly room: string
  readonly name: string
  readonly token: string
  readonly tokenFetcher: TokenFetcher | undefined
  readonly missing: string
  readonly createChat: CreateChat | undefined
}

/** The first required setting that is missing; empty if all are present. */
export const missingSetting = ({ missing, server, app, room }: Settings): string =>
  missing || (!server ? 'server' : '') || (!app ? 'app' : '') || (!room ? 'room' : '')

/** A different value means a different chat. */
export function identityOf(settings: Settings): string {
  const { server, app, token, tokenFetcher } = settings
  const person = tokenFetcher ? 'fetcher' : token && (tokenSubject(token) ?? token)
  return JSON.stringify([server, app, person, missingSetting(settings)])
}

/** @throws ChatError `invalid_request` */
export const openChat = (settings: Settings): Chat =>
  (settings.createChat ?? createChat)(chatOptions(settings))

/** For an element without a chat: only touches the storage. */
export function forgetGuest(settings: Settings): void {
  if (!settings.server || !settings.app) return
  try {
    const chat = openChat(settings)
    void chat.logout()
    void chat.close()
  } catch {
    // Settings with which there never is a guest.
  }
}

function chatOptions(settings: Settings): ChatOptions {
  const { server, app, name, token, tokenFetcher } = settings
  return {
    server,
    app,
    ...(name && { user: { name } }),
    // Read at each attempt, because a page may set a fresh token or a new closure at any time.
    ...((token || tokenFetcher) && { token: () => settings.tokenFetcher?.() ?? settings.token }),
  }
}

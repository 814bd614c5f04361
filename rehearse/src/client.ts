/** A person of the rehearsal: an SDK chat in one room, as an application has it. */
import { ChatError, createChat, type Chat, type Room } from '@alcove/sdk'
import { CannotRehearse } from './cannot-rehearse.js'
import type { TrialApp } from './processes/trial-app.js'

/** As long as a cluster may take to be calm again. */
const ENTERS_WITHIN_MS = 30_000

export interface Person {
  readonly name: string
  /** Which proxy they came in by. */
  readonly proxy: number
  readonly chat: Chat
  readonly room: Room
}

export interface Invitation {
  name: string
  proxy: number
  url: string
  app: TrialApp
  room: string
}

export async function enter({ name, proxy, url, app, room }: Invitation): Promise<Person> {
  const chat = openChat({ name, url, app })
  // The SDK would try for ever.
  const timer = setTimeout(() => void chat.close(), ENTERS_WITHIN_MS)
  let reason: string | undefined
  chat.on('status', ({ error }) => (reason = error?.message ?? reason))
  try {
    return { name, proxy, chat, room: await chat.join(room) }
  } catch (error) {
    await chat.close()
    throw new CannotRehearse(`${name} did not get into the room: ${reason ?? (error as Error).message}`)
  } finally {
    clearTimeout(timer)
  }
}

export function openChat({ name, url, app }: Pick<Invitation, 'name' | 'url' | 'app'>): Chat {
  const { token } = app
  return createChat({
    server: url,
    app: app.id,
    user: { name },
    storage: null,
    ...(token && { token: () => token(name) }),
  })
}

export const codeOf = (error: unknown): string => (error instanceof ChatError ? error.code : String(error))

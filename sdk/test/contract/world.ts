/**
 * The environment in which a rule of the protocol is tested: people with chats in one room, on a network that can be
 * broken. The server is the fake one or a node; a rule does not know which.
 */
import { expect, vi } from 'vitest'
import { ChatClient } from '../../src/chat.js'
import { ChatError } from '../../src/errors.js'
import type {
  Capability,
  Limits,
  MessageRow,
  RequestName,
  RequestOf,
  ResultOf,
} from '../../src/protocol/index.js'
import type { OpenTransport } from '../../src/transport.js'
import type { Chat, KeyValueStorage, Message, Room } from '../../src/types.js'
import { Network } from './network.js'

/** What each person may do there. */
export const CAPABILITIES = {
  ada: ['read', 'write', 'react'],
  bob: ['read', 'write', 'react'],
  moderator: ['read', 'write', 'react', 'moderate'],
  reader: ['read'],
} as const satisfies Record<string, readonly Capability[]>
export type Person = keyof typeof CAPABILITIES

export interface ServerUnderTest {
  app: string
  room: string
  token(person: Person): Promise<string>
  open: OpenTransport
}

/** A person's chat in the room. */
export interface Seat {
  chat: Chat
  room: Room
  network: Network
  /** Sends the request as it is; resolves with the answer or with its error code. */
  ask<N extends RequestName>(name: N, request: Omit<RequestOf<N>, 'room'>): Promise<ResultOf<N> | string>
  close(): Promise<void>
}

export interface World {
  room: string
  join(person: Person, storage?: KeyValueStorage): Promise<Seat>
  /** The room as a newcomer reads it. */
  read(): Promise<MessageRow[]>
  close(): Promise<void>
}

export interface Rule {
  title: string
  limits?: Partial<Limits>
  holds(world: World): Promise<void>
}

export function createWorld(server: ServerUnderTest): World {
  const chats = new Set<Chat>()

  async function join(person: Person, storage: KeyValueStorage | null = null): Promise<Seat> {
    const network = new Network()
    const options = {
      server: 'http://under.test',
      app: server.app,
      token: () => server.token(person),
      storage,
    }
    const chat = new ChatClient(options, options.server, {
      open: network.over(server.open),
      askAccess: async () => undefined,
      random: Math.random,
    })
    chats.add(chat)
    const room = await chat.join(server.room)
    const ask: Seat['ask'] = async (name, request) => {
      const whole = { room: server.room, ...request } as RequestOf<typeof name>
      try {
        return await network.request(name, whole)
      } catch (error) {
        if (error instanceof ChatError) return error.code
        throw error
      }
    }
    const close = async () => {
      chats.delete(chat)
      await chat.close()
    }
    return { chat, room, network, ask, close }
  }

  return {
    room: server.room,
    join,
    async read() {
      const seat = await join('reader')
      while (await seat.room.loadOlder(100));
      const rows = rowsOf(seat.room)
      await seat.close()
      return rows
    },
    async close() {
      await Promise.all([...chats].map((chat) => chat.close()))
    },
  }
}

/** What a room shows, in the server's form; nothing in it may be pending. */
export const rowsOf = (room: Room): MessageRow[] =>
  room.messages.map(({ state, reactions, ...row }) => {
    expect(state).toBe('sent')
    const counts = Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count]))
    return { ...(row as Omit<MessageRow, 'reactions'>), ...(reactions.length > 0 && { reactions: counts }) }
  })

/** Waits until the condition holds, because the result has to cross a network. */
export const until = <T>(holds: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(holds, { timeout: 20_000, interval: 20 })

/** Breaks one person's network; the others do not notice. */
export function goOffline({ network }: Seat): void {
  network.cut()
}
export function goOnline({ chat, network }: Seat): void {
  network.heal()
  chat.retry()
}

export const texts = (messages: readonly (Message | MessageRow)[]): string[] =>
  messages.map(({ text, deleted }) => (deleted ? `(deleted by ${deleted.by})` : text))

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'committed',
    ({ code }: ChatError) => code,
  )

/** People in one room of a fake server, on fake timers. */
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { createFakeServer, type FakeServer, type FakeServerOptions } from '../../src/testing/index.js'
import type { Chat, ChatOptions, Room } from '../../src/types.js'

export const ada = { id: 'ada', name: 'Ada' }
export const eve = { id: 'eve', name: 'Eve' }

/** Begun by `start` or `join`. */
export let server: FakeServer
/** In the order in which they were opened. */
export let chats: Chat[] = []

/** Called once by a test file: each of its tests ends with every chat closed and no timer left. */
export function useLobby(): void {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(async () => {
    await Promise.all(chats.map((chat) => chat.close()))
    chats = []
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })
}

export const settle = (ms = 50) => vi.advanceTimersByTimeAsync(ms)

export function start(options: FakeServerOptions = {}): void {
  server = createFakeServer({ users: { a: ada, e: eve }, ...options })
}

/** Ada comes into the room of a new server. */
export function join(options?: FakeServerOptions): Promise<Room> {
  start(options)
  return visit()
}

/** Ada, or whom the token names, comes into the room with another chat. */
export async function visit(options?: Partial<ChatOptions>): Promise<Room> {
  const chat = server.createChat({ token: 'a', ...options })
  chats.push(chat)
  const joined = chat.join('lobby')
  await settle()
  return joined
}

/** Sends a message and returns its id once it is committed. */
export async function said(room: Room, text = 'hello'): Promise<string> {
  const sent = room.send(text)
  await settle()
  return (await sent).id
}

/** For calls whose end is not the point. */
export const quietly = (promise: Promise<unknown>) => void promise.catch(() => {})

export const outboxKeys = (storage: { map: Map<string, string> }) =>
  [...storage.map.keys()].filter((key) => key.startsWith('alcove:outbox:'))

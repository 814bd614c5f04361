/** The SDK's objects inside what frameworks wrap state in. React's part is in widget/test/react.test.ts, which needs a page. */
import { reactive, ref, shallowRef, isReactive, effect } from '@vue/reactivity'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Chat, Room } from '@alcove/sdk'
import { createFakeServer, type FakeServer } from '@alcove/sdk/testing'

let server: FakeServer
let chat: Chat
let room: Room

beforeEach(async () => {
  server = createFakeServer({ rooms: ['lobby'] })
  chat = server.createChat({ user: { name: 'Ada' } })
  room = await chat.join('lobby')
})
afterEach(() => chat.close())

/** Everything a component would do with the two. */
async function use(chat: Chat, room: Room, server: FakeServer): Promise<void> {
  expect(chat.status).toBe('online')
  expect(chat.me?.name).toBe('Ada')
  await chat.setName('Ada L.')
  expect(await chat.join('lobby')).toBe(room)
  const off = room.on('change', () => {})
  const sent = await room.send('hello')
  server.sayAs('Bob', 'hi')
  await vi.waitFor(() => expect(room.messages.map(({ text }) => text)).toEqual(['hello', 'hi']), 30_000)
  expect(room.messages[0]).toEqual(sent)
  expect([room.memberCount, room.unread, room.typingUsers, room.status]).toEqual([1, 1, [], 'joined'])
  room.keystroke()
  await room.loadOlder()
  await room.markRead()
  off()
  await room.leave()
  await room.leave()
  expect(room.status).toBe('left')
}

describe('Vue, and Alpine, which uses the same proxies', () => {
  it.each<[string, () => { chat: Chat; room: Room; server: FakeServer }]>([
    ['ref(room)', () => ({ chat: ref(chat).value, room: ref(room).value, server: ref(server).value })],
    ['reactive({ chat, room })', () => reactive({ chat, room, server })],
    ['deep inside', () => reactive({ a: [{ b: { chat, room, server } }] }).a[0]!.b],
    ['in a collection', () => reactive(new Map([['it', { chat, room, server }]])).get('it')!],
    ['shallowRef(room)', () => ({ chat, room: shallowRef(room).value, server })],
  ])('%s gives the object itself, and all of it works', async (_name, wrap) => {
    const wrapped = wrap()
    expect(wrapped.room).toBe(room)
    expect(isReactive(wrapped.room)).toBe(false)
    await use(wrapped.chat, wrapped.room, wrapped.server)
  })

  it('a list kept by `change` is drawn again at each message', async () => {
    const messages = ref(room.messages)
    room.on('change', () => (messages.value = room.messages))
    const drawn: string[] = []
    effect(() => void drawn.push(messages.value.map(({ text }) => text).join()))
    await room.send('one')
    await room.send('two')
    expect(drawn.at(-1)).toBe('one,two')
  })
})

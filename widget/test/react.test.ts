/** The recipe of docs/sdk.md in React itself, in StrictMode, which runs every effect, its clean-up and the effect again. */
import { createElement as h, StrictMode, useState, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, expect, test, vi } from 'vitest'
import type { Chat, Room } from '@alcove/sdk'
import { createFakeServer, type FakeServer } from '@alcove/sdk/testing'
import docs from '../../docs/sdk.md?raw'
import { useMessages, useRoom } from './use-room.js'
import recipe from './use-room.ts?raw'

let root: Root | undefined
let chat: Chat | undefined
let server: FakeServer
afterEach(async () => {
  root?.unmount()
  await chat?.close()
  root = chat = show = undefined
})

const eventually = (condition: () => void) => vi.waitFor(condition, 10_000)

function Messages({ room, name }: { room: Room; name: string }) {
  return `${name}: ${useMessages(room)
    .map(({ text }) => text)
    .join()}`
}
function View({ name, id }: { name: string; id: string }) {
  const { room, error } = useRoom(chat!, id)
  const child = room ? h(Messages, { room, name }) : error ? 'failed' : 'joining'
  return h('p', null, child)
}
let show: ((views: ReactNode[]) => void) | undefined
function Page() {
  const [views, setViews] = useState<ReactNode[]>([])
  show = setViews
  return views
}

async function open(latencyMs: number) {
  server = createFakeServer({ latencyMs, rooms: ['lobby', 'den'] })
  chat = server.createChat()
  const place = document.body.appendChild(document.createElement('div'))
  root = createRoot(place)
  root.render(h(StrictMode, null, h(Page)))
  await eventually(() => expect(show).toBeDefined())
  return () => [...place.querySelectorAll('p')].map(({ textContent }) => textContent)
}
const view = (name: string, id = 'lobby') => h(View, { key: name, name, id })

test('docs/sdk.md shows the recipe that is tested here', () => {
  expect(docs).toContain(recipe.trim())
})

test.each([0, 20])(
  'two components hold one room, and one that goes leaves it to the other (%i ms)',
  async (latencyMs) => {
    const shown = await open(latencyMs)
    show!([view('a'), view('b')])
    await eventually(() => expect(shown()).toEqual(['a: ', 'b: ']))
    show!([view('b')])
    await eventually(() => expect(shown()).toEqual(['b: ']))
    server.sayAs('Bob', 'hi', 'lobby')
    await eventually(() => expect(shown()).toEqual(['b: hi']))
    const room = await chat!.join('lobby')
    await room.leave()
    show!([])
    await eventually(() => expect(room.status).toBe('left'))
  },
)

test.each([0, 20])(
  'quick switching shows the last room, live, and holds no other (%i ms)',
  async (latencyMs) => {
    const shown = await open(latencyMs)
    for (const id of ['lobby', 'den', 'lobby', 'den']) {
      show!([view('a', id)])
      await new Promise(requestAnimationFrame)
    }
    await eventually(() => expect(shown()).toEqual(['a: ']))
    server.sayAs('Bob', 'in the den', 'den')
    await eventually(() => expect(shown()).toEqual(['a: in the den']))
    // The next join of the lobby is its only one: a leave ends it.
    const lobby = await chat!.join('lobby')
    await lobby.leave()
    expect(lobby.status).toBe('left')
  },
)

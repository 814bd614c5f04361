/** Sets the scene for a story: a fake server, people who write, and an element connected to it. */
import { createFakeServer, type FakeServer, type FakeServerOptions } from '@alcove/sdk/testing'
import '../src/index.js'
import type { ChatLauncher } from '../src/chat-launcher.js'
import type { ChatRoom } from '../src/chat-room.js'

export interface Knobs {
  theme?: string
  lang?: string
  density?: string
  accent?: string
  radius?: string
  heading?: string
  inlineSize?: string
  blockSize?: string
}

export interface Scene extends FakeServerOptions {
  /** Before the element joins. */
  before?: (server: FakeServer) => void
  /** Once the room is shown. */
  after?: (server: FakeServer, room: ChatRoom) => void | Promise<void>
  attributes?: Record<string, string>
  tag?: 'chat-room' | 'chat-launcher'
  /** Text typed for the reader. */
  draft?: string
  missingApp?: boolean
}

export function stage(knobs: Knobs, scene: Scene = {}): HTMLElement {
  const { before, after, attributes, tag = 'chat-room', draft, missingApp, ...options } = scene
  // A draft survives a reload and would appear in the next story.
  sessionStorage.clear()
  const server = createFakeServer(options)
  before?.(server)
  const element = document.createElement(tag)
  element.createChat = (given) => server.createChat(given)
  element.server = 'https://chat.example'
  element.app = missingApp ? '' : 'demo'
  element.room = 'lobby'
  element.name = 'Ada'
  const { accent, radius, inlineSize = '420px', blockSize = '560px', ...own } = knobs
  for (const [name, value] of Object.entries({ ...own, ...attributes })) {
    if (value) element.setAttribute(name, value)
  }
  if (accent) element.style.setProperty('--alcove-accent', accent)
  if (radius) element.style.setProperty('--alcove-radius', radius)
  if (tag === 'chat-room') {
    element.style.inlineSize = `min(100%, ${inlineSize})`
    element.style.blockSize = blockSize
  }
  element.addEventListener(
    'chat-ready',
    () => {
      const room = (tag === 'chat-room' ? element : (element as ChatLauncher).chatRoom) as ChatRoom
      if (draft) type(room, draft)
      void after?.(server, room)
    },
    { once: true },
  )
  return element
}

export function type(room: ChatRoom, text: string): void {
  const field = room.shadowRoot?.querySelector('textarea')
  if (!field) return
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
}

/** A short conversation among friends. */
export function talk(server: FakeServer): void {
  const say: [who: string, text: string][] = [
    ['Grace', 'Morning! Did the new build go out?'],
    ['Grace', 'The release notes look great, by the way.'],
    ['Alan', 'It did. Everything is green so far 🎉'],
    ['Alan', 'Dashboards are at https://status.example/board if you want to watch along.'],
    ['Katherine', 'I’ll keep an eye on latency for the next hour. If anything moves, I post it here first.'],
    ['Grace', 'Perfect, thank you both'],
  ]
  for (const [who, text] of say) server.sayAs(who, text)
}

/** Keys, one after the other, where the focus is or on the newest message; the part that answers is fetched in a moment. */
export async function pressed(room: ChatRoom, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await new Promise((resolve) => setTimeout(resolve, 400))
    const root = room.shadowRoot!
    const target = root.activeElement ?? [...root.querySelectorAll<HTMLElement>('.message')].at(-1)!
    if (target.matches('.message')) (target as HTMLElement).focus()
    if (target.matches('button') && key === 'Enter') (target as HTMLElement).click()
    else target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }
}

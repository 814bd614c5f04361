/** Puts elements on the page for a test, connected to a fake server, and removes everything afterwards. */
import { createFakeServer, type FakeServer, type FakeServerOptions } from '@alcove/sdk/testing'
import { onTestFinished, vi } from 'vitest'
import '../src/index.js'
import type { ChatRoom } from '../src/chat-room.js'
import type { ChatRoomEventMap } from '../src/events.js'

let rooms = 0

export interface Staged {
  server: FakeServer
  element: ChatRoom
  roomId: string
}

export interface StageOptions extends FakeServerOptions {
  before?: (server: FakeServer, roomId: string) => void
  /** Properties set before the element is put on the page. */
  set?: Partial<ChatRoom>
  parent?: Element | ShadowRoot
}

/** Mounts without waiting for anything. */
export function mount({ before, set, parent = document.body, ...options }: StageOptions = {}): Staged {
  // Expected failures are logged to the console; the output of a test run is for unexpected ones.
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const server = createFakeServer(options)
  const roomId = `room-${++rooms}`
  before?.(server, roomId)
  const element = document.createElement('chat-room')
  Object.assign(element, {
    createChat: (given: object) => server.createChat(given),
    server: 'https://chat.example',
    app: 'demo',
    room: roomId,
    name: 'Ada',
    lang: 'en',
    ...set,
  })
  element.style.inlineSize = '400px'
  parent.append(element)
  onTestFinished(() => {
    element.remove()
    sessionStorage.clear()
    vi.restoreAllMocks()
  })
  return { server, element, roomId }
}

/** Mounts and waits until the room is open. */
export async function openRoom(options: StageOptions = {}): Promise<Staged> {
  const staged = mount(options)
  await nextEvent(staged.element, 'chat-ready')
  await staged.element.updateComplete
  return staged
}

export function nextEvent<E extends keyof ChatRoomEventMap>(
  target: HTMLElement,
  type: E,
): Promise<ChatRoomEventMap[E]> {
  return new Promise((resolve) => target.addEventListener(type, (event) => resolve(event), { once: true }))
}

export function find<E extends HTMLElement = HTMLElement>(element: ChatRoom, selector: string): E {
  const found = element.shadowRoot!.querySelector<E>(selector)
  if (!found) throw new Error(`nothing matches ${selector} in:\n${shownText(element)}`)
  return found
}

export const findAll = (element: ChatRoom, selector: string): HTMLElement[] => [
  ...element.shadowRoot!.querySelectorAll<HTMLElement>(selector),
]

export const shownText = (element: ChatRoom): string => find(element, '.frame').innerText

export const bubbles = (element: ChatRoom): string[] =>
  findAll(element, '.bubble').map(({ innerText }) => innerText)

export function type(element: ChatRoom, text: string): HTMLTextAreaElement {
  const field = find<HTMLTextAreaElement>(element, 'textarea')
  field.value = text
  field.dispatchEvent(new Event('input', { bubbles: true }))
  return field
}

export function press(target: HTMLElement, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', {
    key,
    bubbles: true,
    composed: true,
    cancelable: true,
    ...more,
  })
  target.dispatchEvent(event)
  return event
}

/** Waits for a condition; these tests never sleep. The limit is for a condition that never comes true. */
export const eventually = (check: () => unknown): Promise<void> =>
  vi.waitFor(() => void check(), { timeout: 60_000, interval: 10 })

/** Waits two frames, so that layout, observers and their updates are done. */
export const settled = async (element: ChatRoom): Promise<void> => {
  await element.updateComplete
  for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(resolve))
  await element.updateComplete
}

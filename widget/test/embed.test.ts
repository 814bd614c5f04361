import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ChatLauncher } from '../src/chat-launcher.js'
import type { ChatRoom } from '../src/chat-room.js'
import { define } from '../src/define.js'
import { EmbedApi } from '../src/embed-api.js'
import { start, type EmbedCommand } from '../src/loader.js'
import { ChatRoom as RoomClass } from '../src/chat-room.js'
import { eventually } from './stage.js'

const SERVER = 'https://chat.example'
/** An address that loads nothing: what the loader asks for is looked at, not fetched. */
const BUNDLE = { path: '/widget/0.1.0-abcdef12/alcove.js', integrity: 'sha384-abc' }

let place: HTMLElement

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  define('chat-room', RoomClass)
  delete window.Alcove
  place = document.createElement('section')
  document.body.append(place)
})
afterEach(() => {
  for (const element of document.querySelectorAll(
    'chat-room, chat-launcher, script[data-alcove], script[type=module][integrity]',
  ))
    element.remove()
  place.remove()
  vi.restoreAllMocks()
})

function tag(data: Record<string, string>): HTMLScriptElement {
  const script = document.createElement('script')
  // Not JavaScript as far as the browser is concerned: nothing is fetched, `src` is there all the same.
  script.type = 'text/plain'
  script.src = `${SERVER}/embed.js`
  Object.assign(script.dataset, data)
  place.append(script)
  return script
}

/** What bundle.ts does, with the elements at hand. */
function runBundle(): EmbedApi {
  const queued = window.Alcove as unknown as EmbedCommand[]
  const api = new EmbedApi()
  window.Alcove = api
  api.push(...queued)
  return api
}

const named = (room: string): ChatRoom | undefined => rooms().find((it) => it.room === room)
const rooms = (): ChatRoom[] => [...document.querySelectorAll('chat-room')]

test('the room appears where the script stands, its server is the script’s own', () => {
  const script = tag({ app: 'demo', room: 'lobby', theme: 'dark', lang: 'de', name: 'Ada', sound: '' })
  start(script, BUNDLE)
  runBundle()
  expect(script.nextElementSibling).toBe(rooms()[0])
  expect(rooms()[0]).toMatchObject({
    server: SERVER,
    app: 'demo',
    room: 'lobby',
    theme: 'dark',
    lang: 'de',
    name: 'Ada',
    sound: true,
  })
})

test('several on one page: each script once, the bundle once, with its integrity and the page’s nonce', () => {
  const first = tag({ app: 'demo', room: 'a' })
  first.nonce = 'n0nce'
  start(first, BUNDLE)
  start(first, BUNDLE)
  start(tag({ app: 'demo', room: 'b' }), BUNDLE)
  runBundle()
  expect(rooms().map(({ room }) => room)).toEqual(['a', 'b'])
  const modules = [...document.querySelectorAll<HTMLScriptElement>('script[type=module][integrity]')]
  expect(modules).toHaveLength(1)
  expect(modules[0]).toMatchObject({
    src: `${SERVER}${BUNDLE.path}`,
    integrity: BUNDLE.integrity,
    crossOrigin: 'anonymous',
    nonce: 'n0nce',
  })
})

test('data-target puts it elsewhere; a target that is not there is named in place', async () => {
  place.id = 'chat-goes-here'
  start(tag({ app: 'demo', room: 'a', target: '#chat-goes-here' }), BUNDLE)
  start(tag({ app: 'demo', room: 'b', target: '#nowhere' }), BUNDLE)
  runBundle()
  expect(named('a')?.parentElement).toBe(place)
  await eventually(() =>
    expect(named('b')?.shadowRoot?.textContent).toContain('data-target="#nowhere" matches no element'),
  )
})

test('without an app it says what is missing, in place and on the console', async () => {
  start(tag({ room: 'a' }), BUNDLE)
  runBundle()
  await eventually(() => expect(rooms()[0]?.shadowRoot?.textContent).toContain('data-app on the script tag'))
  expect(console.error).toHaveBeenCalled()
})

test('settings from a JSON block, one room or several, where the block stands', () => {
  const block = document.createElement('script')
  block.type = 'application/json'
  block.dataset['alcove'] = ''
  block.textContent = JSON.stringify([
    { app: 'demo', room: 'a' },
    { app: 'demo', room: 'b', sound: true },
  ])
  place.append(block)
  start(tag({}), BUNDLE)
  runBundle()
  expect(rooms().map(({ room }) => room)).toEqual(['b', 'a'])
  expect(block.nextElementSibling?.localName).toBe('chat-room')
})

test('a JSON block with a mistake is reported, and the others continue', () => {
  const block = document.createElement('script')
  block.type = 'application/json'
  block.dataset['alcove'] = ''
  block.textContent = '{ "app": demo }'
  place.append(block)
  start(tag({ app: 'demo', room: 'fine' }), BUNDLE)
  runBundle()
  expect(block.nextElementSibling?.textContent).toContain('not valid JSON')
  expect(rooms().map(({ room }) => room)).toEqual(['fine'])
})

test('a bundle that cannot be loaded is reported in place', async () => {
  const script = tag({ app: 'demo', room: 'a' })
  start(script, { path: '/nothing-here.js', integrity: '' })
  const module = [...document.querySelectorAll<HTMLScriptElement>('script[type=module]')].at(-1)!
  module.dispatchEvent(new Event('error'))
  expect(script.nextElementSibling?.textContent).toContain(`unable to load ${SERVER}/nothing-here.js`)
  module.remove()
})

test('the room can be named after the page', async () => {
  const title = document.title
  document.title = 'Ein schöner Tag'
  start(tag({ app: 'demo', roomFrom: 'title' }), BUNDLE)
  start(tag({ app: 'demo', roomFrom: 'meta:nothing-like-it' }), BUNDLE)
  runBundle()
  await eventually(() => expect(rooms()).toHaveLength(2))
  const [first] = rooms().filter(({ room }) => room)
  const [second] = rooms().filter(({ room }) => !room)
  expect(first?.room).toMatch(/^Ein-schoner-Tag-[a-z0-9]+$/)
  await eventually(() => expect(second?.shadowRoot?.textContent).toContain('finds nothing on this page'))
  document.title = title
})

test('ready is reported before and after the load, other events as they come', () => {
  const early = vi.fn()
  const late = vi.fn()
  window.Alcove = [['on', 'ready', early]] as unknown as EmbedApi
  start(tag({ app: 'demo', room: 'a' }), BUNDLE)
  const api = runBundle()
  rooms()[0]!.dispatchEvent(new CustomEvent('chat-ready', { bubbles: true, composed: true }))
  expect(early).toHaveBeenCalledOnce()
  api.push(['on', 'ready', late])
  expect(late).toHaveBeenCalledOnce()
  // Rooms the page made itself are not ours to tell of.
  const other = document.createElement('chat-room')
  document.body.append(other)
  other.dispatchEvent(new CustomEvent('chat-ready', { bubbles: true, composed: true }))
  expect(early).toHaveBeenCalledOnce()
})

test('a second bundle on the page, of another server or version, leaves the first one in charge', async () => {
  start(tag({ app: 'demo', room: 'a' }), BUNDLE)
  // The class of its API is not the one of this bundle.
  const first = { push: () => undefined }
  window.Alcove = first
  await import('../src/bundle.js')
  expect(window.Alcove).toBe(first)
})

test('a wrong command is reported and does not stop the next', () => {
  const api = new EmbedApi()
  const listener = vi.fn()
  api.push(['dance'] as never, ['on', 'status', listener])
  expect(console.error).toHaveBeenCalledOnce()
})

test('a launcher is made on demand, opens and closes by command', async () => {
  start(tag({ app: 'demo', room: 'a', mode: 'launcher' }), BUNDLE)
  const api = runBundle()
  api.push(['open'])
  await eventually(() => expect(document.querySelector<ChatLauncher>('chat-launcher')?.open).toBe(true))
  expect(document.querySelector('chat-launcher')?.parentElement).toBe(document.body)
  api.push(['close'])
  await eventually(() => expect(document.querySelector<ChatLauncher>('chat-launcher')?.open).toBe(false))
})

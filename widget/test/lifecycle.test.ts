import { createFakeServer } from '@alcove/sdk/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ChatLauncher } from '../src/chat-launcher.js'
import { ChatRoom } from '../src/chat-room.js'
import { define } from '../src/define.js'
import type { ChatBeforeSendDetail } from '../src/events.js'
import { bubbles, eventually, find, findAll, mount, nextEvent, openRoom, shownText, type } from './stage.js'

test('an element that was defined before is left alone', () => {
  expect(() => define('chat-room', class extends HTMLElement {})).not.toThrow()
  expect(customElements.get('chat-room')).toBe(ChatRoom)
})

test('has no method that only its own parts should call, besides those it always had', () => {
  const methods = Object.entries(Object.getOwnPropertyDescriptors(ChatRoom.prototype))
    .filter(([, { value }]) => typeof value === 'function')
    .map(([name]) => name)
  expect(methods.sort()).toEqual(
    [
      ...['constructor', 'send', 'focus', 'identify', 'logout', 'reload', 'destroy'],
      ...['connectedCallback', 'scheduleUpdate', 'willUpdate', 'updated', 'render'],
      ...['roomChanged', 'logReset', 'messageArrived', 'readIfSeen'],
    ].sort(),
  )
})

test('attributes mirror into properties', () => {
  const parsed = new DOMParser().parseFromString(
    '<chat-room app="demo" room="r" sound theme="dark"></chat-room>',
    'text/html',
  )
  const element = document.adoptNode(parsed.querySelector('chat-room')!)
  customElements.upgrade(element)
  expect(element).toMatchObject({
    app: 'demo',
    room: 'r',
    sound: true,
    theme: 'dark',
    lang: 'auto',
    name: '',
  })
})

test('taken out and put back in one task is a move: no new connection, nothing lost', async () => {
  const { element, server } = await openRoom({ before: (it, room) => it.sayAs('Grace', 'hi', room) })
  type(element, 'draft')
  const connected = vi.fn()
  element.addEventListener('chat-status', connected)
  const elsewhere = document.createElement('div')
  document.body.append(elsewhere)
  elsewhere.append(element)
  await element.updateComplete
  expect(server.connectionCount).toBe(1)
  expect(connected).not.toHaveBeenCalled()
  expect(bubbles(element)).toEqual(['hi'])
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('draft')
  elsewhere.remove()
  await eventually(() => expect(server.connectionCount).toBe(0))
})

test('put back later it joins again', async () => {
  const { element, server } = await openRoom()
  element.remove()
  await eventually(() => expect(server.connectionCount).toBe(0))
  document.body.append(element)
  await nextEvent(element, 'chat-ready')
  expect(server.connectionCount).toBe(1)
})

test('removed while it joins: the late answer opens nothing', async () => {
  const { element, server } = mount({ latencyMs: 20 })
  const ready = vi.fn()
  element.addEventListener('chat-ready', ready)
  await element.updateComplete
  element.remove()
  await eventually(() => expect(server.connectionCount).toBe(0))
  const probe = createFakeServer({ latencyMs: 60 })
  await probe.createChat().connect()
  expect(ready).not.toHaveBeenCalled()
})

test('another room: the old one is left, each keeps its own draft', async () => {
  const { element, roomId } = await openRoom({
    before: (it, room) => it.sayAs('Grace', 'in the first', room),
  })
  type(element, 'draft of the first')
  element.room = 'second'
  await nextEvent(element, 'chat-ready')
  await element.updateComplete
  expect(bubbles(element)).toEqual([])
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
  element.room = roomId
  await nextEvent(element, 'chat-ready')
  await element.updateComplete
  expect(bubbles(element)).toEqual(['in the first'])
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('draft of the first')
})

test('a room that cannot be entered leaves the old one on screen, with a banner', async () => {
  const { element, server, roomId } = await openRoom({ before: (it, room) => it.sayAs('Grace', 'hi', room) })
  server.refuseNextJoin('room_full')
  element.room = 'crowded'
  const { detail } = await nextEvent(element, 'chat-error')
  expect(detail.error.code).toBe('room_full')
  await eventually(() => expect(shownText(element)).toContain('The other room could not be opened'))
  expect(bubbles(element)).toEqual(['hi'])
  await expect(element.send('still here')).resolves.toMatchObject({ state: 'sent' })
  expect(server.stored(roomId).texts).toContain('still here')
  element.room = roomId
  await eventually(() => expect(findAll(element, '.banner')).toHaveLength(0))
})

test('rooms changed faster than they can be joined: the last one wins', async () => {
  const { element } = await openRoom({ latencyMs: 5 })
  for (const room of ['a', 'b', 'c']) {
    element.room = room
    await element.updateComplete
  }
  const shown: string[] = []
  element.addEventListener('chat-ready', ({ detail }) => shown.push(detail.room.id))
  await eventually(() => expect(shown.at(-1)).toBe('c'))
})

test('settings that concern looks or names do not touch the connection or the view', async () => {
  const { element } = await openRoom({ before: (it, room) => it.sayAs('Grace', 'hi', room) })
  const row = find(element, '.message')
  const status = vi.fn()
  element.addEventListener('chat-status', status)
  Object.assign(element, {
    theme: 'dark',
    density: 'compact',
    heading: 'Hello',
    name: 'Ada L.',
    sound: true,
    lang: 'de',
  })
  await eventually(() => expect(shownText(element)).toContain('1 Person hier'))
  expect(find(element, '.message')).toBe(row)
  expect(status).not.toHaveBeenCalled()
})

const users = { 'token-ada': { id: 'ada', name: 'Ada' }, 'token-bob': { id: 'bob', name: 'Bob' } }

test('identify() and logout() change the person; no one sees the other’s view', async () => {
  const { element } = await openRoom({ users, set: { token: 'token-ada' } })
  type(element, 'half written by Ada')
  element.identify('token-bob')
  const { detail } = await nextEvent(element, 'chat-ready')
  expect(detail.me).toMatchObject({ id: 'bob' })
  await element.updateComplete
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
  element.logout()
  const after = await nextEvent(element, 'chat-ready')
  expect(after.detail.me?.guest).toBe(true)
})

/** Shaped as real tokens are: the SDK looks whom they speak for. */
const tokenOf = (sub: string): string => `signed.${btoa(JSON.stringify({ sub }))}.`

test('a token function that gives somebody else’s token: nothing of the former person stays or goes out', async () => {
  let current = tokenOf('ada')
  const { element, server, roomId } = await openRoom({
    users: { [tokenOf('ada')]: users['token-ada'], [tokenOf('bob')]: users['token-bob'] },
    set: { tokenFetcher: () => current },
  })
  type(element, 'half written by Ada')
  server.goOffline()
  const sent = element.send('unsent, by Ada')
  const rejected = expect(sent).rejects.toMatchObject({ code: 'user_changed' })
  current = tokenOf('bob')
  server.goOnline()
  const { detail } = await nextEvent(element, 'chat-ready')
  expect(detail.me).toMatchObject({ id: 'bob' })
  await rejected
  await element.updateComplete
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
  expect(bubbles(element)).toEqual([])
  await element.send('by Bob')
  expect(server.stored(roomId).texts).toEqual(['by Bob'])
})

test('a message sent right after identify(), logout() or another token never goes out as the former person', async () => {
  const changes: ((element: ChatRoom) => void)[] = [
    (element) => element.identify('token-bob'),
    (element) => element.logout(),
    (element) => (element.token = 'token-bob'),
  ]
  for (const change of changes) {
    const { element, server, roomId } = await openRoom({ users, set: { token: 'token-ada' } })
    change(element)
    await expect(element.send('whose?')).rejects.toMatchObject({ retryable: false })
    await nextEvent(element, 'chat-ready')
    expect(server.stored(roomId).texts).toEqual([])
    element.remove()
  }
})

test('logout() of a guest forgets them at once, in all rooms of the page', async () => {
  const server = createFakeServer()
  const open = async (room: string): Promise<ChatRoom> => {
    const element = document.createElement('chat-room')
    Object.assign(element, { server: 'https://fake.invalid', app: 'fake', room, name: 'Ada' })
    // The page's own storage, as on a site.
    element.createChat = ({ storage: _, ...options }) =>
      server.createChat({ ...options, storage: localStorage })
    document.body.append(element)
    onTestFinished(() => element.remove())
    await nextEvent(element, 'chat-ready')
    return element
  }
  onTestFinished(() => localStorage.clear())
  const [one, other] = [await open('one'), await open('other')]
  const former = localStorage.getItem('alcove:guest:https://fake.invalid|fake')
  for (const element of [one, other]) type(element, 'half written')
  server.goOffline()
  one.send('unsent').catch(() => undefined)
  await eventually(() => expect(Object.keys(localStorage).join()).toContain('alcove:outbox:'))
  one.logout()
  expect(Object.keys(localStorage).filter((key) => !key.includes(':logout:'))).toEqual([])
  expect(Object.keys(sessionStorage)).toEqual([])
  expect(find<HTMLTextAreaElement>(other, 'textarea').value).toBe('')
  server.goOnline()
  const people = await Promise.all([one, other].map((element) => nextEvent(element, 'chat-ready')))
  const [id, otherId] = people.map(({ detail }) => detail.me!.id)
  expect(id).toBe(otherId)
  expect(former).not.toContain(btoa(JSON.stringify({ sub: id })))
  expect(people[0]!.detail.me!.name).toBe('Ada')
  expect(server.stored('one').texts).toEqual([])
})

test('logout() of a launcher that was never opened forgets the guest too', () => {
  const key = 'alcove:guest:https://fake.invalid/|fake'
  localStorage.setItem(key, 'somebody')
  onTestFinished(() => localStorage.clear())
  const launcher = document.createElement('chat-launcher')
  Object.assign(launcher, { server: 'https://fake.invalid', app: 'fake', room: 'corner' })
  launcher.logout()
  expect(localStorage.getItem(key)).toBeNull()
})

test('the composer comes and goes with the right to write, and keeps the draft', async () => {
  const { element, server, roomId } = await openRoom()
  type(element, 'half written')
  server.setCapabilities(['read'], roomId)
  await eventually(() => expect(findAll(element, '.readonly')).toHaveLength(1))
  expect(findAll(element, 'textarea')).toHaveLength(0)
  server.setCapabilities(['read', 'write'], roomId)
  await eventually(() => expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('half written'))
})

test('a new fetcher function is not a new person: frameworks make one at every render', async () => {
  const { element } = await openRoom({ users, set: { tokenFetcher: () => 'token-ada' } })
  const status = vi.fn()
  element.addEventListener('chat-status', status)
  element.tokenFetcher = () => 'token-ada'
  await element.updateComplete
  await element.send('hi')
  expect(status).not.toHaveBeenCalled()
})

test('events bubble out of the shadow root; chat-before-send may change or stop a message', async () => {
  const wrapper = document.createElement('div')
  document.body.append(wrapper)
  const { element, server, roomId } = await openRoom({ parent: wrapper })
  const change = ({ detail }: CustomEvent<ChatBeforeSendDetail>): void => {
    detail.draft = { ...detail.draft, text: detail.draft.text.toUpperCase() }
  }
  wrapper.addEventListener('chat-before-send', change)
  const heard = nextEvent(wrapper, 'chat-message')
  await element.send('loud')
  expect((await heard).detail.message.text).toBe('LOUD')
  wrapper.addEventListener('chat-before-send', (event) => event.preventDefault())
  await expect(element.send('never')).rejects.toMatchObject({ code: 'forbidden' })
  expect(server.stored(roomId).texts).toEqual(['LOUD'])
  wrapper.remove()
})

test('a message stopped in the composer goes back to where it was typed', async () => {
  const { element } = await openRoom()
  const failed = vi.fn()
  element.addEventListener('chat-error', failed)
  element.addEventListener('chat-before-send', (event) => event.preventDefault())
  type(element, 'stopped')
  await element.updateComplete
  find<HTMLFormElement>(element, '.composer').requestSubmit()
  await eventually(() => expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('stopped'))
  expect(failed).not.toHaveBeenCalled()
})

test('a message stopped in favour of another one goes back all the same', async () => {
  const { element } = await openRoom()
  element.addEventListener('chat-before-send', (event) => {
    if (event.detail.draft.text !== '/wave') return
    event.preventDefault()
    void element.send('waves')
  })
  type(element, '/wave')
  find<HTMLFormElement>(element, '.composer').requestSubmit()
  await eventually(() => expect(findAll(element, '.message.sent')).toHaveLength(1))
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('/wave')
})

test.each([
  [
    'as a listener changed it',
    'rude',
    ({ detail }: CustomEvent<ChatBeforeSendDetail>) => {
      detail.draft = { text: 'changed' }
    },
  ],
  ['in another normal form', 'Cafe\u0301', () => undefined],
])(
  'a failed message that is shown, %s, does not go back into the field as well',
  async (_, text, listener) => {
    const { element, server } = await openRoom()
    element.addEventListener('chat-before-send', listener)
    server.refuseNextSend('forbidden')
    type(element, text)
    find<HTMLFormElement>(element, '.composer').requestSubmit()
    await nextEvent(element, 'chat-error')
    await eventually(() => expect(findAll(element, '.message.failed')).toHaveLength(1))
    expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
  },
)

test('a message that waits when another room is shown has not failed: it is kept for the next visit', async () => {
  const { element, server, roomId } = await openRoom()
  const failed = vi.fn()
  element.addEventListener('chat-error', failed)
  server.refuseNextSend('rate_limited', { retryAfterMs: 60_000 })
  type(element, 'waits')
  find<HTMLFormElement>(element, '.composer').requestSubmit()
  element.room = 'second'
  await nextEvent(element, 'chat-ready')
  element.room = roomId
  await nextEvent(element, 'chat-ready')
  expect(failed).not.toHaveBeenCalled()
})

/** A room that nobody sees, in which something was said; and what was told of that. */
async function openUnread() {
  const stage = await openRoom()
  stage.element.style.display = 'none'
  const counts: number[] = []
  stage.element.addEventListener('chat-unread', ({ detail }) => counts.push(detail.unread))
  await eventually(() => {
    stage.server.sayAs('Grace', 'psst', stage.roomId)
    expect(counts.at(-1)).toBeGreaterThan(0)
  })
  return { ...stage, counts }
}

test('nothing is unread where no room is shown', async () => {
  for (const end of ['closed', 'destroyed']) {
    const { element, server, roomId, counts } = await openUnread()
    if (end === 'closed') server.closeRoom('room_not_found', {}, roomId)
    else element.destroy()
    await eventually(() => expect(counts.at(-1), end).toBe(0))
    element.remove()
  }
})

test('unread counts what came while nobody looked, and goes when somebody does', async () => {
  const { element, counts } = await openUnread()
  element.style.display = ''
  await eventually(() => expect(counts.at(-1)).toBe(0))
})

test('a reader who returns on another day sees so', async () => {
  const now = vi.spyOn(Date, 'now').mockReturnValue(+new Date(2026, 2, 10, 23, 59))
  const { element } = await openRoom({ before: (it, room) => it.sayAs('Grace', 'hi', room) })
  expect(find(element, '.day').innerText).toBe('Today')
  now.mockReturnValue(+new Date(2026, 2, 11, 8))
  document.dispatchEvent(new Event('visibilitychange'))
  await eventually(() => expect(find(element, '.day').innerText).toBe('Yesterday'))
})

test('a launcher that was never opened sends too, once its room is there, and says when there is none', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const server = createFakeServer({ latencyMs: 5 })
  const launch = (settings: object): ChatLauncher => {
    const launcher = document.createElement('chat-launcher')
    Object.assign(launcher, { server: 'https://a.example', app: 'demo', room: 'corner', ...settings })
    launcher.createChat = (options) => server.createChat(options)
    document.body.append(launcher)
    onTestFinished(() => launcher.remove())
    return launcher
  }
  await expect(launch({}).send('hello')).resolves.toMatchObject({ text: 'hello', state: 'sent' })
  expect(server.stored('corner').texts).toEqual(['hello'])
  await expect(launch({ app: '' }).send('nowhere')).rejects.toMatchObject({ code: 'not_joined' })
  server.refuseNextJoin('room_full')
  await expect(launch({}).send('no place')).rejects.toMatchObject({ code: 'not_joined' })
  const destroyed = launch({})
  const sent = destroyed.send('too late')
  destroyed.destroy()
  await expect(sent).rejects.toMatchObject({ code: 'not_joined' })
  const removed = launch({})
  const lost = removed.send('too late')
  removed.remove()
  await expect(lost).rejects.toMatchObject({ code: 'not_joined' })
})

test('the draft survives a reload of the page', async () => {
  const { element, server, roomId } = await openRoom({ users, set: { token: 'token-ada' } })
  type(element, 'unfinished')
  element.remove()
  const again = document.createElement('chat-room')
  Object.assign(again, {
    server: element.server,
    app: element.app,
    room: roomId,
    createChat: (given: object) => server.createChat(given),
    token: 'token-ada',
  })
  document.body.append(again)
  await nextEvent(again, 'chat-ready')
  await again.updateComplete
  expect(find<HTMLTextAreaElement>(again, 'textarea').value).toBe('unfinished')
  again.remove()
})

test('50 elements come and go and leave nothing: no connection, no timer, no listener', async () => {
  // Listens once a page, when it is first fetched, which may otherwise be during this test.
  await import('../src/views/refusal.js')
  const server = createFakeServer()
  const timers = new Set<unknown>()
  const { setInterval, clearInterval } = globalThis
  vi.stubGlobal('setInterval', (...given: Parameters<typeof setInterval>) => {
    const timer = setInterval(...given)
    timers.add(timer)
    return timer
  })
  vi.stubGlobal('clearInterval', (timer: Parameters<typeof clearInterval>[0]) => {
    timers.delete(timer)
    clearInterval(timer)
  })
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const added = vi.spyOn(document, 'addEventListener')
  const removed = vi.spyOn(document, 'removeEventListener')
  for (let i = 0; i < 50; i++) {
    const element = document.createElement('chat-room')
    Object.assign(element, {
      server: 'https://a.example',
      app: 'a',
      room: 'leak',
      createChat: () => server.createChat(),
    })
    document.body.append(element)
    await nextEvent(element, 'chat-ready')
    server.dropConnection()
    element.remove()
    await Promise.resolve()
  }
  await eventually(() => expect(server.connectionCount).toBe(0))
  expect(timers.size).toBe(0)
  const gone = new Set<unknown>(removed.mock.calls.map(([, listener]) => listener))
  const left = added.mock.calls.filter(
    ([, listener, options]) => !gone.has(listener) && !(options as AddEventListenerOptions)?.signal?.aborted,
  )
  expect(left).toEqual([])
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

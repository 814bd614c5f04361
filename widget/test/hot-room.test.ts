/** A room in which more is said than anybody reads: what it costs the page, and what its reader notices. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { ChatRoom } from '../src/chat-room.js'
import {
  bubbles,
  eventually,
  find,
  findAll,
  nextEvent,
  openRoom,
  press,
  settled,
  shownText,
  type,
  type Staged,
  type StageOptions,
} from './stage.js'

const scroller = (element: ChatRoom): HTMLElement => find(element, '.scroller')
const toBottom = (element: ChatRoom): number => {
  const { scrollHeight, scrollTop, clientHeight } = scroller(element)
  return scrollHeight - scrollTop - clientHeight
}
const frame = (): Promise<number> => new Promise(requestAnimationFrame)
const task = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })

/** A room in which so much is said that it is repainted at its slow pace, until the test is over. */
async function openHot(options?: StageOptions): Promise<Staged> {
  const staged = await openFull(150, options)
  const updated = vi.spyOn(staged.element, 'updated')
  onTestFinished(staged.server.fillRoom(staged.roomId, { rate: 500, perFrame: 10 }))
  await eventually(() => expect(updated.mock.calls.length).toBeGreaterThan(3))
  updated.mockRestore()
  return staged
}

async function framesUntil(isSo: () => boolean): Promise<number> {
  for (let frames = 0; ; frames++) {
    if (isSo()) return frames
    await frame()
  }
}

/** Types on after what the field holds, as a keyboard does. */
const typeOn = (element: ChatRoom, more: string): HTMLTextAreaElement =>
  type(element, find<HTMLTextAreaElement>(element, 'textarea').value + more)

/** What Ada said, in the order the server has it. */
const said = ({ server, roomId }: Staged): string[] =>
  server.stored(roomId).texts.filter((text) => !text.startsWith('Message '))

async function openFull(count = 150, options?: StageOptions): Promise<Staged> {
  const staged = await openRoom(options)
  staged.server.fillRoom(staged.roomId, { count, perFrame: 100 })
  await eventually(() => expect(bubbles(staged.element).at(-1)).toBe(`Message ${count}`))
  await settled(staged.element)
  return staged
}

/** Goes up, and tells the row then being read, and where it is. */
async function readFurtherUp(element: ChatRoom): Promise<{ row: HTMLElement; place: () => number }> {
  scroller(element).scrollTop -= 800
  await settled(element)
  const edge = scroller(element).getBoundingClientRect().top
  const row = findAll(element, '.message').find((it) => it.getBoundingClientRect().bottom > edge)!
  return { row, place: () => row.getBoundingClientRect().top }
}

test('is repainted at most once per frame of the page, whatever arrives', async () => {
  const { element, server, roomId } = await openFull()
  await settled(element)
  const updated = vi.spyOn(element, 'updated')
  const repaints: number[] = []
  // First in every frame, as it is asked for before the room's own: what is repainted in the frame comes after it.
  let startedAt = performance.now()
  let watch = requestAnimationFrame(function count(now) {
    watch = requestAnimationFrame(count)
    // A frame that takes so long is one that nobody sees.
    if (now - startedAt < 200) repaints.push(updated.mock.calls.length)
    startedAt = now
    updated.mockClear()
  })
  onTestFinished(() => cancelAnimationFrame(watch))
  for (let i = 0; i < 40; i++) {
    server.fillRoom(roomId, { count: 5, perFrame: 5 })
    await (i % 8 ? task() : frame())
  }
  await eventually(() => expect(bubbles(element).at(-1)).toBe('Message 350'))
  expect(Math.max(...repaints)).toBe(1)
})

test('goes on in a page that nobody sees, which gets no frames', async () => {
  const { element, server, roomId } = await openFull()
  vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0)
  for (const text of ['first', 'second', 'third']) {
    server.sayAs('Grace', text, roomId)
    await eventually(() => expect(bubbles(element).at(-1)).toBe(text))
  }
})

test('leaves the page its time: some ten repaints a second', async () => {
  const { element, server, roomId } = await openFull()
  const updated = vi.spyOn(element, 'updated')
  const start = performance.now()
  const stop = server.fillRoom(roomId, { rate: 1_000, perFrame: 20 })
  await eventually(() => expect(server.stored(roomId).rev).toBeGreaterThan(1_000))
  stop()
  expect(updated.mock.calls.length).toBeLessThan((performance.now() - start) / 100 + 4)
  await eventually(() => expect(bubbles(element).at(-1)).toBe(server.stored(roomId).texts.at(-1)))
})

test('leaves nothing in the page of rows that went', async () => {
  const { element, server, roomId } = await openFull()
  const nodes = (): number => find(element, '.content').childNodes.length
  const before = nodes()
  for (let round = 0; round < 5; round++) {
    server.fillRoom(roomId, { count: 100, perFrame: 100 })
    await eventually(() => expect(bubbles(element).at(-1)).toBe(`Message ${250 + 100 * round}`))
  }
  expect(nodes()).toBeLessThanOrEqual(before)
})

test('messages rise into place when there is time to see it, and only then', async () => {
  const { element, server, roomId } = await openFull()
  // The room's own clock: how close messages come is not for the machine to say.
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  now += 1_000
  server.sayAs('Grace', 'alone', roomId)
  await settled(element)
  expect(findAll(element, '.message').at(-1)!.className).toContain('fresh')
  for (let i = 0; i < 3; i++) {
    now += 20
    server.fillRoom(roomId, { count: 10, perFrame: 10 })
    await frame()
  }
  await eventually(() => expect(bubbles(element).at(-1)).toBe(server.stored(roomId).texts.at(-1)))
  expect(findAll(element, '.fresh')).toHaveLength(0)
})

test('does not move a reader further up, counts all that is new, and marks none of it read', async () => {
  const { element, server, roomId } = await openFull()
  const unread: number[] = []
  element.addEventListener('chat-unread', ({ detail }) => unread.push(detail.unread))
  const { row, place } = await readFurtherUp(element)
  const before = place()
  server.fillRoom(roomId, { count: 1_500, perFrame: 20 })
  await eventually(() => expect(shownText(element)).toContain('1,500 new messages'))
  await settled(element)
  expect(row.isConnected).toBe(true)
  // Scroll positions are whole device pixels, and every repaint rounds: a fraction of a line in all.
  expect(Math.abs(place() - before)).toBeLessThan(6)
  expect(bubbles(element).length).toBeLessThanOrEqual(600)
  expect(unread.at(-1)).toBe(1_500)
  find(element, '.pill button').click()
  await eventually(() => expect(bubbles(element).at(-1)).toBe('Message 1650'))
  await eventually(() => expect(toBottom(element)).toBeLessThan(2))
})

test('has nothing unread for a reader at the end', async () => {
  const { element, server, roomId } = await openFull()
  const unread: number[] = []
  element.addEventListener('chat-unread', ({ detail }) => unread.push(detail.unread))
  for (let i = 0; i < 10; i++) {
    server.fillRoom(roomId, { count: 20, perFrame: 20 })
    await frame()
  }
  await eventually(() => expect(bubbles(element).at(-1)).toBe('Message 350'))
  await eventually(() => expect(unread.at(-1) ?? 0).toBe(0))
})

test('a reader who goes on downwards sees every message, to the newest', async () => {
  const { element, server, roomId } = await openFull()
  await readFurtherUp(element)
  const seen = new Set(bubbles(element))
  server.fillRoom(roomId, { count: 1_000, perFrame: 100 })
  await eventually(() => expect(shownText(element)).toContain('1,000 new messages'))
  await eventually(() => {
    scroller(element).scrollTop += 400
    const shown = bubbles(element).map((text) => Number(text.slice(8)))
    expect(shown).toEqual(shown.map((_, i) => shown[0]! + i))
    for (const number of shown) seen.add(`Message ${number}`)
    expect(shown.at(-1)).toBe(1_150)
    expect(toBottom(element)).toBeLessThan(2)
  })
  expect(seen.size).toBeGreaterThanOrEqual(1_150)
  await eventually(() => expect(findAll(element, '.pill')).toHaveLength(0))
})

test('what is being read stays though it is no longer kept; from there the way leads to the newest', async () => {
  const { element, server, roomId } = await openFull()
  const { row, place } = await readFurtherUp(element)
  const before = place()
  server.fillRoom(roomId, { count: 5_000, perFrame: 100 })
  await eventually(() => expect(shownText(element)).toContain('5,000 new messages'))
  await settled(element)
  expect(row.isConnected).toBe(true)
  expect(Math.abs(place() - before)).toBeLessThan(2)
  await eventually(() => {
    scroller(element).scrollTop = 0
    expect(shownText(element)).toContain('Earlier messages could not be loaded')
  })
  find(element, '.note button').click()
  await eventually(() => expect(bubbles(element).at(-1)).toBe('Message 5150'))
  await eventually(() => expect(toBottom(element)).toBeLessThan(2))
  await eventually(() => expect(shownText(element)).not.toContain('could not be loaded'))
})

test('history that was let go is found again by scrolling up', async () => {
  const { element } = await openFull(2_300)
  await eventually(() => {
    scroller(element).scrollTop = 0
    const shown = bubbles(element).map((text) => Number(text.slice(8)))
    expect(shown).toEqual(shown.map((_, i) => shown[0]! + i))
    expect(shown[0]).toBe(1)
  })
  expect(shownText(element)).toContain('This is where the conversation begins')
})

test('is said aloud as a number, not message by message', async () => {
  const { element, server, roomId } = await openFull()
  const said = new Set<string>()
  const region = find(element, '.sr')
  const watch = new MutationObserver(() => said.add(region.textContent.trim()))
  watch.observe(region, { subtree: true, childList: true, characterData: true })
  const start = performance.now()
  const stop = server.fillRoom(roomId, { rate: 500, perFrame: 10 })
  await eventually(() => expect(said.size).toBeGreaterThanOrEqual(2))
  stop()
  watch.disconnect()
  expect([...said].every((words) => /^[\d,]+ new messages$/.test(words))).toBe(true)
  expect(said.size).toBeLessThanOrEqual((performance.now() - start) / 1_000 + 1)
})

test('what is typed and sent between two repaints is sent once, and what follows it alone', async () => {
  const staged = await openHot()
  const { element } = staged
  for (const text of ['first', 'second', 'third']) {
    const field = typeOn(element, text)
    press(field, 'Enter')
    expect(field.value).toBe('')
  }
  await eventually(() => expect(said(staged)).toEqual(['first', 'second', 'third']))
  await frame()
  await frame()
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
})

test('what is pasted and sent with the button between two repaints is gone from the field', async () => {
  const staged = await openHot()
  const field = find<HTMLTextAreaElement>(staged.element, 'textarea')
  for (const text of ['pasted', 'pasted again']) {
    field.focus()
    document.execCommand('insertText', false, text)
    expect(field.value).toBe(text)
    find<HTMLFormElement>(staged.element, '.composer').requestSubmit()
    expect(field.value).toBe('')
  }
  await eventually(() => expect(said(staged)).toEqual(['pasted', 'pasted again']))
})

test('a draft from storage is sent once, and a message that could not be sent comes back to the field', async () => {
  const users = { 'token-ada': { id: 'ada', name: 'Ada' } }
  const staged = await openHot({
    users,
    set: { token: 'token-ada' },
    before: (_, room) => {
      sessionStorage.setItem(`alcove:draft:https://chat.example demo ada ${room}`, 'half written')
    },
  })
  const { element } = staged
  const field = find<HTMLTextAreaElement>(element, 'textarea')
  expect(field.value).toBe('half written')
  press(field, 'Enter')
  press(typeOn(element, 'next'), 'Enter')
  await eventually(() => expect(said(staged)).toEqual(['half written', 'next']))

  element.addEventListener('chat-before-send', (event) => event.preventDefault(), { once: true })
  press(typeOn(element, 'refused'), 'Enter')
  await eventually(() => expect(field.value).toBe('refused'))
  typeOn(element, '!')
  expect(field.value).toBe('refused!')
})

test('another room has its own draft in the field before anything can be typed on', async () => {
  const { element } = await openHot()
  typeOn(element, 'for the first room')
  element.room = `${element.room}-next`
  await nextEvent(element, 'chat-ready')
  expect(find<HTMLTextAreaElement>(element, 'textarea').value).toBe('')
})

test('repaints leave the caret, and what an input method composes, where they are', async () => {
  const { element } = await openHot()
  const field = type(element, 'abcdef')
  field.focus()
  field.setSelectionRange(2, 4)
  field.dispatchEvent(new CompositionEvent('compositionstart'))
  const set = vi.spyOn(HTMLTextAreaElement.prototype, 'value', 'set')
  const updated = vi.spyOn(element, 'updated')
  document.execCommand('insertText', false, 'X')
  await eventually(() => expect(updated.mock.calls.length).toBeGreaterThan(3))
  expect(set).not.toHaveBeenCalled()
  expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['abXef', 3, 3])
})

test('what the reader does shows in the next frame, not at the pace of the room', async () => {
  const { element } = await openHot()
  const frames: number[] = []
  for (let i = 0; i < 8; i++) {
    await element.updateComplete
    const button = find<HTMLButtonElement>(element, '.send')
    const field = type(element, 'word')
    frames.push(await framesUntil(() => !button.disabled))
    press(field, 'Enter')
    await framesUntil(() => button.disabled)
  }
  expect(Math.max(...frames)).toBeLessThanOrEqual(2)
})

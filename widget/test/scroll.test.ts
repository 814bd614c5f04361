import { expect, test, vi } from 'vitest'
import type { ChatRoom } from '../src/chat-room.js'
import {
  bubbles,
  eventually,
  find,
  findAll,
  openRoom,
  press,
  settled,
  shownText,
  type StageOptions,
} from './stage.js'

const fill =
  (count: number): NonNullable<StageOptions['before']> =>
  (server, room) =>
    void server.fillRoom(room, { count })

const scroller = (element: ChatRoom): HTMLElement => find(element, '.scroller')
const toBottom = (element: ChatRoom): number => {
  const { scrollHeight, scrollTop, clientHeight } = scroller(element)
  return scrollHeight - scrollTop - clientHeight
}

async function scrollTo(element: ChatRoom, top: number): Promise<void> {
  scroller(element).scrollTop = top
  await settled(element)
}

/** Where a message stands on the screen. */
const placeOf = (element: ChatRoom, text: string): number => {
  const row = findAll(element, '.message').find((it) => it.innerText.split('\n').includes(text))
  if (!row) throw new Error(`${text} is not shown`)
  return row.getBoundingClientRect().top
}

test.each([240, 320, 640])('at %i px what leads to the end lies on no message', async (width) => {
  const { element } = await openRoom({
    before: (server, room) => Array.from({ length: 30 }, (_, n) => server.sayAs('Grace', `${n}`, room)),
  })
  element.style.inlineSize = `${width}px`
  await settled(element)
  const list = find(element, '.scroller')
  list.scrollTop -= 300
  await eventually(() => find(element, '.pill'))
  await settled(element)
  expect(find(element, '.pill button').getBoundingClientRect().top).toBeGreaterThanOrEqual(
    list.getBoundingClientRect().bottom,
  )
})

test('a message is as wide as it may be in a narrow room', async () => {
  const { element } = await openRoom({
    before: (server, room) => server.sayAs('Grace', 'long '.repeat(40), room),
  })
  element.style.inlineSize = '240px'
  await settled(element)
  expect(find(element, '.bubble').offsetWidth).toBeGreaterThanOrEqual(240 * 0.7)
})

test('opens at the newest message and stays there as more arrive', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(40) })
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
  server.fillRoom(roomId, { count: 10 })
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
})

test('stays at the end when the height changes, as with a keyboard or a longer draft', async () => {
  const { element } = await openRoom({ before: fill(40) })
  await settled(element)
  element.style.blockSize = '300px'
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
})

test('a reader further up is not moved by new messages, and is told how many there are', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(40) })
  await settled(element)
  await scrollTo(element, 600)
  const before = scroller(element).scrollTop
  for (const text of ['a', 'b', 'c']) server.sayAs('Grace', text, roomId)
  await settled(element)
  expect(scroller(element).scrollTop).toBe(before)
  expect(find(element, '.pill').innerText).toContain('3 new messages')
  find(element, '.pill button').click()
  await eventually(() => expect(toBottom(element)).toBeLessThan(2))
  await eventually(() => expect(findAll(element, '.pill')).toHaveLength(0))
})

/** As when a message or a part comes before the browser has said that the reader scrolled. */
async function repaintNow(element: ChatRoom): Promise<void> {
  element.requestUpdate()
  await element.updateComplete
}

test('a repaint that comes before the scroll event does not take the reader back to the end', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(60) })
  await settled(element)
  const top = scroller(element).scrollTop - 500
  scroller(element).scrollTop = top
  await repaintNow(element)
  expect(scroller(element).scrollTop).toBe(top)
  server.sayAs('Grace', 'hi', roomId)
  await settled(element)
  expect(scroller(element).scrollTop).toBe(top)
  expect(find(element, '.pill').innerText).toContain('1 new message')
})

test('nor back to the row that was read before, whichever way they scrolled', async () => {
  const { element } = await openRoom({ before: fill(60) })
  await settled(element)
  await scrollTo(element, 900)
  for (const top of [700, 1_100]) {
    scroller(element).scrollTop = top
    await repaintNow(element)
    expect(scroller(element).scrollTop).toBe(top)
  }
  scroller(element).scrollTop = scroller(element).scrollHeight
  await repaintNow(element)
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
})

test('a list that gets shorter or is hidden for a while was not scrolled by the reader', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(60) })
  await settled(element)
  element.style.display = 'none'
  await settled(element)
  await repaintNow(element)
  element.style.display = ''
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
  element.style.inlineSize = '250px'
  await settled(element)
  element.style.inlineSize = '600px'
  await repaintNow(element)
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
  server.sayAs('Grace', 'hi', roomId)
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
})

test('one’s own message leads to the end', async () => {
  const { element } = await openRoom({ before: fill(40) })
  await settled(element)
  await scrollTo(element, 600)
  await element.send('here I am')
  await settled(element)
  expect(toBottom(element)).toBeLessThan(2)
})

test('older messages come in above without moving the one being read', async () => {
  const { element } = await openRoom({ before: fill(260) })
  await settled(element)
  const count = bubbles(element).length
  await scrollTo(element, 400)
  const anchor = bubbles(element).find((text) => {
    const place = placeOf(element, text)
    return place > scroller(element).getBoundingClientRect().top
  })!
  const before = placeOf(element, anchor)
  await eventually(() => expect(bubbles(element).length).toBeGreaterThan(count))
  await settled(element)
  expect(Math.abs(placeOf(element, anchor) - before)).toBeLessThan(2)
})

test('a reader at the very top stays at the message that was the first when older ones come in', async () => {
  const { element, server } = await openRoom({ before: fill(300) })
  await settled(element)
  server.delayAcks(300)
  const count = findAll(element, '.message').length
  const first = find(element, '.message')
  await scrollTo(element, 2_000)
  await vi.waitFor(async () => {
    await scrollTo(element, 0)
    expect(scroller(element).scrollTop).toBe(0)
  })
  expect(findAll(element, '.message')).toHaveLength(count)
  const before = first.getBoundingClientRect().top
  await eventually(() => expect(findAll(element, '.message').length).toBeGreaterThan(count))
  await settled(element)
  expect(findAll(element, '.message')).toHaveLength(count + 100)
  expect(Math.abs(first.getBoundingClientRect().top - before)).toBeLessThan(2)
})

test('scrolling up reaches the first message, each once, and says that this is the beginning', async () => {
  const { element } = await openRoom({ before: fill(260) })
  await eventually(() => {
    scroller(element).scrollTop = 0
    expect(shownText(element)).toContain('This is where the conversation begins')
  })
  await settled(element)
  const shown = bubbles(element)
  expect(shown).toEqual(Array.from({ length: 260 }, (_, i) => `Message ${i + 1}`))
})

test('a page that cannot be loaded says so and is loaded on demand', async () => {
  const { element, server } = await openRoom({ before: fill(120) })
  server.goOffline()
  await eventually(() => {
    scroller(element).scrollTop = 0
    expect(shownText(element)).toContain('Earlier messages could not be loaded')
  })
  server.goOnline()
  await eventually(() => expect(findAll(element, '.banner.offline, .banner.reconnecting')).toHaveLength(0))
  find(element, '.note button').click()
  await eventually(() => expect(shownText(element)).not.toContain('could not be loaded'))
})

test('the row being read stays when the width changes', async () => {
  const { element } = await openRoom({
    before: (server, room) => {
      for (let i = 0; i < 40; i++) server.sayAs(`P${i % 3}`, `${i} ${'words that wrap '.repeat(8)}`, room)
    },
  })
  await settled(element)
  await scrollTo(element, 1500)
  const top = scroller(element).getBoundingClientRect().top
  const row = findAll(element, '.message').find((it) => it.getBoundingClientRect().bottom > top)!
  const before = row.getBoundingClientRect().top
  element.style.inlineSize = '300px'
  await settled(element)
  expect(Math.abs(row.getBoundingClientRect().top - before)).toBeLessThan(2)
})

test('a busy room keeps a bounded number of rows while the reader is at the end', async () => {
  const { element, server, roomId } = await openRoom()
  await settled(element)
  server.fillRoom(roomId, { count: 1_000 })
  await settled(element)
  expect(bubbles(element).at(-1)).toBe(server.stored(roomId).texts.at(-1))
  expect(bubbles(element).length).toBeLessThanOrEqual(150)
})

test.each([37, 300])('after a break of %i messages the reader goes on where it began', async (missed) => {
  const { element, server, roomId } = await openRoom({ before: fill(40) })
  await settled(element)
  server.goOffline()
  for (let i = 0; i < missed; i++) server.sayAs('Grace', `missed ${i}`, roomId)
  server.goOnline()
  await eventually(() => expect(findAll(element, '.divider')).toHaveLength(1))
  await settled(element)
  const view = scroller(element).getBoundingClientRect()
  const divider = find(element, '.divider').getBoundingClientRect()
  expect(divider.top).toBeGreaterThanOrEqual(view.top)
  expect(divider.bottom).toBeLessThan(view.bottom)
})

test('what was missed while the room was hidden, as in a closed launcher, is read from its beginning', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(40) })
  await settled(element)
  element.style.display = 'none'
  server.goOffline()
  server.fillRoom(roomId, { count: 60 })
  server.goOnline()
  await eventually(() => find(element, '.divider'))
  await settled(element)
  let unread = 0
  element.addEventListener('chat-unread', ({ detail }) => (unread = detail.unread))
  element.style.display = ''
  await settled(element)
  const { top, bottom } = scroller(element).getBoundingClientRect()
  const divider = find(element, '.divider').getBoundingClientRect()
  expect(divider.top).toBeGreaterThanOrEqual(top)
  expect(divider.bottom).toBeLessThanOrEqual(bottom)
  await scrollTo(element, scroller(element).scrollHeight)
  expect(toBottom(element)).toBeLessThan(2)
  await eventually(() => expect(unread).toBe(0))
})

test('who reads on from where a break began is not moved by the next one', async () => {
  const { element, server, roomId } = await openRoom({ before: fill(40) })
  await settled(element)
  server.goOffline()
  server.fillRoom(roomId, { count: 60 })
  server.goOnline()
  await eventually(() => expect(shownText(element)).toContain('60 messages while'))
  await settled(element)
  // In the list: what is said of a break moves the list itself.
  const place = () => placeOf(element, 'Message 41') - scroller(element).getBoundingClientRect().top
  const before = place()
  server.goOffline()
  server.fillRoom(roomId, { count: 3 })
  server.goOnline()
  await eventually(() => expect(shownText(element)).toContain('3 messages while'))
  await settled(element)
  // Rows that rise into place are up to 6 px away from it.
  expect(Math.abs(place() - before)).toBeLessThan(8)
})

test('walking up with the keyboard leaves the end, and the message walked to is in sight', async () => {
  const { element } = await openRoom({ before: fill(40) })
  await settled(element)
  findAll(element, '.message').at(-1)!.focus()
  for (let step = 1; step <= 20; step++) {
    press(element.shadowRoot!.activeElement as HTMLElement, 'ArrowUp')
    await settled(element)
    const row = element.shadowRoot!.activeElement!.getBoundingClientRect()
    const { top, bottom } = scroller(element).getBoundingClientRect()
    // Closer to the end than this is the end.
    expect(row.top, `step ${step}`).toBeGreaterThanOrEqual(top - 24)
    expect(row.bottom, `step ${step}`).toBeLessThanOrEqual(bottom + 1)
  }
})

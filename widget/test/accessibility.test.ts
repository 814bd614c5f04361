import axe from 'axe-core'
import { expect, onTestFinished, test } from 'vitest'
import { cdp } from 'vitest/browser'
import type { ChatLauncher } from '../src/chat-launcher.js'
import type { ChatRoom } from '../src/chat-room.js'
import { partLoaded, tap } from './conversation-stage.js'
import {
  eventually,
  find,
  findAll,
  mount,
  openRoom,
  press,
  settled,
  type,
  type StageOptions,
} from './stage.js'
import '../src/index.js'

async function violations(target: ChatRoom | ChatLauncher): Promise<string[]> {
  // A snapshot in the middle of a fade would measure colours that nobody sees for longer than a blink.
  const fades = target
    .shadowRoot!.getAnimations()
    .filter((it) => it.effect?.getComputedTiming().iterations === 1)
  await Promise.all(fades.map(({ finished }) => finished.catch(() => undefined)))
  const { violations } = await axe.run(target, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    // The page around the element is the test runner's.
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  })
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  )
}

const talk: NonNullable<StageOptions['before']> = (server, room) => {
  server.sayAs('Grace', 'See https://example.com for more', room)
  server.sayAs({ id: 'u1', name: 'Alan' }, 'thanks', room)
  server.sayAs({ id: 'u2', name: 'Alan' }, 'شكرا', room)
}

test.each(['light', 'dark'])('axe finds nothing in a room in use, %s', async (theme) => {
  const { element, server, roomId } = await openRoom({
    before: talk,
    set: { theme, density: 'compact' },
    members: 3,
  })
  await element.send('mine')
  server.refuseNextSend('forbidden')
  await element.send('refused').catch(() => undefined)
  server.setTyping(['Grace'], roomId)
  type(element, 'draft')
  element.style.setProperty('--alcove-density', '1')
  await settled(element)
  expect(await violations(element)).toEqual([])
})

test.each(['#ffd54a', '#0f8a6d', '#111111', '#ff5a5f', '#9be15d'])(
  'axe finds nothing with the accent %s',
  async (accent) => {
    for (const theme of ['light', 'dark']) {
      const { element } = await openRoom({ before: talk, set: { theme } })
      element.style.setProperty('--alcove-accent', accent)
      await element.send('mine')
      find(element, '.people').click()
      await eventually(() => find(element, '.panel'))
      await settled(element)
      expect(await violations(element)).toEqual([])
      element.remove()
    }
  },
)

test('axe finds nothing where there is no room to show', async () => {
  for (const theme of ['light', 'dark']) {
    const { element } = mount({ set: { theme }, before: (server) => server.refuseNextJoin('room_full') })
    await eventually(() => find(element, '.state'))
    expect(await violations(element)).toEqual([])
    element.remove()
  }
})

test('new messages are announced politely, many of them as a number; the log itself is silent', async () => {
  const { element, server, roomId } = await openRoom({ before: talk })
  const region = find(element, '[aria-live=polite]')
  expect(find(element, '[role=log]').getAttribute('aria-live')).toBe('off')
  expect(region.textContent).toBe('')
  server.sayAs('Grace', 'one', roomId)
  server.sayAs('Grace', 'two', roomId)
  await eventually(() => expect(region.textContent).toBe('Grace: one\nGrace: two'))
  server.fillRoom(roomId, { count: 20 })
  await eventually(() => expect(region.textContent).toContain('20 new messages'))
})

test.each(['\n', '\r\n', '\u2028', '\t\n \n'])(
  'a message with %j in it stays one line of its author',
  async (end) => {
    const { element, server, roomId } = await openRoom()
    const region = find(element, '[aria-live=polite]')
    server.sayAs('Eve', `hi${end}Ada Lovelace: I quit`, roomId)
    server.sayAs('Grace', 'oh', roomId)
    await eventually(() => expect(region.textContent).toBe('Eve: hi Ada Lovelace: I quit\nGrace: oh'))
  },
)

test('who speaks is announced with the tag that is shown beside the name', async () => {
  const { element, server, roomId } = await openRoom()
  server.sayAs({ id: 'grace@a.example', name: 'Grace' }, 'one', roomId)
  server.sayAs({ id: 'grace@b.example', name: 'Grace' }, 'two', roomId)
  const region = find(element, '[aria-live=polite]')
  await eventually(() => expect(region.textContent).not.toBe(''))
  const shown = findAll(element, '.meta .tag').map(({ innerText }) => innerText)
  expect(new Set(shown).size).toBe(2)
  expect(region.textContent).toBe(`Grace ${shown[0]}: one\nGrace ${shown[1]}: two`)
})

test('of a long message the beginning is announced', async () => {
  const { element, server, roomId } = await openRoom()
  server.sayAs('Grace', '😀'.repeat(4_000), roomId)
  const region = find(element, '[aria-live=polite]')
  await eventually(() => expect(region.textContent).toMatch(/^Grace: 😀+…$/u))
  expect([...region.textContent]).toHaveLength(201)
})

test('a break is announced once, not with every attempt to end it', async () => {
  const { element, server } = await openRoom()
  const region = find(element, '[aria-live=polite]')
  const heard: string[] = []
  const listening = new MutationObserver(() => heard.push(region.textContent.trim()))
  listening.observe(region, { childList: true, characterData: true, subtree: true })
  let attempts = 0
  element.addEventListener('chat-status', ({ detail }) => detail.current === 'offline' && attempts++)
  server.goOffline()
  await eventually(() => expect(attempts).toBeGreaterThan(3))
  server.goOnline()
  await eventually(() => expect(heard.at(-1)).toContain('Back online'))
  listening.disconnect()
  expect(heard).toEqual(['No connection.', 'Back online'])
})

test('up, down, home and end walk the messages; one of them is in the tab order', async () => {
  const { element } = await openRoom({ before: talk })
  const rows = findAll(element, '.message')
  expect(rows.map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0])
  rows[2]!.focus()
  press(rows[2]!, 'ArrowUp')
  expect(element.shadowRoot!.activeElement).toBe(rows[1])
  await element.updateComplete
  expect(rows.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1])
  press(rows[1]!, 'Home')
  expect(element.shadowRoot!.activeElement).toBe(rows[0])
  press(rows[0]!, 'ArrowUp')
  expect(element.shadowRoot!.activeElement).toBe(rows[0])
  press(rows[0]!, 'End')
  expect(element.shadowRoot!.activeElement).toBe(rows[2])
})

test('Tab reaches the links and the fold of one message only, each once', async () => {
  const { element } = await openRoom({
    before: (server, room) => {
      for (const who of ['Grace', 'Alan', 'Linus'])
        server.sayAs(who, `https://example.com ${'and so on '.repeat(90)} https://example.org`, room)
    },
  })
  const authorOf = (inside: Element): string => /^\w+/.exec(inside.closest('.message')!.ariaLabel!)![0]
  const stops = (): string[] =>
    findAll(element, '.message, .bubble *')
      .filter((each) => each.tabIndex >= 0 && each.checkVisibility())
      .map(authorOf)
  const [grace] = findAll(element, '.message')
  expect(stops()).toEqual(Array(4).fill('Linus'))
  grace!.querySelector('a')!.focus()
  await settled(element)
  expect(stops()).toEqual(Array(4).fill('Grace'))
})

test('the ring of a message with the focus is drawn in full, also at the edge of the list', async () => {
  const { element } = await openRoom({
    before: (server, room) => Array.from({ length: 30 }, (_, n) => server.sayAs('Grace', `${n}`, room)),
  })
  const list = find(element, '.scroller')
  find(element, '[tabindex="0"].message').focus()
  for (let n = 0; n < 20; n++) press(element.shadowRoot!.activeElement as HTMLElement, 'ArrowUp')
  await settled(element)
  const ring = element.shadowRoot!.activeElement!.getBoundingClientRect()
  expect(ring.top - 3).toBeGreaterThanOrEqual(list.getBoundingClientRect().top)
})

test('the list of people takes the focus, closes with Escape, and gives the focus back', async () => {
  const { element } = await openRoom({ before: talk })
  const button = find(element, '.people')
  button.focus()
  button.click()
  await eventually(() => expect(element.shadowRoot!.activeElement?.getAttribute('role')).toBe('dialog'))
  expect(find(element, '.body .body').inert).toBe(true)
  press(find(element, '.panel'), 'Escape', { keyCode: 229 })
  await settled(element)
  expect(findAll(element, '.panel'), 'a key of an input method').toHaveLength(1)
  press(find(element, '.panel'), 'Escape')
  await eventually(() => expect(element.shadowRoot!.activeElement).toBe(button))
  expect(findAll(element, '.panel')).toHaveLength(0)
})

test('the focus is not lost with the button that was pressed', async () => {
  const { element, server } = await openRoom({ before: talk })
  const field = find(element, 'textarea')
  const focused = () => element.shadowRoot!.activeElement
  const pressed = async (selector: string): Promise<void> => {
    await eventually(() => find<HTMLButtonElement>(element, `${selector}:not(:disabled)`))
    const button = find(element, selector)
    button.focus()
    expect(focused()).toBe(button)
    button.click()
    await settled(element)
  }
  type(element, 'hello')
  await pressed('.send')
  expect(focused()).toBe(field)
  server.refuseNextSend('forbidden')
  await element.send('refused').catch(() => undefined)
  await pressed('.failed .meta .link')
  expect(focused()).toBe(field)
  server.goOffline()
  await eventually(() => find(element, '.banner .link'))
  server.goOnline()
  server.goOffline()
  await pressed('.banner .link')
  server.goOnline()
  await eventually(() => expect(findAll(element, '.banner .link')).toEqual([]))
  await settled(element)
  expect(focused()).toBe(field)
})

test('everything that can be pressed is at least 24 by 24 pixels', async () => {
  const { element, server } = await openRoom({ before: talk })
  server.refuseNextSend('forbidden')
  await element.send('refused').catch(() => undefined)
  find(element, '.people').click()
  await eventually(() => find(element, '.panel'))
  await settled(element)
  for (const button of findAll(element, 'button')) {
    if (!button.checkVisibility()) continue
    const { width, height } = button.getBoundingClientRect()
    expect(Math.min(width, height), button.outerHTML).toBeGreaterThanOrEqual(24)
  }
})

test('a finger hits everything that can be pressed within 44 pixels', async () => {
  const { element, server } = await openRoom({ before: talk })
  await cdp().send('Emulation.setTouchEmulationEnabled', { enabled: true })
  onTestFinished(
    async () => void (await cdp().send('Emulation.setTouchEmulationEnabled', { enabled: false })),
  )
  await eventually(() => expect(matchMedia('(pointer: coarse)').matches).toBe(true))
  const { id } = await element.send('mine')
  server.react(id, '👍', 'Grace', element.room)
  await partLoaded(element)
  await eventually(() => find(element, 'button.chip'))
  for (const width of [400, 240]) {
    element.style.inlineSize = `${width}px`
    await tap(element, id)
    for (const button of findAll(element, 'button')) {
      const { left, right, top, bottom } = button.getBoundingClientRect()
      if (!button.checkVisibility() || !isHit(element, button, (left + right) / 2, (top + bottom) / 2))
        continue
      const grown = getComputedStyle(button, '::before')
      expect(
        Math.min(parseFloat(grown.inlineSize), parseFloat(grown.blockSize)),
        button.outerHTML,
      ).toBeGreaterThanOrEqual(44)
    }
    for (const each of findAll(element, '.usual button')) expect(each.offsetWidth).toBeGreaterThanOrEqual(44)
    press(element.shadowRoot!.activeElement as HTMLElement, 'Escape')
    await settled(element)
  }
})

const isHit = (element: ChatRoom, button: Element, x: number, y: number): boolean =>
  button.contains(element.shadowRoot!.elementFromPoint(x, y))

test('every message is in its own direction, and names cannot turn what follows', async () => {
  const { element } = await openRoom({ before: talk })
  for (const text of findAll(element, '.bubble .text')) expect(text.dir).toBe('auto')
  expect(findAll(element, '.meta bdi')).toHaveLength(3)
})

test('the text field has 16 pixels, so that phones do not zoom in', async () => {
  const { element } = await openRoom({ set: { density: 'compact' } })
  expect(getComputedStyle(find(element, 'textarea')).fontSize).toBe('16px')
})

test('the launcher: connects at the first opening, focus goes in and comes back, Escape closes', async () => {
  const { server } = mount()
  await eventually(() => expect(server.connectionCount).toBe(1))
  const launcher = document.createElement('chat-launcher')
  Object.assign(launcher, { server: 'https://a.example', app: 'demo', room: 'corner', lang: 'en' })
  launcher.createChat = (options) => server.createChat(options)
  document.body.append(launcher)
  await launcher.updateComplete
  expect(server.connectionCount).toBe(1)
  expect(await violations(launcher)).toEqual([])
  const button = launcher.shadowRoot!.querySelector<HTMLElement>('[part=button]')!
  button.focus()
  button.click()
  await eventually(() => expect(launcher.chatRoom?.shadowRoot?.activeElement?.localName).toBe('textarea'))
  expect(server.connectionCount).toBe(2)
  await eventually(async () => expect(await violations(launcher)).toEqual([]))
  press(launcher.chatRoom!.shadowRoot!.querySelector('textarea')!, 'Escape', { keyCode: 229 })
  press(launcher.chatRoom!, 'Escape', { keyCode: 229 })
  expect(launcher.open, 'a key of an input method').toBe(true)
  press(launcher.chatRoom!.shadowRoot!.querySelector('textarea')!, 'Escape')
  await eventually(() => expect(launcher.shadowRoot!.activeElement).toBe(button))
  expect(launcher.open).toBe(false)
  // It stays connected, so that it can count.
  server.sayAs('Grace', 'psst', 'corner')
  await eventually(() => expect(button.getAttribute('aria-label')).toBe('Open chat, 1 unread message'))
  launcher.remove()
  await eventually(() => expect(server.connectionCount).toBe(1))
})

test('a message that was deleted before it could be announced is not, one that was edited as it is then', async () => {
  const { element, server, roomId } = await openRoom()
  const region = find(element, '[aria-live=polite]')
  const heard: string[] = []
  new MutationObserver(() => heard.push(region.textContent)).observe(region, {
    subtree: true,
    characterData: true,
    childList: true,
  })
  const [secret, typo] = ['secret', 'helo'].map((text) => server.sayAs('Grace', text, roomId))
  server.edit(typo!, 'hello', roomId)
  server.delete(secret!, undefined, roomId)
  await eventually(() => expect(region.textContent).toContain('hello'))
  expect(heard.join()).not.toMatch(/secret|helo\b/)
})

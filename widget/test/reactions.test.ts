/** Reactions: chips below a message, what to react with, and what of it is said aloud. */
import type { FakeServer } from '@alcove/sdk/testing'
import { describe, expect, test, vi } from 'vitest'
import type { ChatRoom } from '../src/chat-room.js'
import {
  button,
  conversation,
  dock,
  focused,
  hover,
  isCovered,
  namesOf,
  partLoaded,
  pressOn,
  row,
  spoken,
  tap,
  violations,
} from './conversation-stage.js'
import { eventually, find, findAll, nextEvent, mount, openRoom, press, settled, shownText } from './stage.js'

const chipsOf = (element: ChatRoom, id: string): string[] =>
  [...row(element, id).querySelectorAll<HTMLElement>('.chip:not(.add)')].map(({ textContent }) =>
    textContent.replace(/\s+/g, ' ').trim(),
  )

const chip = (element: ChatRoom, id: string, emoji: string): HTMLButtonElement => {
  const found = row(element, id).querySelector<HTMLButtonElement>(`[data-emoji="${emoji}"]`)
  if (!found) throw new Error(`no chip ${emoji} among ${chipsOf(element, id).join()}`)
  return found
}

/** What everybody else sees. */
async function stored(server: FakeServer, roomId: string, id: string) {
  const room = await server.createChat({ user: { name: 'Alan' } }).join(roomId)
  return () => room.messages.find((message) => message.id === id)?.reactions ?? []
}

async function openAll(element: ChatRoom, id: string): Promise<HTMLInputElement> {
  await pressOn(element, id, '+')
  button(dock(element), 'All emoji').click()
  await eventually(() => find(element, '.picker input'))
  await settled(element)
  return find<HTMLInputElement>(element, '.picker input')
}

/** More messages than it shows, and a panel has to look for its spot. */
async function lowRoom() {
  const staged = await conversation()
  const { element } = staged
  element.style.inlineSize = '800px'
  element.style.blockSize = '300px'
  await settled(element)
  for (let n = 0; n < 4; n++) await element.send(`words that take their room ${n}`)
  const { id: last } = await element.send('the last words')
  await settled(element)
  return { ...staged, last }
}

/** Between a panel and what is above or below it. */
function gap(panel: Element, other: Element): number {
  const [a, b] = [panel.getBoundingClientRect(), other.getBoundingClientRect()]
  return Math.max(a.top - b.bottom, b.top - a.bottom)
}

const seek = (field: HTMLInputElement | HTMLTextAreaElement, query: string): void => {
  field.value = query
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
}

const offered = (element: ChatRoom): (string | undefined)[] =>
  findAll(element, '.picker [data-emoji]').map(({ dataset }) => dataset['emoji'])

describe('chips', () => {
  test('stand below their message, in the order of their first use, and their counts follow', async () => {
    const { element, server, roomId, first } = await conversation()
    expect(findAll(element, '.chips')).toEqual([])
    server.react(first, '👍', 'Grace', roomId)
    server.react(first, '🎉', 'Grace', roomId)
    server.react(first, '👍', 'Alan', roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍2', '🎉1']))
    const bubble = row(element, first).querySelector('.bubble')!.getBoundingClientRect()
    expect(find(element, '.chips').getBoundingClientRect().top).toBeGreaterThanOrEqual(bubble.bottom)
    server.unreact(first, '🎉', 'Grace', roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍2']))
    server.delete(first, 'Ada', roomId)
    await eventually(() => expect(findAll(element, '.chips')).toEqual([]))
  })

  test('are in the first view, and stay where they are when they become buttons', async () => {
    const { element } = mount({
      before: (server, room) => {
        const id = server.sayAs('Grace', 'Good morning', room)
        for (const [emoji, who] of [
          ['👍', 'Grace'],
          ['👍', 'Alan'],
          ['🎉', 'Alan'],
        ] as const)
          server.react(id, emoji, who, room)
      },
    })
    await nextEvent(element, 'chat-ready')
    await element.updateComplete
    expect(findAll(element, 'button.chip')).toEqual([])
    const places = () =>
      findAll(element, '.chip:not(.add)').map((each) => JSON.stringify(each.getBoundingClientRect()))
    await settled(element)
    const before = places()
    expect(before).toHaveLength(2)
    await partLoaded(element)
    await settled(element)
    expect(findAll(element, 'button.chip:not(.add)')).toHaveLength(2)
    expect(places()).toEqual(before)
  })

  test('a click adds one’s own and takes it back: at once here, and for everybody', async () => {
    const { element, server, roomId, first } = await conversation()
    server.react(first, '👍', 'Grace', roomId)
    await eventually(() => chip(element, first, '👍'))
    const reactions = await stored(server, roomId, first)
    expect(chip(element, first, '👍').ariaPressed).toBe('false')
    chip(element, first, '👍').click()
    await settled(element)
    expect(chipsOf(element, first)).toEqual(['👍2'])
    expect(chip(element, first, '👍').ariaPressed).toBe('true')
    await eventually(() => expect(reactions()).toMatchObject([{ emoji: '👍', count: 2 }]))
    chip(element, first, '👍').click()
    await eventually(() => expect(reactions()).toMatchObject([{ emoji: '👍', count: 1 }]))
    expect(chip(element, first, '👍').ariaPressed).toBe('false')
  })

  test('say how many people, and whether oneself is among them', async () => {
    const { element, server, roomId, first } = await conversation()
    const name = () => chip(element, first, '👍').ariaLabel
    server.react(first, '👍', 'Grace', roomId)
    await eventually(() => expect(name()).toBe('👍, 1 person'))
    server.react(first, '👍', 'Alan', roomId)
    await eventually(() => expect(name()).toBe('👍, 2 people'))
    chip(element, first, '👍').click()
    await eventually(() => expect(name()).toBe('👍, 3 people, you too'))
    server.unreact(first, '👍', 'Alan', roomId)
    server.unreact(first, '👍', 'Grace', roomId)
    await eventually(() => expect(name()).toBe('👍, you'))
    expect(row(element, first).ariaLabel).toMatch(/: first, 👍 1$/)
  })

  test('the reader’s own is marked by more than its colour, and is as wide', async () => {
    const { element, server, roomId, first } = await conversation()
    server.react(first, '👍', 'Grace', roomId)
    server.react(first, '🎉', 'Grace', roomId)
    server.react(first, '🎉', 'Alan', roomId)
    await eventually(() => chip(element, first, '🎉'))
    const before = chip(element, first, '👍').getBoundingClientRect().width
    server.unreact(first, '👍', 'Grace', roomId)
    chip(element, first, '👍').click()
    await settled(element)
    const own = chip(element, first, '👍')
    expect(getComputedStyle(own).borderWidth).toBe('2px')
    expect(getComputedStyle(chip(element, first, '🎉')).borderWidth).toBe('1px')
    expect(own.getBoundingClientRect().width).toBe(before)
  })

  test('one reaction changes its own row and no other', async () => {
    const { element, server, roomId, first } = await conversation()
    server.react(first, '👍', 'Grace', roomId)
    await eventually(() => chip(element, first, '👍'))
    const changed = new Set<Node>()
    const watcher = new MutationObserver((records) => records.forEach(({ target }) => changed.add(target)))
    watcher.observe(find(element, '.content'), {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    })
    const kept = chip(element, first, '👍')
    server.react(first, '👍', 'Alan', roomId)
    server.react(first, '🎉', 'Alan', roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍2', '🎉1']))
    watcher.disconnect()
    expect(changed.size).toBeGreaterThan(0)
    for (const node of changed) expect(row(element, first).contains(node)).toBe(true)
    expect(chip(element, first, '👍')).toBe(kept)
  })

  test('the focus stays on its emoji while others come and go, and on the row when it goes itself', async () => {
    const { element, server, roomId, first } = await conversation()
    server.react(first, '🎉', 'Grace', roomId)
    server.react(first, '👍', 'Grace', roomId)
    await eventually(() => chip(element, first, '👍'))
    await pressOn(element, first, 'Shift')
    chip(element, first, '👍').focus()
    server.unreact(first, '🎉', 'Grace', roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍1']))
    expect(focused(element)).toBe(chip(element, first, '👍'))
    chip(element, first, '👍').click()
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍2']))
    server.unreact(first, '👍', 'Grace', roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍1']))
    chip(element, first, '👍').click()
    await eventually(() => expect(findAll(element, '.chips')).toEqual([]))
    await eventually(() => expect(focused(element)).toBe(row(element, first)))
  })

  test('by keyboard: one tab stop after the actions of the row with the focus, arrows from chip to chip, Escape back', async () => {
    const { element, server, roomId, first, last } = await conversation()
    for (const id of [first, last])
      for (const emoji of ['👍', '🎉', '🙏']) server.react(id, emoji, 'Grace', roomId)
    await eventually(() => expect(chipsOf(element, last)).toHaveLength(3))
    await pressOn(element, first, 'Shift')
    const stops = () => findAll(element, '.chip').filter(({ tabIndex }) => tabIndex === 0)
    await eventually(() => expect(stops()).toEqual([chip(element, first, '👍')]))
    chip(element, first, '👍').focus()
    press(chip(element, first, '👍'), 'ArrowRight')
    expect(focused(element)).toBe(chip(element, first, '🎉'))
    press(chip(element, first, '🎉'), 'End')
    expect(focused(element)?.ariaLabel).toBe('React')
    press(focused(element) as HTMLElement, 'Home')
    expect(focused(element)).toBe(chip(element, first, '👍'))
    press(chip(element, first, '👍'), 'Escape')
    expect(focused(element)).toBe(row(element, first))
  })

  test('twenty of them wrap inside the room, at 240 pixels too', async () => {
    const { element, server, roomId, first } = await conversation()
    element.style.inlineSize = '240px'
    for (let i = 0; i < 20; i++) server.react(first, String.fromCodePoint(0x1f600 + i), 'Grace', roomId)
    await eventually(() => expect(chipsOf(element, first)).toHaveLength(20))
    await settled(element)
    const frame = find(element, '.frame').getBoundingClientRect()
    for (const each of findAll(element, '.chip')) {
      const { left, right, height } = each.getBoundingClientRect()
      expect(left).toBeGreaterThanOrEqual(frame.left)
      expect(right).toBeLessThanOrEqual(frame.right)
      expect(Math.round(height)).toBeGreaterThanOrEqual(28)
    }
  })

  test('who may not react reads them: no buttons, and nothing offers to react', async () => {
    const { element, server, roomId, first } = await conversation()
    element.style.inlineSize = '640px'
    server.react(first, '👍', 'Grace', roomId)
    server.setCapabilities(['read', 'write'], roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍1']))
    await eventually(() => expect(findAll(element, 'button.chip')).toEqual([]))
    expect(find(element, '.chip').ariaLabel).toBe('👍, 1 person')
    expect(namesOf(await hover(element, first))).not.toContain('React')
    await pressOn(element, first, '+')
    expect(findAll(element, '.dock')).toEqual([])
  })
})

describe('reacting', () => {
  test('the button beside a message opens the usual ones near it; a choice is made and the focus is back', async () => {
    const { element, server, roomId, first } = await conversation()
    element.style.inlineSize = '640px'
    const reactions = await stored(server, roomId, first)
    const bar = await hover(element, first)
    button(bar, 'React').click()
    await settled(element)
    expect(namesOf(dock(element))).toEqual(['👍', '❤️', '😂', '🎉', '😮', '🙏', 'All emoji'])
    const panel = dock(element).getBoundingClientRect()
    const frame = find(element, '.frame').getBoundingClientRect()
    expect(panel.left).toBeGreaterThanOrEqual(frame.left)
    expect(panel.right).toBeLessThanOrEqual(frame.right)
    expect(isCovered(element, first)).toBe(false)
    button(dock(element), '🎉').click()
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
    expect(focused(element)).toBe(row(element, first))
    expect(chipsOf(element, first)).toEqual(['🎉1'])
    await eventually(() => expect(reactions()).toMatchObject([{ emoji: '🎉', count: 1 }]))
    await eventually(() => expect(spoken(element)).toContain('🎉 added'))
  })

  test('plus opens them from the row; arrows walk them, Escape gives the focus back', async () => {
    const { element, first } = await conversation()
    await pressOn(element, first, '+', { shiftKey: true })
    expect(focused(element)).toBe(button(dock(element), '👍'))
    press(focused(element) as HTMLElement, 'ArrowRight')
    expect(focused(element)).toBe(button(dock(element), '❤️'))
    press(focused(element) as HTMLElement, 'End')
    expect(focused(element)).toBe(button(dock(element), 'All emoji'))
    const onPage = vi.fn()
    document.addEventListener('keydown', onPage, { once: true })
    press(focused(element) as HTMLElement, 'Escape')
    document.removeEventListener('keydown', onPage)
    await settled(element)
    expect(onPage).not.toHaveBeenCalled()
    expect(findAll(element, '.dock')).toEqual([])
    expect(focused(element)).toBe(row(element, first))
  })

  test('what is one’s own is marked there, and taken back by choosing it again', async () => {
    const { element, first } = await conversation()
    await pressOn(element, first, '+')
    button(dock(element), '👍').click()
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍1']))
    await pressOn(element, first, '+')
    expect(button(dock(element), '👍').ariaPressed).toBe('true')
    button(dock(element), '👍').click()
    await eventually(() => expect(findAll(element, '.chips')).toEqual([]))
    await eventually(() => expect(spoken(element)).toContain('👍 removed'))
  })

  test('the button behind the chips opens them and closes them again', async () => {
    const { element, server, roomId, first } = await conversation()
    server.react(first, '👍', 'Grace', roomId)
    await eventually(() => chip(element, first, '👍'))
    const add = find(element, '.chip.add')
    add.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))
    add.click()
    await settled(element)
    expect(dock(element).role).toBe('dialog')
    add.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))
    add.click()
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
  })

  test('beside a message they are placed in the list as it is without the sheet that was open before', async () => {
    const { element, first, last, field } = await lowRoom()
    await pressOn(element, first, 'e')
    seek(field, '')
    press(field, 'Enter')
    await settled(element)
    press(focused(element) as HTMLElement, 'Escape')
    press(field, 'Escape')
    await settled(element)
    await pressOn(element, last, '+')
    expect(dock(element).className).toContain('near')
    expect(isCovered(element, last)).toBe(false)
  })

  test('they stay beside their message while others arrive', async () => {
    const { element, server, roomId, last } = await lowRoom()
    await pressOn(element, last, '+')
    const bubble = row(element, last).querySelector('.bubble')!
    const { top } = bubble.getBoundingClientRect()
    server.sayAs('Grace', 'and one more', roomId)
    await eventually(() => expect(bubble.getBoundingClientRect().top).toBeLessThan(top))
    await eventually(() => expect(gap(dock(element), bubble)).toBeLessThan(20))
    expect(isCovered(element, last)).toBe(false)
    expect(focused(element)).toBe(button(dock(element), '👍'))
  })

  test('they stay in a room that gets smaller, over the field if need be, and keep the focus', async () => {
    const { element, last } = await lowRoom()
    element.style.blockSize = '600px'
    await settled(element)
    await pressOn(element, last, '+')
    press(focused(element) as HTMLElement, 'End')
    for (const [width, height] of [
      [800, 400],
      [800, 240],
      [300, 240],
    ]) {
      element.style.inlineSize = `${width}px`
      element.style.blockSize = `${height}px`
      await eventually(() => {
        const [panel, frame] = [dock(element), find(element, '.frame')].map((each) =>
          each.getBoundingClientRect(),
        ) as [DOMRect, DOMRect]
        expect(panel.bottom).toBeLessThanOrEqual(frame.bottom)
        expect(panel.right).toBeLessThanOrEqual(frame.right)
        expect(isCovered(element, last)).toBe(false)
      })
      expect(focused(element)).toBe(button(dock(element), 'All emoji'))
    }
  })

  test('they go when somebody clicks elsewhere', async () => {
    const { element, first } = await conversation()
    await pressOn(element, first, '+')
    find(element, '.header').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }))
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
  })

  test('for fingers they are above the actions, 36 pixels and more, and the message stays in sight', async () => {
    const { element, last } = await conversation()
    element.style.inlineSize = '320px'
    await tap(element, last)
    await settled(element)
    expect(namesOf(dock(element)).slice(0, 7)).toEqual(['👍', '❤️', '😂', '🎉', '😮', '🙏', 'All emoji'])
    expect(namesOf(dock(element)).slice(7)).toEqual(['Edit', 'Copy text', 'Delete', 'Cancel'])
    for (const each of dock(element).querySelectorAll('button')) {
      const { width, height } = each.getBoundingClientRect()
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(36)
    }
    const { top } = dock(element).getBoundingClientRect()
    const bubble = row(element, last).querySelector('.bubble')!.getBoundingClientRect()
    expect(bubble.bottom).toBeLessThanOrEqual(top)
    button(dock(element), '🙏').click()
    await eventually(() => expect(chipsOf(element, last)).toEqual(['🙏1']))
  })

  test('a message that was not sent, is about to go or is gone offers none', async () => {
    const { element, server, roomId, first, last } = await conversation()
    server.delete(first, 'Ada', roomId)
    server.refuseNextSend('forbidden')
    await element.send('refused').catch(() => undefined)
    server.goOffline()
    void element.send('pending').catch(() => undefined)
    const unsent = (): string[] =>
      findAll(element, '.message.pending, .message.failed').map(({ dataset }) => dataset['key']!)
    await eventually(() => expect(unsent()).toHaveLength(2))
    for (const id of [first, ...unsent()]) {
      await pressOn(element, id, '+')
      expect(findAll(element, '.dock')).toEqual([])
    }
    await pressOn(element, last, '+')
    expect(findAll(element, '.dock')).toHaveLength(1)
  })

  test('without a connection it shows at once, and goes out with the next one', async () => {
    const { element, server, roomId, first } = await conversation()
    server.goOffline()
    await pressOn(element, first, '+')
    button(dock(element), '👍').click()
    await settled(element)
    expect(chipsOf(element, first)).toEqual(['👍1'])
    server.goOnline()
    const reactions = await stored(server, roomId, first)
    await eventually(() => expect(reactions()).toMatchObject([{ emoji: '👍', count: 1 }]))
    expect(chipsOf(element, first)).toEqual(['👍1'])
  })

  const refusals = [
    ['too_many_reactions', 'Reaction not added. There are too many different ones already.'],
    ['forbidden', 'Reaction not added. You may not react here.'],
    ['message_deleted', 'Reaction not added. It is no longer there.'],
  ] as const
  test.each(refusals)('refused with %s, it is gone again and says why', async (code, words) => {
    const { element, server, first } = await conversation()
    server.refuseNextChange(code)
    const told = nextEvent(element, 'chat-error')
    await pressOn(element, first, '+')
    button(dock(element), '👍').click()
    await eventually(() => expect(row(element, first).innerText).toContain(words))
    expect((await told).detail.error.code).toBe(code)
    expect(chipsOf(element, first)).toEqual([])
    button(row(element, first), 'Try again').click()
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍1']))
    expect(row(element, first).innerText).not.toContain(words)
  })

  test('a refused reaction does not hide the text of a refused edit', async () => {
    const { element, server, first } = await conversation()
    server.refuseNextChange('edit_window_closed')
    await pressOn(element, first, 'e')
    const field = find<HTMLTextAreaElement>(element, 'textarea')
    field.value = 'first, better'
    field.dispatchEvent(new Event('input', { bubbles: true }))
    press(field, 'Enter')
    await eventually(() => expect(row(element, first).innerText).toContain('Not edited.'))
    server.refuseNextChange('too_many_reactions')
    await pressOn(element, first, '+')
    button(dock(element), '👍').click()
    await eventually(() => expect(row(element, first).innerText).toContain('Reaction not added.'))
    expect(row(element, first).innerText).toContain('Not edited.')
  })
})

describe('all emoji', () => {
  test('are by group after the usual ones; arrows, Home and End walk them, and back to the search', async () => {
    const { element, first } = await conversation()
    const field = await openAll(element, first)
    expect(focused(element)).toBe(field)
    expect(offered(element).slice(0, 6)).toEqual(['👍', '❤️', '😂', '🎉', '😮', '🙏'])
    expect(offered(element).length).toBeGreaterThan(1_000)
    expect(findAll(element, '.picker h3')[0]!.innerText).toMatch(/Smileys/i)
    press(field, 'ArrowDown')
    const at = (): string | undefined => (focused(element) as HTMLElement).dataset['emoji']
    expect(at()).toBe('👍')
    press(focused(element) as HTMLElement, 'ArrowRight')
    expect(at()).toBe('❤️')
    const { left } = focused(element)!.getBoundingClientRect()
    press(focused(element) as HTMLElement, 'ArrowDown')
    expect(Math.abs(focused(element)!.getBoundingClientRect().left - left)).toBeLessThan(2)
    expect(offered(element).indexOf(at())).toBeGreaterThan(5)
    press(focused(element) as HTMLElement, 'ArrowUp')
    expect(at()).toBe('❤️')
    press(focused(element) as HTMLElement, 'End')
    expect(at()).toBe(offered(element).at(-1))
    press(focused(element) as HTMLElement, 'Home')
    press(focused(element) as HTMLElement, 'ArrowUp')
    expect(focused(element)).toBe(field)
    press(field, 'Escape')
    await settled(element)
    expect(findAll(element, '.dock')).toEqual([])
    expect(focused(element)).toBe(row(element, first))
  })

  test('go with a message that is deleted, and the focus goes to its row', async () => {
    const { element, server, roomId, first } = await conversation()
    const field = await openAll(element, first)
    expect(focused(element)).toBe(field)
    server.delete(first, 'Ada', roomId)
    await eventually(() => expect(findAll(element, '.dock')).toEqual([]))
    expect(focused(element)).toBe(row(element, first))
  })

  test('are found by name; Enter takes the first', async () => {
    const { element, first } = await conversation()
    const field = await openAll(element, first)
    seek(field, 'rocket')
    expect(offered(element)[0]).toBe('🚀')
    seek(field, 'heart')
    expect(offered(element)[0]).toBe('❤️')
    seek(field, 'xyzzy')
    expect(offered(element)).toEqual([])
    expect(shownText(element)).toContain('No emoji found')
    seek(field, 'ROCK')
    press(field, 'Enter')
    await eventually(() => expect(chipsOf(element, first)).toHaveLength(1))
    expect(findAll(element, '.dock')).toEqual([])
  })

  test.each([
    ['de', 'rakete', '🚀'],
    ['es', 'corazón', '❤️'],
    ['es', 'corazon rojo', '❤️'],
    ['ar', 'صاروخ', '🚀'],
    ['en', 'thumbs', '👍'],
    ['en', 'tada', '🎉'],
    ['en', 'lol', '😂'],
  ])('in %s “%s” finds %s', async (lang, query, emoji) => {
    const { element, first } = await conversation({ set: { lang } })
    await pressOn(element, first, '+')
    dock(element).querySelector<HTMLElement>('.usual button:last-child')!.click()
    await eventually(() => find(element, '.picker input'))
    seek(find<HTMLInputElement>(element, '.picker input'), query)
    expect(offered(element)).toContain(emoji)
  })

  test('keys typed in the search do not reach the page', async () => {
    const { element, first } = await conversation()
    const field = await openAll(element, first)
    const onPage = vi.fn()
    document.addEventListener('keydown', onPage)
    for (const key of ['k', 'ArrowDown', 'Enter']) press(field, key)
    document.removeEventListener('keydown', onPage)
    expect(onPage).not.toHaveBeenCalled()
  })

  test.each([240, 320, 400, 640])('in a room of %i px they do not cover their message', async (width) => {
    const { element, first } = await conversation()
    element.style.inlineSize = `${width}px`
    await settled(element)
    await openAll(element, first)
    await settled(element)
    expect(isCovered(element, first)).toBe(false)
    const list = find(element, '.scroller').getBoundingClientRect()
    expect(row(element, first).getBoundingClientRect().top).toBeGreaterThanOrEqual(list.top)
    press(find(element, '.picker input'), 'Escape')
    await settled(element)
    expect(getComputedStyle(find(element, '.view')).marginBlockEnd).toBe('0px')
  })

  test.each([240, 320, 400, 640])('fit into a room of %i px', async (width) => {
    const { element, last } = await conversation()
    element.style.inlineSize = `${width}px`
    element.style.blockSize = '300px'
    await settled(element)
    await openAll(element, last)
    const panel = dock(element).getBoundingClientRect()
    const frame = find(element, '.frame').getBoundingClientRect()
    expect(panel.left).toBeGreaterThanOrEqual(frame.left)
    expect(panel.right).toBeLessThanOrEqual(frame.right)
    expect(panel.top).toBeGreaterThanOrEqual(frame.top)
    expect(panel.bottom).toBeLessThanOrEqual(frame.bottom)
    const list = find(element, '.groups')
    expect(list.scrollWidth).toBe(list.clientWidth)
    expect(list.getBoundingClientRect().bottom).toBeLessThanOrEqual(panel.bottom)
    for (const each of findAll(element, '.picker .emoji-button').slice(0, 12))
      expect(each.getBoundingClientRect().width).toBeGreaterThanOrEqual(32)
  })

  test('a server that takes no emoji of these does not exist: each is one as the protocol has it', async () => {
    const { isEmoji } = await import('@alcove/sdk/protocol')
    const { EMOJI } = await import('../src/emoji/emoji.js')
    const all = EMOJI.flatMap((group) => group.split(' '))
    expect(all.filter((emoji) => !isEmoji(emoji))).toEqual([])
    expect(new Set(all).size).toBe(all.length)
  })

  test.each(['ar', 'de', 'en', 'es'])('each has a name in %s', async (tag) => {
    const { fetchNames } = await import('../src/emoji/names.js')
    const { EMOJI } = await import('../src/emoji/emoji.js')
    const { groups, lines } = await fetchNames(tag)
    const names = lines.split('\n')
    expect(groups).toHaveLength(EMOJI.length)
    expect(names).toHaveLength(EMOJI.flatMap((group) => group.split(' ')).length)
    expect(names.filter((line) => !/^[^|]+(\|[^|]+)?$/.test(line))).toEqual([])
  })
})

describe('what is said aloud', () => {
  test('that somebody reacted to one’s own message, gathered; not to those of others', async () => {
    const { element, server, roomId, first } = await conversation()
    const theirs = findAll(element, '.message')[0]!.dataset['key']!
    server.react(theirs, '😮', 'Grace', roomId)
    server.react(first, '👍', 'Grace', roomId)
    server.react(first, '🎉', 'Alan', roomId)
    await eventually(() => expect(spoken(element)).toContain('👍 🎉 to your message: \u2068first\u2069'))
    expect(spoken(element)).not.toContain('😮')
  })

  test('a crowd is one sentence, and the next one waits', async () => {
    const { element, server, roomId, first } = await conversation()
    const heard: string[] = []
    const watcher = new MutationObserver(() => heard.push(spoken(element)))
    watcher.observe(find(element, '[aria-live=polite]'), {
      subtree: true,
      characterData: true,
      childList: true,
    })
    for (let i = 0; i < 50; i++) server.react(first, '👍', { id: `u${i}`, name: `U${i}` }, roomId)
    await eventually(() => expect(heard.join()).toContain('to your message'))
    for (let i = 50; i < 60; i++) server.react(first, '👍', { id: `u${i}`, name: `U${i}` }, roomId)
    await eventually(() => expect(chipsOf(element, first)).toEqual(['👍60']))
    server.sayAs('Grace', 'and a word', roomId)
    await eventually(() => expect(spoken(element)).toContain('and a word'))
    watcher.disconnect()
    expect(heard.filter((words) => words.includes('to your message'))).toHaveLength(1)
  })
})

describe('axe finds nothing', () => {
  const scenes: [scene: string, set: (element: ChatRoom, id: string) => Promise<unknown>][] = [
    ['with chips', async () => undefined],
    ['with the usual ones', (element, id) => pressOn(element, id, '+')],
    ['with all emoji', openAll],
    ['with the sheet for fingers', tap],
  ]
  test.each(scenes)('%s', async (_, set) => {
    for (const theme of ['light', 'dark']) {
      const { element, server, roomId, first } = await conversation({ set: { theme } })
      server.react(first, '👍', 'Grace', roomId)
      await eventually(() => chip(element, first, '👍'))
      chip(element, first, '👍').click()
      server.react(first, '🎉', 'Grace', roomId)
      await eventually(() => expect(chipsOf(element, first)).toHaveLength(2))
      await set(element, first)
      await settled(element)
      expect(await violations(element)).toEqual([])
      element.remove()
    }
  })

  test('where one may only read', async () => {
    const { element } = await openRoom({
      before: (server, room) => {
        server.setCapabilities(['read'], room)
        server.react(server.sayAs('Grace', 'Good morning', room), '👍', 'Grace', room)
      },
    })
    await partLoaded(element)
    await settled(element)
    expect(await violations(element)).toEqual([])
  })
})

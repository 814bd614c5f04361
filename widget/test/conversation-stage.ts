/** For tests of what is done with messages: a room to do it in, and the hands to do it, by pointer, finger and key. */
import axe from 'axe-core'
import { expect } from 'vitest'
import type { ChatRoom } from '../src/chat-room.js'
import { eventually, find, openRoom, press, settled, type StageOptions } from './stage.js'

/** A room with a word of Grace and two of one's own, its actions there. */
export async function conversation(options: StageOptions = {}) {
  const staged = await openRoom({
    before: (server, room) => server.sayAs('Grace', 'Good morning', room),
    ...options,
  })
  const [first, last] = [await staged.element.send('first'), await staged.element.send('last')]
  await partLoaded(staged.element)
  await settled(staged.element)
  return {
    ...staged,
    first: first.id,
    last: last.id,
    field: find<HTMLTextAreaElement>(staged.element, 'textarea'),
  }
}

/** The part has its style sheet: nothing else has a rule for the bar. */
export const partLoaded = (element: ChatRoom): Promise<void> =>
  eventually(() =>
    expect(
      element.shadowRoot!.adoptedStyleSheets.some((sheet) =>
        [...sheet.cssRules].some((rule) => rule instanceof CSSStyleRule && rule.selectorText === '.bar'),
      ),
    ).toBe(true),
  )

export const row = (element: ChatRoom, id: string): HTMLElement => find(element, `[data-key="${id}"]`)
export const focused = (element: ChatRoom): Element | null => element.shadowRoot!.activeElement
export const spoken = (element: ChatRoom): string => find(element, '[aria-live=polite]').textContent

export function pointer(target: Element, name: string, pointerType: string): void {
  const { left, top } = target.getBoundingClientRect()
  target.dispatchEvent(
    new PointerEvent(name, {
      pointerType,
      bubbles: true,
      composed: true,
      clientX: left + 5,
      clientY: top + 5,
    }),
  )
}

export async function hover(element: ChatRoom, id: string): Promise<HTMLElement> {
  pointer(row(element, id).querySelector('.bubble')!, 'pointerover', 'mouse')
  await eventually(() => expect(row(element, id).querySelector('.bar')).not.toBeNull())
  await settled(element)
  return row(element, id).querySelector<HTMLElement>('.bar')!
}

export async function tap(element: ChatRoom, id: string): Promise<void> {
  const bubble = row(element, id).querySelector<HTMLElement>('.bubble')!
  pointer(bubble, 'pointerdown', 'touch')
  pointer(bubble, 'pointerup', 'touch')
  bubble.click()
  await settled(element)
}

/** Puts the focus on a row as its keys would, and presses one. */
export async function pressOn(
  element: ChatRoom,
  id: string,
  key: string,
  more?: KeyboardEventInit,
): Promise<void> {
  row(element, id).focus()
  press(row(element, id), key, more)
  await settled(element)
}

export const button = (within: Element, name: string): HTMLButtonElement => {
  const buttons = [...within.querySelectorAll('button')]
  const found = buttons.find(
    (each) => (each.ariaLabel ?? each.innerText.trim()) === name && each.checkVisibility(),
  )
  if (!found)
    throw new Error(
      `no button ${name} among ${buttons.map((each) => each.ariaLabel ?? each.innerText).join()}`,
    )
  return found
}

export const namesOf = (within: Element): string[] =>
  [...within.querySelectorAll('button')]
    .filter((each) => each.checkVisibility())
    .map((each) => each.ariaLabel ?? each.innerText.trim())

/** Whether the panel lies on anything that belongs to the message. */
export const isCovered = (element: ChatRoom, id: string): boolean => {
  const panel = dock(element).getBoundingClientRect()
  return [...row(element, id).querySelectorAll('.bubble, .meta > *, .chip')].some((each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect()
    const isNextTo = right <= panel.left || left >= panel.right
    return !isNextTo && bottom > panel.top + 1 && top < panel.bottom - 1
  })
}

export const dock = (element: ChatRoom): HTMLElement => find(element, '.dock')

/** What axe finds in the element as it is, once nothing fades any more. */
export async function violations(element: ChatRoom): Promise<string[]> {
  const fades = element.shadowRoot!.getAnimations()
  await Promise.all(fades.map(({ finished }) => finished.catch(() => undefined)))
  const { violations } = await axe.run(element, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

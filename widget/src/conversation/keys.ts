/** Recognises the keys of rows, and moves the focus among the buttons in them. */

export const hasModifier = ({ altKey, ctrlKey, metaKey }: KeyboardEvent): boolean =>
  altKey || ctrlKey || metaKey

export const isEnter = ({ key, shiftKey }: KeyboardEvent): boolean => key === 'Enter' && !shiftKey

/**
 * A letter is recognised by the character, or by its position on keyboards of another alphabet. Small Mac keyboards delete
 * with Backspace. Many keyboards need Shift for a plus; a letter with Shift is not the same key.
 */
export function isKey({ key, code, shiftKey }: KeyboardEvent, wanted: string): boolean {
  if (wanted === '+') return key === '+'
  if (shiftKey) return false
  if (wanted === 'Delete') return key === 'Delete' || key === 'Backspace'
  return key.toUpperCase() === wanted || (key > '\u007f' && code === `Key${wanted}`)
}

export const shownButtons = (within: Element): HTMLElement[] =>
  [...within.querySelectorAll('button')].filter((button) => button.checkVisibility())

/** Arrows, Home and End move the focus among the buttons of a group, and wrap around. False for another key. */
export function walk(key: string, from: HTMLElement, group: Element, isMirrored: boolean): boolean {
  const buttons = shownButtons(group)
  const at = buttons.indexOf(from)
  const next = isMirrored ? at - 1 : at + 1
  const previous = isMirrored ? at + 1 : at - 1
  const to = { ArrowRight: next, ArrowLeft: previous, Home: 0, End: buttons.length - 1 }[key]
  if (to === undefined) return false
  buttons.at(to % buttons.length)?.focus()
  return true
}

/**
 * Puts a panel above the element that opened it, or below if there is more room, within the body of the room. The style sheet
 * keeps it inside.
 */

const GAP_PX = 4
/** All emoji are as high as there is room, within these bounds. */
const MIN_HEIGHT_PX = 232
const MAX_HEIGHT_PX = 344

export function placeNear(panel: HTMLElement, opener: Element): void {
  const around = panel.offsetParent
  if (!(around instanceof HTMLElement)) return
  const frame = around.getBoundingClientRect()
  const target = opener.getBoundingClientRect()
  // The page may scale the element; style lengths are before the scaling.
  const scale = frame.width / around.offsetWidth || 1
  const top = (target.top - frame.top) / scale
  const bottom = (target.bottom - frame.top) / scale
  const spaceAbove = top - 2 * GAP_PX
  const spaceBelow = around.offsetHeight - bottom - 2 * GAP_PX
  const height = Math.min(MAX_HEIGHT_PX, Math.max(MIN_HEIGHT_PX, spaceAbove, spaceBelow))
  const limit = around.offsetHeight - 2 * GAP_PX
  set(panel, 'h', Math.min(height, limit))
  const isAbove = spaceAbove >= panel.offsetHeight || spaceAbove >= spaceBelow
  set(panel, 'y', isAbove ? top - panel.offsetHeight - GAP_PX : bottom + GAP_PX)
  const middle = (target.left + target.width / 2 - frame.left) / scale
  set(panel, 'x', middle - panel.offsetWidth / 2)
}

const set = (panel: HTMLElement, name: string, px: number): void =>
  panel.style.setProperty(`--${name}`, `${px}px`)

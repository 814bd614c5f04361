/** Positions a panel next to the element that opened it, and shortens the list by the height of a sheet over the field. */

const GAP_PX = 4
/** The panel of all emoji is as high as there is room, within these limits. */
const MIN_HEIGHT_PX = 232
const MAX_HEIGHT_PX = 344
/** What remains of the list in the lowest room. */
const MIN_LIST_PX = 80

/** Above the opener, or below it if there is more room. The style sheet keeps the panel inside the room. */
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

/** The list ends where a sheet over the field begins, so that it covers no message. Undone by CSS when the sheet closes. */
export function makeRoomFor(sheet: HTMLElement): void {
  const body = sheet.parentElement
  const view = body?.querySelector<HTMLElement>('.view')
  if (!body || !view) return
  set(body, 'covered', 0)
  const below = body.offsetHeight - view.offsetTop - view.offsetHeight
  const isOver = sheet.offsetWidth === body.offsetWidth
  const covered = Math.min(sheet.offsetHeight - below, view.offsetHeight - MIN_LIST_PX)
  set(body, 'covered', isOver ? Math.max(0, covered) : 0)
}

const set = (element: HTMLElement, name: string, px: number): void =>
  element.style.setProperty(`--${name}`, `${px}px`)

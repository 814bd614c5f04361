/** Positions a panel next to the element that opened it, and shortens the list by the height of a sheet over the field. */
import { freeSpot, type Box } from './free-spot.js'

/** The panel of all emoji is as high as there is room. */
const HEIGHTS_PX = [344, 288, 232]
/** What remains of the list in the lowest room. */
const MIN_LIST_PX = 80
/** What there is to read in the list. The row of the message has some of it, and its actions. */
const WORDS = '.bubble, .meta > *, .chip, .bar, .day span, .divider span'

/** False if it cannot be placed without covering the message, `row`. The style sheet keeps the panel inside the room. */
export function placeNear(panel: HTMLElement, opener: Element, row: Element): boolean {
  const around = panel.offsetParent
  if (!(around instanceof HTMLElement)) return false
  const frame = around.getBoundingClientRect()
  // The page may scale the element; style lengths are before the scaling.
  const scale = frame.width / around.offsetWidth || 1
  const boxOf = (element: Element): Box => {
    const { left, top, right, bottom } = element.getBoundingClientRect()
    const [x, y] = [frame.left, frame.top]
    return {
      ...{ left: (left - x) / scale, top: (top - y) / scale },
      ...{ right: (right - x) / scale, bottom: (bottom - y) / scale },
    }
  }
  const room = { left: 0, top: 0, right: around.offsetWidth, bottom: around.offsetHeight }
  const words = [...around.querySelectorAll(WORDS)]
  const surroundings = {
    ...{ room, opener: boxOf(opener) },
    own: words.filter((each) => row.contains(each)).map(boxOf),
    others: words.filter((each) => !row.contains(each)).map(boxOf),
  }
  for (const height of HEIGHTS_PX) {
    set(panel, 'h', Math.min(height, around.offsetHeight - 8))
    const { box, isFree } = freeSpot(panel.offsetWidth, panel.offsetHeight, surroundings)
    set(panel, 'x', box.left)
    set(panel, 'y', box.top)
    if (isFree) return true
  }
  return false
}

/** Gives the list the height back that an earlier sheet took. */
export function giveBack(panel: HTMLElement): void {
  if (panel.parentElement) set(panel.parentElement, 'covered', 0)
}

/**
 * The list ends where a sheet begins, so that the sheet covers no message. `isAboveField`: the field under it remains in
 * sight. Undone by CSS when the sheet closes.
 */
export function makeRoomFor(sheet: HTMLElement, isAboveField: boolean): void {
  const body = sheet.parentElement
  const view = body?.querySelector<HTMLElement>('.view')
  if (!body || !view) return
  giveBack(sheet)
  const below = body.offsetHeight - view.offsetTop - view.offsetHeight
  const lift = isAboveField ? Math.min(below, body.offsetHeight - sheet.offsetHeight) : 0
  set(body, 'lift', lift)
  const isOver = sheet.offsetWidth === body.offsetWidth
  const covered = Math.min(sheet.offsetHeight + lift - below, view.offsetHeight - MIN_LIST_PX)
  set(body, 'covered', isOver ? Math.max(0, covered) : 0)
}

const set = (element: HTMLElement, name: string, px: number): void =>
  element.style.setProperty(`--${name}`, `${px}px`)

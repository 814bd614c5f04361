/** Puts a panel above what opened it, or below where there is no room, inside the room's body. The style keeps it in there. */

const GAP_PX = 4

export function placeNear(panel: HTMLElement, opener: Element): void {
  const around = panel.offsetParent
  if (!(around instanceof HTMLElement)) return
  const frame = around.getBoundingClientRect()
  const target = opener.getBoundingClientRect()
  // A page may scale what the room stands in.
  const scale = frame.width / around.offsetWidth || 1
  const above = (target.top - frame.top) / scale - panel.offsetHeight - GAP_PX
  const below = (target.bottom - frame.top) / scale + GAP_PX
  const middle = (target.left + target.width / 2 - frame.left) / scale
  panel.style.setProperty('--x', `${middle - panel.offsetWidth / 2}px`)
  panel.style.setProperty('--y', `${above < GAP_PX ? below : above}px`)
}

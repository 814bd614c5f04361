/** Notices that a message has moved under the panel next to it: the list scrolls, messages arrive, the room is resized. */

/** `place` is called at most once a frame. Returns the end of it. */
export function follow(panel: HTMLElement, row: Element, place: () => void): () => void {
  const room = panel.parentElement!
  let frame = 0
  let before = whereIs(row, room)
  const look = (): void => {
    frame = 0
    if (!row.isConnected || !panel.checkVisibility()) return
    const now = whereIs(row, room)
    if (now !== before) place()
    before = now
  }
  const soon = (): void => void (frame ||= requestAnimationFrame(look))
  // The panel of all emoji scrolls too.
  const scrolled = ({ target }: Event): void => {
    if (!panel.contains(target as Node)) soon()
  }
  const sizes = new ResizeObserver(soon)
  for (const each of [room, ...room.querySelectorAll('.scroller > *')]) sizes.observe(each)
  room.addEventListener('scroll', scrolled, true)
  return () => {
    cancelAnimationFrame(frame)
    sizes.disconnect()
    room.removeEventListener('scroll', scrolled, true)
  }
}

/** The page may scroll as well, and the panel moves with it. */
function whereIs(row: Element, room: Element): string {
  const [inner, outer] = [row.getBoundingClientRect(), room.getBoundingClientRect()]
  const at = [inner.left - outer.left, inner.top - outer.top, inner.width, inner.height]
  return [...at, outer.width, outer.height].map(Math.round).join()
}

/**
 * Keeps the reader's position. At the bottom, the list stays at the bottom whatever changes height; anywhere else, the
 * row being read stays where it is on screen, whether older messages are inserted above or the width changes.
 *
 * The browser's own scroll anchoring is switched off (`overflow-anchor: none`): Safari has none, and correcting a
 * change twice makes the list jump.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Closer than this to the end counts as the end: half a line plus rounding by zoom. */
const BOTTOM_SLACK_PX = 24
/** Within this distance of the first or last message shown, more of them are shown. */
const NEAR_PX = 600

interface Anchor {
  row: Element
  /** Distance from the top edge of the scroller to the top edge of the row. */
  offset: number
}

export interface ScrollHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment
}

/** The listener for what the reader does. */
export interface ScrollReader {
  /** The reader is near the oldest message shown. */
  nearTop(): void
  /** The reader is near the newest message shown. */
  nearEnd(): void
  /** The list changed its size or became visible. */
  resized(): void
  /** Newer messages are not shown, so the end of the list is not the end of the room. */
  readonly isCut: boolean
  /** The reader reached the end or left it. */
  bottomChanged(): void
  /** The end of the list came into view or left it, by scrolling or by being hidden. */
  endSeen(seen: boolean): void
}

export class ScrollController implements ReactiveController {
  #atBottom = true
  #scroller: HTMLElement | undefined
  #anchor: Anchor | undefined
  /** `NaN` after a reset of the position by the browser, which is not the reader's action. */
  #lastTop = NaN
  #undo: (() => void)[] = []
  #topWatch: IntersectionObserver | undefined
  #topSentinel: Element | undefined

  constructor(
    private readonly host: ScrollHost,
    private readonly reader: ScrollReader,
  ) {
    host.addController(this)
  }

  get atBottom(): boolean {
    return this.#atBottom
  }

  hostUpdated(): void {
    const scroller = this.host.renderRoot.querySelector<HTMLElement>('.scroller') ?? undefined
    if (scroller !== this.#scroller) this.#attach(scroller)
    this.#hold()
  }

  hostConnected(): void {
    this.#attach(undefined)
  }

  hostDisconnected(): void {
    this.#attach(undefined)
  }

  /** Another room: its list starts at the end. */
  reset(): void {
    this.#anchor = undefined
    this.#lastTop = NaN
    this.#setAtBottom(true)
  }

  toBottom(behavior: ScrollBehavior = 'auto'): void {
    this.#setAtBottom(true)
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight, behavior })
  }

  /**
   * Scrolls a row to the upper part of the view, for example after a night offline; stays at the end if everything
   * fits.
   */
  toRow(selector: string): void {
    const row = this.#scroller?.querySelector(selector)
    const scroller = this.#scroller
    if (!row || !scroller) return
    const offset = row.getBoundingClientRect().top - scroller.getBoundingClientRect().top
    if (offset >= 0) return
    this.#setAtBottom(false)
    scroller.scrollTop += offset - 8
    this.#remember()
  }

  /** Keeps the visible part where it is, even at the end, because something there is about to grow. */
  stay(): void {
    this.#setAtBottom(false)
    this.#remember()
  }

  /** Called after a page of history: an observer reports only changes, and the top may still be in view. */
  watchTopAgain(): void {
    if (!this.#topSentinel || !this.#topWatch) return
    this.#topWatch.unobserve(this.#topSentinel)
    this.#topWatch.observe(this.#topSentinel)
  }

  #attach(scroller: HTMLElement | undefined): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    this.#scroller = scroller
    this.#lastTop = NaN
    this.#topWatch = this.#topSentinel = undefined
    if (!scroller) return
    const onScroll = (): void => this.scrolled()
    scroller.addEventListener('scroll', onScroll, { passive: true })
    const sizes = new ResizeObserver(() => {
      this.#hold()
      this.reader.resized()
    })
    sizes.observe(scroller)
    const content = scroller.firstElementChild
    if (content) sizes.observe(content)
    const top = scroller.querySelector('.top')
    const end = scroller.querySelector('.end')
    const topWatch = new IntersectionObserver(
      (entries) => {
        if (entries.at(-1)?.isIntersecting && scroller.clientHeight) this.reader.nearTop()
      },
      { root: scroller, rootMargin: `${NEAR_PX}px 0px 0px` },
    )
    // Measured against the viewport, not the scroller: a room below the fold or in a closed launcher is not being read.
    const endWatch = new IntersectionObserver((entries) =>
      this.reader.endSeen(entries.at(-1)?.isIntersecting === true),
    )
    if (top) topWatch.observe(top)
    if (end) endWatch.observe(end)
    this.#topWatch = topWatch
    this.#topSentinel = top ?? undefined
    this.#undo = [
      () => scroller.removeEventListener('scroll', onScroll),
      () => sizes.disconnect(),
      () => topWatch.disconnect(),
      () => endWatch.disconnect(),
    ]
  }

  /** After anything changed size or position: returns to the end, or moves the row being read back to where it was. */
  #hold(): void {
    const scroller = this.#scroller
    if (!scroller?.clientHeight) return void (this.#lastTop = NaN)
    this.#takeScrolling(scroller)
    markCut(scroller)
    if (this.#atBottom) {
      scroller.scrollTop = scroller.scrollHeight
    } else if (this.#anchor?.row.isConnected) {
      const moved = offsetIn(scroller, this.#anchor.row) - this.#anchor.offset
      if (moved) scroller.scrollTop += moved
    }
    this.#remember()
  }

  /**
   * The browser reports a scroll a frame later, and a repaint in between must not undo it. Content that gets shorter moves the
   * list up as well, but not away from its end.
   */
  #takeScrolling(scroller: HTMLElement): void {
    const by = scroller.scrollTop - this.#lastTop
    const isUp = by < -1 && distanceToEnd(scroller) > BOTTOM_SLACK_PX
    if (this.#atBottom) {
      if (!isUp) return
      this.#anchor = undefined
      this.#setAtBottom(false)
    } else if (this.#anchor && (isUp || by > 1)) this.#anchor.offset -= by
  }

  /** Takes the current scroll position as the one the reader wants. */
  scrolled(): void {
    const scroller = this.#scroller
    // The browser resets a hidden scroller to 0, which is not the reader's action.
    if (!scroller?.clientHeight) return
    const distance = distanceToEnd(scroller)
    if (distance < NEAR_PX && !this.#atBottom) this.reader.nearEnd()
    if (distance <= BOTTOM_SLACK_PX && !this.reader.isCut) this.#setAtBottom(true)
    // Growth below arrives before its scroll event and does not mean that the reader left the end; only a move upwards
    // does.
    else if (scroller.scrollTop < this.#lastTop - 1) this.#setAtBottom(false)
    this.#remember()
  }

  #remember(): void {
    const scroller = this.#scroller
    if (!scroller) return
    this.#lastTop = scroller.scrollTop
    if (this.#atBottom) return
    const row = firstVisible(scroller)
    this.#anchor = row && { row, offset: offsetIn(scroller, row) }
  }

  #setAtBottom(atBottom: boolean): void {
    if (this.#atBottom === atBottom) return
    this.#atBottom = atBottom
    this.reader.bottomChanged()
  }
}

const distanceToEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): number =>
  scrollHeight - scrollTop - clientHeight

const offsetIn = (scroller: Element, row: Element): number =>
  row.getBoundingClientRect().top - scroller.getBoundingClientRect().top

/**
 * The style limits the height of a text by that of the list, so only layout shows which texts were cut off. All are
 * measured before any is marked, because marking changes the layout.
 */
function markCut(scroller: Element): void {
  const texts = Array.from(scroller.querySelectorAll<HTMLElement>('.text'))
  const folds = texts.map(({ offsetHeight, parentElement: fold }) => ({
    fold,
    isCut: offsetHeight > fold!.clientHeight + 1,
  }))
  for (const { fold, isCut } of folds) fold!.toggleAttribute('data-cut', isCut)
}

/** Rows are in order from top to bottom, so a binary search works. */
function firstVisible(scroller: Element): Element | undefined {
  // Only messages keep their position: a day mark moves up to its first message, the mark of a break down to the next
  // break.
  const rows = scroller.querySelectorAll('.message')
  const edge = scroller.getBoundingClientRect().top
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > edge) high = middle
    else low = middle + 1
  }
  return rows[low]
}

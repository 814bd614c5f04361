/**
 * Keeps the reader's place. At the bottom it stays at the bottom, whatever changes height; anywhere else the row
 * being read stays where it is on screen, whether older messages are put in above or the width changes.
 *
 * The browser's own scroll anchoring is switched off (`overflow-anchor: none`): Safari has none, and two
 * corrections for one change are a jump.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Closer than this to the end counts as the end: half a line, and what zoom rounds away. */
const BOTTOM_SLACK_PX = 24
/** Closer than this to the first or last message shown, more of them are shown. */
const NEAR_PX = 600

interface Anchor {
  row: Element
  /** From the top edge of the scroller to the top edge of the row. */
  offset: number
}

export interface ScrollHost extends ReactiveControllerHost {
  readonly renderRoot: HTMLElement | DocumentFragment
}

/** Who is told what the reader does. */
export interface ScrollReader {
  /** The reader is near the oldest message shown. */
  nearTop(): void
  /** The reader is near the newest message shown. */
  nearEnd(): void
  /** The list changed its size, or came into being on screen. */
  resized(): void
  /** Newer messages are not shown: the end of what is shown is not the end. */
  readonly isCut: boolean
  /** The reader came to the end, or left it. */
  bottomChanged(): void
  /** The end of the list came into the reader's sight, or went out of it: scrolled away, or hidden. */
  endSeen(seen: boolean): void
}

export class ScrollController implements ReactiveController {
  #atBottom = true
  #scroller: HTMLElement | undefined
  #anchor: Anchor | undefined
  #lastTop = 0
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

  /** Another room: its list begins at the end. */
  reset(): void {
    this.#anchor = undefined
    this.#setAtBottom(true)
  }

  toBottom(behavior: ScrollBehavior = 'auto'): void {
    this.#setAtBottom(true)
    this.#scroller?.scrollTo({ top: this.#scroller.scrollHeight, behavior })
  }

  /** Brings a row to the upper part of the view, as after a night away; stays at the end if all of it fits. */
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

  /** What is on screen stays where it is, also at the end: something there is about to grow. */
  stay(): void {
    this.#setAtBottom(false)
    this.#remember()
  }

  /** After a page of history: an observer only tells changes, and the top may still be in sight. */
  watchTopAgain(): void {
    if (!this.#topSentinel || !this.#topWatch) return
    this.#topWatch.unobserve(this.#topSentinel)
    this.#topWatch.observe(this.#topSentinel)
  }

  #attach(scroller: HTMLElement | undefined): void {
    for (const undo of this.#undo) undo()
    this.#undo = []
    this.#scroller = scroller
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
    // Against the viewport, not the scroller: a room below the fold, or in a closed launcher, is not being read.
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

  /** After anything changed size or place: back to the end, or the row being read back to where it was. */
  #hold(): void {
    const scroller = this.#scroller
    if (!scroller?.clientHeight) return
    markCut(scroller)
    if (this.#atBottom) {
      scroller.scrollTop = scroller.scrollHeight
    } else if (this.#anchor?.row.isConnected) {
      const moved = offsetIn(scroller, this.#anchor.row) - this.#anchor.offset
      if (moved) scroller.scrollTop += moved
    }
    this.#remember()
  }

  /** Where the list is now is where the reader wants it. */
  scrolled(): void {
    const scroller = this.#scroller
    // A hidden scroller is put to 0 by the browser; that is not the reader's doing.
    if (!scroller?.clientHeight) return
    const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
    if (distance < NEAR_PX && !this.#atBottom) this.reader.nearEnd()
    if (distance <= BOTTOM_SLACK_PX && !this.reader.isCut) this.#setAtBottom(true)
    // Growth below is no reason to let go, and arrives before its scroll event: only a move upwards is.
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

const offsetIn = (scroller: Element, row: Element): number =>
  row.getBoundingClientRect().top - scroller.getBoundingClientRect().top

/**
 * The style bounds the height of a text by that of the list, so only its layout tells which texts lost something. All are
 * measured before one is marked: a mark changes the layout.
 */
function markCut(scroller: Element): void {
  const texts = Array.from(scroller.querySelectorAll<HTMLElement>('.text'))
  const folds = texts.map(({ offsetHeight, parentElement: fold }) => ({
    fold,
    isCut: offsetHeight > fold!.clientHeight + 1,
  }))
  for (const { fold, isCut } of folds) fold!.toggleAttribute('data-cut', isCut)
}

/** Rows are in order from top to bottom, so half of them can be ruled out at each look. */
function firstVisible(scroller: Element): Element | undefined {
  // Only messages stay where they are: a day's name goes up to its first one, the mark of a break down to the next break.
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

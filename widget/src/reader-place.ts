/**
 * The reader's position in the room: which messages are drawn, how many are below, what is read, and how more history
 * is added at either end. The position on screen is in scroll.ts.
 */
import type { Message, Room } from '@alcove/sdk'
import type { ReactiveController } from 'lit'
import { Excerpt, ROWS_PER_STEP } from './excerpt.js'
import { ScrollController, type ScrollHost, type ScrollReader } from './scroll.js'
import type { SessionController } from './session.js'
import type { Divider } from './timeline.js'

/**
 * `overtaken`: the room has moved on so far that nothing is contiguous with the messages drawn; the only way is to the
 * newest.
 */
type Older = 'idle' | 'loading' | 'failed' | 'overtaken'

export class ReaderPlace implements ReactiveController, ScrollReader {
  /** Messages from others since the reader left the end. */
  newCount = 0
  #excerpt = new Excerpt()
  #older: Older = 'idle'
  #endSeen = false
  #shownDivider: Divider | undefined
  #isDividerAhead = false
  readonly #scroll: ScrollController

  constructor(
    private readonly host: ScrollHost & Element,
    private readonly session: SessionController,
  ) {
    this.#scroll = new ScrollController(host, this)
    // Registered after the scroller, so that the list is at its end before a divider is searched for.
    host.addController(this)
  }

  get atBottom(): boolean {
    return this.#scroll.atBottom
  }

  get isCut(): boolean {
    return this.#excerpt.isCut
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#pageShown)
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#pageShown)
  }

  hostUpdate(): void {
    const { divider } = this.session
    if (divider && divider !== this.#shownDivider) this.#excerpt.reach(divider.missed)
  }

  hostUpdated(): void {
    const { divider } = this.session
    if (divider === this.#shownDivider) return
    this.#shownDivider = divider
    this.#isDividerAhead = !!divider
    this.#goToDivider()
  }

  resized(): void {
    this.#goToDivider()
  }

  /** A reader who was at the end continues from where the break began, not from the end of the missed messages. */
  #goToDivider(): void {
    // Hidden, as in a closed launcher: scrolls there when it becomes visible.
    if (!this.#isDividerAhead || !this.host.clientHeight) return
    this.#isDividerAhead = false
    if (this.atBottom) this.#scroll.toRow('.divider')
  }

  /** Another room: starts at its end. */
  enter(): void {
    this.reset()
    this.#older = 'idle'
  }

  /** The messages drawn before are void. */
  reset(): void {
    this.#excerpt = new Excerpt()
    this.#scroll.reset()
  }

  /** The messages that are drawn now. */
  draw(messages: readonly Message[]): readonly Message[] {
    return this.#excerpt.draw(messages, this.atBottom)
  }

  /** The state of the history above the messages drawn. */
  above(room: Room, shown: readonly Message[]): 'more' | 'failed' | 'overtaken' | 'beginning' {
    if (shown[0] === room.messages[0] && !room.hasOlder) return 'beginning'
    return this.#older === 'failed' || this.#older === 'overtaken' ? this.#older : 'more'
  }

  /** A message from another person arrived. */
  messageArrived(): void {
    if (!this.atBottom) this.newCount++
  }

  /**
   * The focus may have moved the list. Immediately, because a repaint before the browser's scroll event would undo it.
   */
  focusMoved(): void {
    this.#scroll.scrolled()
  }

  toBottom(behavior?: ScrollBehavior): void {
    this.#scroll.toBottom(behavior)
  }

  /** A visible message is about to change its height. */
  stay(): void {
    this.#scroll.stay()
  }

  nearTop(): void {
    const { room } = this.session
    if (!room || this.#older !== 'idle') return
    if (this.#excerpt.up(room.messages)) this.#drawMore()
    else if (this.#excerpt.isOvertaken) this.#setOlder('overtaken')
    else if (room.hasOlder) this.loadOlder()
  }

  nearEnd(): void {
    if (!this.isCut) return
    // The next messages are far away in the history: continue at the end of the room.
    if (this.#excerpt.isOvertaken) return this.toBottom()
    this.#excerpt.down()
    this.host.requestUpdate()
  }

  bottomChanged(): void {
    this.newCount = 0
    if (this.atBottom && this.#older !== 'loading') this.#older = 'idle'
    this.host.requestUpdate()
  }

  endSeen(seen: boolean): void {
    this.#endSeen = seen
    this.readIfSeen()
  }

  readonly #pageShown = (): void => {
    this.readIfSeen()
    // The day may have changed.
    this.host.requestUpdate()
  }

  readonly readIfSeen = (): void => {
    const { room } = this.session
    if (!room?.unread || !this.atBottom || !this.#endSeen || document.hidden) return
    // The list has just been hidden, which the observer reports later.
    if (!this.host.clientHeight) return
    room.markRead().catch(() => undefined)
  }

  readonly loadOlder = (): void => {
    const { room } = this.session
    if (this.#excerpt.isOvertaken) this.toBottom()
    else if (room) void this.#load(room)
  }

  async #load(room: Room): Promise<void> {
    this.#setOlder('loading')
    const next = await room.loadOlder(ROWS_PER_STEP).then(
      () => 'idle' as const,
      () => 'failed' as const,
    )
    if (room !== this.session.room) return
    this.#setOlder(next)
    if (next === 'failed') return
    this.#excerpt.up(room.messages)
    this.#drawMore()
  }

  #drawMore(): void {
    this.host.requestUpdate()
    void this.host.updateComplete.then(() => this.#scroll.watchTopAgain())
  }

  #setOlder(older: Older): void {
    this.#older = older
    this.host.requestUpdate()
  }
}

/**
 * Where the reader is in the room: which messages are drawn, how many wait below, what is read, and how more of the
 * history comes in at either end. Where that is on screen is in scroll.ts.
 */
import type { Message, Room } from '@alcove/sdk'
import type { ReactiveController } from 'lit'
import { Excerpt, ROWS_PER_STEP } from './excerpt.js'
import { ScrollController, type ScrollHost, type ScrollReader } from './scroll.js'
import type { SessionController } from './session.js'
import type { Divider } from './timeline.js'

/** `overtaken`: the room moved on so far that nothing joins on to what is drawn; from here the way leads to the newest. */
type Older = 'idle' | 'loading' | 'failed' | 'overtaken'

export class ReaderPlace implements ReactiveController, ScrollReader {
  /** Messages of others since the reader left the end. */
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
    // After it: the list is at its end before a divider is looked for.
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

  /** Someone who was at the end reads on from where the break began, not from the end of what was missed. */
  #goToDivider(): void {
    // Hidden, as in a closed launcher: it is gone to when it can be seen.
    if (!this.#isDividerAhead || !this.host.clientHeight) return
    this.#isDividerAhead = false
    if (this.atBottom) this.#scroll.toRow('.divider')
  }

  /** Another room: at its end. */
  enter(): void {
    this.reset()
    this.#older = 'idle'
  }

  /** What was drawn before is void. */
  reset(): void {
    this.#excerpt = new Excerpt()
    this.#scroll.reset()
  }

  /** What is drawn now of all the messages there are. */
  draw(messages: readonly Message[]): readonly Message[] {
    return this.#excerpt.draw(messages, this.atBottom)
  }

  /** What stands above the messages drawn. */
  above(room: Room, shown: readonly Message[]): 'more' | 'failed' | 'overtaken' | 'beginning' {
    if (shown[0] === room.messages[0] && !room.hasOlder) return 'beginning'
    return this.#older === 'failed' || this.#older === 'overtaken' ? this.#older : 'more'
  }

  /** Somebody else said something. */
  messageArrived(): void {
    if (!this.atBottom) this.newCount++
  }

  /** The focus may have moved the list. At once: a repaint before the browser's own word would take it back. */
  focusMoved(): void {
    this.#scroll.scrolled()
  }

  toBottom(behavior?: ScrollBehavior): void {
    this.#scroll.toBottom(behavior)
  }

  /** A message is about to change its height under the reader's eyes. */
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
    // What comes next is far away in the history: the reader goes on where the room is.
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
    // What was today's may be yesterday's.
    this.host.requestUpdate()
  }

  readonly readIfSeen = (): void => {
    const { room } = this.session
    if (!room?.unread || !this.atBottom || !this.#endSeen || document.hidden) return
    // Just hidden, which the observer tells later.
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

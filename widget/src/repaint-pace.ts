/**
 * When an element may repaint: the first time at once, what comes after it together in the page's next frame. In a hot
 * room, where messages come faster than anyone reads, the page gets most of the time: each repaint lays out the list.
 * What the reader does there shows in the next frame all the same.
 */

/** A room is hot while messages come sooner one after the other than this. */
const HOT_GAP_MS = 200
const HOT_REPAINT_MS = 100
/** A page that nobody sees gets no frames, and its room goes on all the same. */
const UNSEEN_REPAINT_MS = 250

export class RepaintPace {
  /** Resolves when there may be another repaint; `undefined` when there may be one now. */
  pause: Promise<unknown> | undefined
  #grewAt = -Infinity
  #hotUntil = 0
  #hurry = (): void => undefined

  /** New messages are there. True when they came so soon after the last that the room is hot. */
  grew(): boolean {
    const now = performance.now()
    const isHot = now - this.#grewAt < HOT_GAP_MS
    if (isHot) this.#hotUntil = now + HOT_GAP_MS
    this.#grewAt = now
    return isHot
  }

  /** The reader did something, and shall not wait for the room. */
  readonly hurry = (): void => this.#hurry()

  repainted(): void {
    const pause =
      performance.now() < this.#hotUntil
        ? Promise.race([
            wait(HOT_REPAINT_MS),
            new Promise<void>((resolve) => (this.#hurry = resolve)).then(frame),
          ])
        : frame()
    this.pause = pause.then(() => (this.pause = undefined))
  }
}

const frame = (): Promise<unknown> =>
  Promise.race([new Promise(requestAnimationFrame), wait(UNSEEN_REPAINT_MS)])

const wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))

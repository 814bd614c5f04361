/**
 * When an element may repaint: the first time immediately, later changes together in the next animation frame. In a hot
 * room, where messages arrive faster than anyone reads, the page keeps most of the time, because each repaint lays out
 * the list. The reader's own actions still show in the next frame.
 */

/** A room is hot while messages arrive at shorter intervals than this. */
const HOT_GAP_MS = 200
const HOT_REPAINT_MS = 100
/** A hidden page gets no animation frames, but its room continues. */
const UNSEEN_REPAINT_MS = 250

export class RepaintPace {
  /** Resolves when the next repaint is allowed; `undefined` if it is allowed now. */
  pause: Promise<unknown> | undefined
  #grewAt = -Infinity
  #hotUntil = 0
  #hurry = (): void => undefined

  /** New messages arrived. True if they came so soon after the last that the room is hot. */
  grew(): boolean {
    const now = performance.now()
    const isHot = now - this.#grewAt < HOT_GAP_MS
    if (isHot) this.#hotUntil = now + HOT_GAP_MS
    this.#grewAt = now
    return isHot
  }

  /** The reader did something and must not wait for the room. */
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

/**
 * Which of a room's messages are drawn: the newest ones while the reader is at the end; further up, a fixed stretch,
 * however fast the room grows, even when its messages are no longer in memory.
 */
import type { Message } from '@alcove/sdk'

/** The number drawn at the end, which keeps a busy room light however long it runs. */
const ROWS_AT_END = 150
/** How many more are drawn per step, upwards or downwards. */
export const ROWS_PER_STEP = 100
/** The most that are drawn; beyond it, messages added at one end are removed at the other. */
const MOST_ROWS = 600

export class Excerpt {
  /** Whether there are later messages that are not drawn. */
  isCut = false
  /** Whether the first one drawn is no longer in memory, so that the excerpt cannot grow at either end. */
  isOvertaken = false
  #atEnd = ROWS_AT_END
  #from = 0
  #drawn: readonly Message[] = []

  /** The part of `messages` that is drawn now. */
  draw(messages: readonly Message[], atEnd: boolean): readonly Message[] {
    const first = firstSeq(messages)
    const start = this.#from - first
    // Starts over for a reader who returns.
    if (!atEnd) this.#atEnd = ROWS_AT_END
    const isStill = !atEnd && this.#from > 0 && first > 0 && start < messages.length
    this.isOvertaken = isStill && start < 0
    this.isCut = isStill && (start < 0 || start + MOST_ROWS < messages.length)
    this.#drawn = this.isOvertaken
      ? this.#drawn.filter(({ seq }) => seq).map((message) => messages[message.seq! - first] ?? message)
      : isStill
        ? messages.slice(start, start + MOST_ROWS)
        : messages.slice(-this.#atEnd)
    this.#from = firstSeq(this.#drawn)
    return this.#drawn
  }

  /** At the end, extends the excerpt back so that `count` messages and some before them are drawn. */
  reach(count: number): void {
    this.#atEnd = Math.min(Math.max(this.#atEnd, count + ROWS_AT_END), MOST_ROWS)
  }

  /** Adds older messages; false if there are none. */
  up(messages: readonly Message[]): boolean {
    const first = firstSeq(messages)
    if (this.#from <= first) return false
    this.#from = Math.max(first, this.#from - ROWS_PER_STEP)
    this.#atEnd += ROWS_PER_STEP
    return true
  }

  /** Adds newer messages. */
  down(): void {
    this.#from += ROWS_PER_STEP
  }
}

const firstSeq = (messages: readonly Message[]): number => messages[0]?.seq ?? 0

/**
 * Which of a room's messages are drawn: the newest while the reader is at the end; further up a stretch that stands
 * still, however fast the room grows, even when it has grown so far that they are no longer kept.
 */
import type { Message } from '@alcove/sdk'

/** While the reader is at the end; a busy room stays light however long it runs. */
const ROWS_AT_END = 150
/** More per step, upwards or downwards. */
export const ROWS_PER_STEP = 100
/** At most; what is taken in at one end then goes at the other. */
const MOST_ROWS = 600

export class Excerpt {
  /** Messages follow that are not drawn. */
  isCut = false
  /** The first of those drawn is no longer kept: nothing can be taken in at either end. */
  isOvertaken = false
  #atEnd = ROWS_AT_END
  #from = 0
  #drawn: readonly Message[] = []

  /** What is drawn now of all the `messages` there are. */
  draw(messages: readonly Message[], atEnd: boolean): readonly Message[] {
    const first = firstSeq(messages)
    const start = this.#from - first
    // A reader who comes back begins anew.
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

  /** At the end, goes so far back that `count` messages and some before them are drawn. */
  reach(count: number): void {
    this.#atEnd = Math.min(Math.max(this.#atEnd, count + ROWS_AT_END), MOST_ROWS)
  }

  /** Takes in older messages; false when there are none to take. */
  up(messages: readonly Message[]): boolean {
    const first = firstSeq(messages)
    if (this.#from <= first) return false
    this.#from = Math.max(first, this.#from - ROWS_PER_STEP)
    this.#atEnd += ROWS_PER_STEP
    return true
  }

  /** Takes in newer messages. */
  down(): void {
    this.#from += ROWS_PER_STEP
  }
}

const firstSeq = (messages: readonly Message[]): number => messages[0]?.seq ?? 0

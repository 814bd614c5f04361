/**
 * Says aloud that somebody reacted to one's own message: its emoji and beginning, in one sentence. A popular message gets
 * more of them than anyone wants to hear of: they are gathered, and told at most every ten seconds, of three messages.
 * Not by whom: a room is told how many react, not who (ADR 38). Of others' messages nothing is said; a row that is walked to
 * has its counts in its name.
 */
import type { Message } from '@alcove/sdk'
import { beginningOf } from '../beginning-of.js'
import { isolated, type ShownRoom } from './shown-room.js'

const GATHER_MS = 1_000
const QUIET_MS = 10_000
const SPOKEN_MESSAGES = 3
const SPOKEN_EMOJI = 3

export class ReactionNews {
  readonly #emoji = new Map<string, Set<string>>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #quietUntil = 0

  constructor(private readonly shown: ShownRoom) {}

  readonly changed = ({ current, previous }: { current: Message; previous: Message }): void => {
    if (!this.shown.isOwn(current)) return
    const gained = current.reactions.filter(({ emoji }) => others(current, emoji) > others(previous, emoji))
    if (gained.length === 0) return
    const known = this.#emoji.get(current.id)
    // The latest message comes last.
    this.#emoji.delete(current.id)
    this.#emoji.set(current.id, new Set([...(known ?? []), ...gained.map(({ emoji }) => emoji)]))
    this.#timer ??= setTimeout(() => this.#speak(), Math.max(GATHER_MS, this.#quietUntil - performance.now()))
  }

  /** Another room is shown, or none. */
  forget(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#emoji.clear()
  }

  #speak(): void {
    const heard = [...this.#emoji].slice(-SPOKEN_MESSAGES)
    this.forget()
    this.#quietUntil = performance.now() + QUIET_MS
    for (const [id, emoji] of heard) {
      const message = this.shown.find(id)
      if (!message) continue
      const a = [...emoji].slice(-SPOKEN_EMOJI).join(' ')
      this.shown.say('reactedToYours', { a, b: isolated(beginningOf(message.text)) })
    }
  }
}

/** How many people other than oneself. */
function others({ reactions }: Message, emoji: string): number {
  const reaction = reactions.find((each) => each.emoji === emoji)
  return reaction ? reaction.count - Number(reaction.mine) : 0
}

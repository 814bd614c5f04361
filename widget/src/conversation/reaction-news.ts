/**
 * Announces to screen readers that somebody reacted to the user's own message: the emoji and the beginning of the message, in
 * one sentence. Reactions are collected and announced at most every ten seconds, for three messages, because a popular
 * message would otherwise interrupt everything else. It does not say who: clients receive counts only (ADR 38). Reactions to
 * messages of others are not announced; the name of their row has the counts.
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
    // Keeps the most recent message last.
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
    const latest = [...this.#emoji].slice(-SPOKEN_MESSAGES)
    this.forget()
    this.#quietUntil = performance.now() + QUIET_MS
    for (const [id, emoji] of latest) {
      const message = this.shown.find(id)
      if (!message) continue
      const a = [...emoji].slice(-SPOKEN_EMOJI).join(' ')
      this.shown.say('reactedToYours', { a, b: isolated(beginningOf(message.text)) })
    }
  }
}

/** How many people except the user. */
function others({ reactions }: Message, emoji: string): number {
  const reaction = reactions.find((each) => each.emoji === emoji)
  return reaction ? reaction.count - Number(reaction.mine) : 0
}

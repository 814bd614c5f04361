/**
 * Announces that somebody else edited or deleted the newest message. Nothing is announced for older ones: a log announces what
 * is added at its end, and an edit further up would interrupt somebody who reads or writes. An edit is announced with its
 * text when its author has paused, because a program may write a long answer by hundreds of edits. Whatever message is
 * deleted, its text does not stay in the live region.
 */
import type { Message } from '@alcove/sdk'
import { sharedIn, taggedName } from '../names.js'
import type { ShownRoom } from './shown-room.js'

const PAUSE_MS = 2_000

export class ChangeNews {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly shown: ShownRoom) {}

  readonly changed = ({ current, previous }: { current: Message; previous: Message }): void => {
    if (current.text === previous.text) return
    const { shown } = this
    if (current.deleted) shown.announcer.clear()
    if (shown.isOwn(current) || !this.#isNewest(current)) return
    clearTimeout(this.#timer)
    if (current.deleted) this.#speak(current)
    else this.#timer = setTimeout(() => this.#speak(current), PAUSE_MS)
  }

  /** Another room is shown, or none. */
  forget(): void {
    clearTimeout(this.#timer)
  }

  #speak(message: Message): void {
    const { shown } = this
    const { room } = shown
    if (!room || !this.#isNewest(message)) return
    shown.announcer.sayMessage(() => {
      const { text, deleted, user } = shown.find(message.id) ?? message
      const name = taggedName(user, sharedIn(room, room.messages))
      return deleted ? `${name}: ${shown.text('deleted')}` : `${name}, ${shown.text('edited')}: ${text}`
    })
  }

  #isNewest({ id }: Message): boolean {
    return this.shown.room?.messages.findLast(({ seq }) => seq !== undefined)?.id === id
  }
}

/**
 * Who is in a room and who is typing, as reported by the server: how long a report is valid, and how often our own
 * typing is sent.
 */
import { afterPresenceChange, NOBODY } from './presence.js'
import type { PresenceChanged, TypingChanged, User } from './protocol/index.js'
import type { Session } from './session.js'

/** The interval at which protocol and server expect it repeated. */
const SAY_EVERY_MS = 3_000
/** The server ends typing after 6 s; this covers a fact that never arrived. */
const BELIEVE_MS = 8_000

export interface PeopleParts {
  session: Session
  /** The local user is typing. */
  say(): void
  /** The typing list changed by timeout. */
  changed(): void
}

export class People {
  presence = NOBODY
  typing: readonly User[] = []
  readonly #parts: PeopleParts
  #saidAt = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: PeopleParts) {
    this.#parts = parts
  }

  applyPresence(fact: PresenceChanged): void {
    this.presence = afterPresenceChange(this.presence, fact, this.#parts.session.limits.listedMembers)
  }

  applyTyping(users: TypingChanged['users']): void {
    clearTimeout(this.#timer)
    this.typing = users.filter((user) => user.id !== this.#parts.session.me?.id)
    if (this.typing.length > 0) {
      this.#timer = setTimeout(() => {
        this.typing = []
        this.#parts.changed()
      }, BELIEVE_MS)
    }
  }

  keystroke(): void {
    // Above this many members, typing is not shown.
    if (this.presence.count > this.#parts.session.limits.typingMembers) return
    if (Date.now() - this.#saidAt < SAY_EVERY_MS) return
    this.#saidAt = Date.now()
    this.#parts.say()
  }

  /** Another person uses the room from now on. */
  forget(): void {
    this.presence = NOBODY
    this.applyTyping([])
    this.sent()
  }

  /** A sent message ends the typing; the next key press reports it again. */
  sent(): void {
    this.#saidAt = -Infinity
  }
}

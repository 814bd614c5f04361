/**
 * Who is in a room and who of them types, as the server tells it: how long we believe it, and how often we say that we
 * type ourselves.
 */
import { afterPresenceChange, NOBODY } from './presence.js'
import type { PresenceChanged, TypingChanged, User } from './protocol/index.js'
import type { Session } from './session.js'

/** As often as protocol and server want it repeated. */
const SAY_EVERY_MS = 3_000
/** The server ends it after 6 s; this is for the fact that never came. */
const BELIEVE_MS = 8_000

export interface PeopleParts {
  session: Session
  /** We type. */
  say(): void
  /** By itself, as time went by. */
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
    // Above this many members typing is not shown to anybody.
    if (this.presence.count > this.#parts.session.limits.typingMembers) return
    if (Date.now() - this.#saidAt < SAY_EVERY_MS) return
    this.#saidAt = Date.now()
    this.#parts.say()
  }

  /** Somebody else looks at the room from now on. */
  forget(): void {
    this.presence = NOBODY
    this.applyTyping([])
    this.sent()
  }

  /** A message went out, which ends it: the next key press says it anew. */
  sent(): void {
    this.#saidAt = -Infinity
  }
}

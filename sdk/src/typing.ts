/** Typing, both ways: how often we say it, and how long we believe it of others. */
import type { User } from './protocol/index.js'

/** As often as protocol and server want it repeated. */
const SAY_EVERY_MS = 3_000
/** The server ends it after 6 s; this is for the fact that never came. */
const BELIEVE_MS = 8_000

export class Typing {
  users: readonly User[] = []
  readonly #say: () => void
  readonly #changed: () => void
  #saidAt = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(say: () => void, changed: () => void) {
    this.#say = say
    this.#changed = changed
  }

  keystroke(): void {
    if (Date.now() - this.#saidAt < SAY_EVERY_MS) return
    this.#saidAt = Date.now()
    this.#say()
  }

  /** A message went out, which ends it: the next key press says it anew. */
  sent(): void {
    this.#saidAt = -Infinity
  }

  heard(users: readonly User[]): void {
    clearTimeout(this.#timer)
    this.users = users
    if (users.length > 0) {
      this.#timer = setTimeout(() => {
        this.users = []
        this.#changed()
      }, BELIEVE_MS)
    }
  }
}

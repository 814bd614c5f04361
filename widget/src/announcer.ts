/**
 * Announces events to people who use a screen reader: politely, at most once a second, and several messages as a
 * number. The message list itself is `role="log"` with `aria-live="off"`, because otherwise each message would be read
 * twice, and a page of older history would be read aloud from top to bottom.
 */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

const GAP_MS = 1_000
/** Up to this many messages are read out. */
const SPOKEN_MESSAGES = 3

export class AnnouncerController implements ReactiveController {
  /** The current text of the live region. */
  text = ''
  #waiting: string[] = []
  #messages: (() => string)[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly countMessages: (n: number) => string,
  ) {
    host.addController(this)
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#waiting = []
    this.#messages = []
    this.text = ''
  }

  /** What was said is not to be found any more. */
  clear(): void {
    this.text = ''
    this.host.requestUpdate()
  }

  say(text: string): void {
    this.#waiting.push(text)
    this.#schedule()
  }

  /** Read at the time of the announcement, when everybody who shares the name is known; nothing if it reads as `''`. */
  sayMessage(read: () => string): void {
    this.#messages.push(read)
    this.#schedule()
  }

  #schedule(): void {
    // The first announcement waits as well, so that events of the same moment are announced together.
    this.#timer ??= setTimeout(() => this.#speak(), GAP_MS)
  }

  #speak(): void {
    this.#timer = undefined
    const messages = this.#messages.map(spoken).filter(Boolean)
    const count = messages.length
    const said = count > SPOKEN_MESSAGES ? [this.countMessages(count)] : messages
    const text = [...this.#waiting, ...said].join('\n')
    this.#waiting = []
    this.#messages = []
    // Repeated text is only announced if the region changes.
    this.text = text === this.text ? `${text}\u00a0` : text
    this.host.requestUpdate()
  }
}

/**
 * Each on a separate line, so that no text can pass for another person's message, and no longer than people will listen
 * to.
 */
const spoken = (read: () => string): string =>
  read()
    .replace(/\s+/g, ' ')
    .replace(/^(.{200}).+/u, '$1…')

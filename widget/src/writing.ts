/** The reader's text: the draft, kept per person and room, and sending it as a message. */
import { ChatError, type Draft, type Message, type Room } from '@alcove/sdk'
import { Drafts } from './drafts.js'
import { asChatError } from './errors.js'
import { tell } from './events.js'
import type { SessionController, SessionHost } from './session.js'
import { canSend } from './views/composer.js'

/** The page caused this itself, so it is not reported. */
class Cancelled extends ChatError {
  constructor() {
    super('forbidden', 'unable to send message; a chat-before-send listener cancelled it')
  }
}

/** The listener for what happens to a draft and a message. */
export interface WritingWatcher {
  /** The draft was replaced, other than by typing. */
  draftReplaced(): void
  /** A message is being sent and is shown. */
  left(): void
  /** A typed message could not be sent. */
  failed(): void
}

export class Writing {
  draft = ''
  readonly #drafts = new Drafts()

  constructor(
    private readonly host: SessionHost,
    private readonly session: SessionController,
    private readonly watcher: WritingWatcher,
  ) {}

  /** The guest was logged out for good. */
  forgetGuest(): void {
    this.#drafts.forget(`${this.#place} guest:`)
  }

  /** Another room is shown, or the same one to another person: continues with the draft for it. */
  enter(room: Room | undefined): void {
    // Another tab of this browser has logged out.
    if (room && !this.session.chat?.me) this.forgetGuest()
    this.draft = room ? this.#drafts.read(this.#key(room)) : ''
    this.watcher.draftReplaced()
  }

  async send(message: string | Draft): Promise<Message> {
    const { room } = this.session
    if (!room) throw new ChatError('not_joined', 'unable to send message; no room is open')
    // The next person is already requested and will be shown in a moment.
    if (this.session.isOutdated)
      throw new ChatError('user_changed', 'unable to send message; somebody else is about to be shown')
    const draft: Draft = typeof message === 'string' ? { text: message } : { ...message }
    const detail = { draft }
    if (!tell(this.host, 'chat-before-send', detail)) throw new Cancelled()
    this.session.divider = undefined
    const sent = room.send(detail.draft)
    this.watcher.left()
    return sent
  }

  readonly write = (text: string): void => {
    const { room } = this.session
    this.draft = text
    this.host.requestUpdate()
    if (!room) return
    if (this.session.chat?.me) this.#drafts.write(this.#key(room), text)
    if (text) room.keystroke()
  }

  readonly submit = (): void => {
    const { room } = this.session
    const text = this.draft.trim()
    if (!room || !canSend(text, this.session.limits.messageCharacters)) return
    this.#replace('')
    const { length } = room.messages
    const sent = this.send(text)
    // A row shows its own text, even if it fails; without a row, the text returns to the field. If the page cancelled
    // the message and sent another instead, the row is that other message.
    const isShown = room.messages.length > length
    // Clearing the text disables the button, which would lose the focus.
    this.host.focus()
    sent.catch((error: unknown) => {
      const isCancelled = error instanceof Cancelled
      if ((isCancelled || !isShown) && !this.draft && room === this.session.room) this.#replace(text)
      // The room was left or its reader is gone; if the message can ever be sent, it is kept for the next visit.
      if (['closed', 'user_changed'].includes(asChatError(error).code)) return
      this.watcher.failed()
      if (!isCancelled) this.#tell(error)
    })
  }

  #replace(draft: string): void {
    this.write(draft)
    this.watcher.draftReplaced()
  }

  #tell(error: unknown): void {
    tell(this.host, 'chat-error', { error: asChatError(error) })
  }

  /** The next person at this browser must not see the last one's drafts. */
  #key(room: Room): string {
    return `${this.#place} ${this.session.chat?.me?.id ?? ''} ${room.id}`
  }

  get #place(): string {
    const { server, app } = this.host
    return `${server} ${app}`
  }
}

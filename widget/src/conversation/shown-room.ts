/** What every action needs of the room on screen: its messages, strings, announcements and focus targets. */
import type { ChatError, Message, Room } from '@alcove/sdk'
import type { ReactiveControllerHost } from 'lit'
import type { AnnouncerController } from '../announcer.js'
import { tell } from '../events.js'
import type { Language } from '../language.js'
import type { LanguageController } from '../language-controller.js'
import type { SessionController } from '../session.js'

export type ConversationHost = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode }

export class ShownRoom {
  constructor(
    readonly host: ConversationHost,
    readonly session: SessionController,
    readonly announcer: AnnouncerController,
    private readonly languages: LanguageController,
  ) {}

  get room(): Room | undefined {
    return this.session.room
  }

  get language(): Language {
    return this.languages.current
  }

  readonly text: Language['text'] = (key, words) => this.language.text(key, words)

  find(id: string): Message | undefined {
    return this.room?.messages.findLast((message) => message.id === id)
  }

  isOwn({ user }: Message): boolean {
    return user.id === this.session.chat?.me?.id
  }

  repaint(): void {
    this.host.requestUpdate()
  }

  say(...words: Parameters<Language['text']>): void {
    this.announcer.say(this.text(...words))
  }

  fail(error: ChatError): void {
    tell(this.host, 'chat-error', { error })
  }

  /** Synchronous: a removed button would lose the focus. */
  focusRow(id: string): void {
    this.row(id)?.focus({ preventScroll: true })
  }

  focusField(): void {
    this.host.focus({ preventScroll: true })
  }

  row(id: string): HTMLElement | null {
    return this.element(`[data-key="${CSS.escape(id)}"]`)
  }

  element(selector: string): HTMLElement | null {
    return this.host.renderRoot.querySelector<HTMLElement>(selector)
  }
}

/** Isolates the direction of user text inside a sentence. */
export const isolated = (text: string): string => `\u2068${text}\u2069`

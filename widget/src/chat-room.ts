/**
 * The `<chat-room>` element: properties in, events out, and which view is drawn. The connection is in session.ts, the
 * reader's position in reader-place.ts, writing in writing.ts, announcements in announcer.ts, the pace of repaints in
 * repaint-pace.ts, the appearance in views/ and styles/.
 */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { Draft, Message, Room, TokenFetcher } from '@alcove/sdk'
import { AnnouncerController } from './announcer.js'
import type { Conversation } from './conversation.js'
import { asChatError } from './errors.js'
import { tell } from './events.js'
import type { Language } from './language.js'
import { keepFocus } from './keep-focus.js'
import { LanguageController } from './language-controller.js'
import { LazyPart } from './lazy-part.js'
import type { PartialStrings } from './locales/strings.js'
import { sharedIn, taggedName } from './names.js'
import { NoRoom } from './no-room.js'
import type { PeoplePanel } from './people-panel.js'
import { ReaderPlace } from './reader-place.js'
import { RepaintPace } from './repaint-pace.js'
import { roomProperties } from './room-properties.js'
import { RovingFocus } from './roving-focus.js'
import { pageDeclaresScheme } from './scheme.js'
import { lastSeq, SessionController, type SessionHost } from './session.js'
import type { CreateChat } from './settings.js'
import { SpokenNotice } from './spoken-notice.js'
import { composer as composerStyles } from './styles/composer.js'
import { layout } from './styles/layout.js'
import { messages as messageStyles } from './styles/messages.js'
import { states } from './styles/states.js'
import { tokens } from './styles/tokens.js'
import { timeline } from './timeline.js'
import { banner } from './views/banner.js'
import { composer } from './views/composer.js'
import { emptyRoom, messageList, pill, typingLine } from './views/message-list.js'
import { peopleButton, type PeopleContext } from './views/people-button.js'
import { Writing } from './writing.js'

/**
 * A chat room.
 *
 * @fires chat-ready - The room is shown and can be used.
 * @fires chat-status - The connection's status changed.
 * @fires chat-message - A new message, including the reader's own; not for history.
 * @fires chat-before-send - Before a message or an edited text is sent; cancelable, `detail.draft` may be changed. For
 * an edit, `detail.edited` is the message.
 * @fires chat-unread - The number of unread messages changed.
 * @fires chat-error - Something failed; `detail.error.code` says what.
 *
 * @slot header - Replaces the heading.
 * @slot header-end - After the people button.
 * @slot empty - Replaces the text in an empty room.
 * @slot composer-start - Before the text field.
 * @slot composer-end - After the text field.
 *
 * @cssprop --alcove-accent - The reader's own bubbles, buttons, links. Text on it is black or white, whichever is more
 * legible.
 * @cssprop --alcove-radius - Radius of the corners; all other radii follow.
 * @cssprop --alcove-density - 1 is comfortable, 0.7 compact.
 */
export class ChatRoom extends LitElement implements SessionHost {
  static override styles = [tokens, layout, messageStyles, composerStyles, states]
  static override properties = roomProperties

  /** The server's address. */
  declare server: string
  /** The app's public id. */
  declare app: string
  /** The room's id. Changing it switches rooms; a room that cannot be entered leaves the old one on screen. */
  declare room: string
  /** A signed user's token. Prefer `tokenFetcher`, which can renew it. */
  declare token: string
  /** `auto` (default), `light` or `dark`. */
  declare theme: string
  /** A language tag, or `auto` (default): the nearest `lang` around the element, else the browser's. */
  declare lang: string
  /** The name a guest asks for. */
  declare name: string
  /** `comfortable` (default) or `compact`. */
  declare density: string
  /** Shown at the top; the room's id when empty. */
  declare heading: string
  /** Plays a soft sound for messages that arrive while the page is hidden or unfocused. Off by default. */
  declare sound: boolean
  /** Shows the technical reason when the room cannot be shown; always on localhost. */
  declare debug: boolean
  /** Fetches a token whenever one is needed. May be replaced at any time; the latest function is called. */
  declare tokenFetcher: TokenFetcher | undefined
  /** Strings to use instead of those of the locale. */
  declare strings: PartialStrings | undefined
  /** Creates the chat; for tests and stories, with `createFakeServer()` from `@alcove/sdk/testing`. */
  declare createChat: CreateChat | undefined
  /** Set by the code that created the element and knows what is missing; shown instead of the room. */
  declare missing: string

  readonly #session = new SessionController(this)
  readonly #language = new LanguageController(this)
  readonly #announcer = new AnnouncerController(this, (n) => this.#text('newMessages', { n }))
  // Created after the session, so that its list is rendered by the time this controller looks for it.
  readonly #place = new ReaderPlace(this, this.#session)
  readonly #writing = new Writing(this, this.#session, {
    draftReplaced: () => this.#fillField(),
    left: () => this.#place.toBottom(),
    failed: () => this.#announcer.say(this.#text('notSent')),
  })
  readonly #spokenNotice = new SpokenNotice(this, this.#session, this.#announcer, (key, filled) =>
    this.#text(key, filled),
  )
  readonly #noRoom = new NoRoom(this, this.#session)
  readonly #pace = new RepaintPace()
  readonly #panelPart = new LazyPart(this, () => import('./people-panel.js'))
  readonly #conversationPart = new LazyPart(this, () => import('./conversation.js'))
  #extras: Conversation | undefined
  #roving = new RovingFocus(this)
  #panel: PeoplePanel | undefined
  #followsPageScheme = false
  readonly #unfolded = new Set<string>()
  #freshAfter = 0
  #lastSeq = 0

  constructor() {
    super()
    this.server = this.app = this.room = this.token = this.name = this.heading = this.missing = ''
    this.theme = this.lang = 'auto'
    this.density = 'comfortable'
    this.sound = this.debug = false
    keepFocus(this)
  }

  // ---- methods of the element ----

  /** Sends a message as if it had been typed, including `chat-before-send`. Resolves when committed. */
  send(message: string | Draft): Promise<Message> {
    return this.#writing.send(message)
  }

  /** Moves the focus to the message field. */
  override focus(options?: FocusOptions): void {
    const field = this.renderRoot.querySelector?.('textarea')
    if (field) field.focus(options)
    else super.focus(options)
  }

  /** Switches to the user of this token; the view of the guest or the former user is closed first. */
  identify(token: string | TokenFetcher): void {
    this.token = typeof token === 'string' ? token : ''
    this.tokenFetcher = typeof token === 'string' ? undefined : token
    this.#session.identityChanged()
  }

  /**
   * Forgets the user, including this browser's guest and unsent messages. The visitor becomes a new guest if the app
   * accepts guests.
   */
  logout(): void {
    this.#extras?.settle()
    this.#session.forgetGuest()
    this.#writing.forgetGuest()
    this.token = ''
    this.tokenFetcher = undefined
    this.#session.identityChanged()
  }

  /** Opens the room again, also after `destroy()`. */
  reload(): void {
    this.#session.reload()
  }

  /** Closes the connection for good; `reload()` opens it again. */
  destroy(): void {
    this.#session.destroy()
  }

  // ---- lifecycle ----

  override connectedCallback(): void {
    super.connectedCallback()
    this.#followsPageScheme = pageDeclaresScheme(this)
    // In the capture phase, because the composer stops its key events. Only once, however often the element is moved.
    for (const act of ['keydown', 'input', 'click']) {
      this.renderRoot.addEventListener(act, this.#pace.hurry, true)
    }
    this.renderRoot.addEventListener('pointerover', this.#wantExtras)
  }

  protected override async scheduleUpdate(): Promise<void> {
    await this.#pace.pause
    void super.scheduleUpdate()
    this.#pace.repainted()
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('token')) this.#session.tokenChanged()
    if (changed.has('room')) this.#extras?.settle()
    const { room } = this.#session
    if (room) this.#noteGrowth(lastSeq(room))
  }

  override updated(): void {
    this.#fillField()
  }

  /** New messages are animated, but not in a hot room. */
  #noteGrowth(last: number): void {
    if (last === this.#lastSeq) return
    if (this.#pace.grew()) this.#freshAfter = last
    this.#lastSeq = last
  }

  // ---- callbacks of the controllers ----

  roomChanged(room: Room | undefined): void {
    this.#place.enter()
    this.#writing.enter(room)
    this.#roving = new RovingFocus(this)
    this.#panel?.forget()
    this.#unfolded.clear()
    this.#freshAfter = this.#lastSeq = room ? lastSeq(room) : 0
    this.#extras?.enter(room)
    // Safari has no `requestIdleCallback`: there the part is loaded at the first sign of interest.
    if (room) window.requestIdleCallback?.(this.#wantExtras)
    this.requestUpdate()
  }

  logReset(): void {
    this.#place.reset()
  }

  messageArrived(message: Message): void {
    const { chat, room } = this.#session
    if (message.user.id === chat?.me?.id) return
    this.#place.messageArrived()
    this.#announcer.sayMessage(() => {
      const { messages } = room!
      const { text, user } = messages.findLast(({ id }) => id === message.id) ?? message
      return text && `${taggedName(user, sharedIn(room!, messages))}: ${text}`
    })
    if (this.sound && (document.hidden || !document.hasFocus())) {
      import('./chime.js').then(({ chime }) => chime(), this.#tellFailure)
    }
  }

  readIfSeen(): void {
    this.#place.readIfSeen()
  }

  // ---- actions ----

  /**
   * Shows the draft in the field. Immediately when it is replaced: anything typed until the next repaint would be added
   * to a text that was sent, or to another room's. Never set to the value it already has, because somebody is typing
   * there.
   */
  readonly #fillField = (): void => {
    const field = this.shadowRoot?.querySelector('textarea')
    const { draft } = this.#writing
    if (field && field.value !== draft) field.value = draft
  }

  readonly #togglePanel = async (): Promise<void> => {
    if (this.#panel?.isOpen) return this.#panel.close()
    try {
      const part = await this.#panelPart.load()
      this.#panel ??= new part.PeoplePanel(this)
      this.#panel.open()
    } catch (error) {
      this.#tellFailure(error)
    }
  }

  /** Loads the message actions in an idle moment, or when somebody interacts with the room. */
  readonly #wantExtras = (): void =>
    this.#conversationPart.want(({ Conversation }) => {
      this.#extras = new Conversation(this, this.#session, this.#writing, this.#announcer, this.#language)
    })

  readonly #tellFailure = (error: unknown): void => {
    tell(this, 'chat-error', { error: asChatError(error) })
  }

  /** Expands a long message. */
  readonly #unfold = (id: string): void => {
    this.#place.stay()
    this.#unfolded.add(id)
    this.requestUpdate()
  }

  readonly #jump = (): void => {
    this.#place.toBottom(matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth')
    this.focus({ preventScroll: true })
  }

  // ---- views ----

  override render(): TemplateResult {
    const { tag, direction, text } = this.#language.current
    const { state } = this.#session
    const label = this.heading || this.room
    return html`<div
      class="frame${this.#followsPageScheme ? '' : ' auto'}"
      part="frame"
      role="region"
      aria-label=${label ? `${text('chat')}: ${label}` : text('chat')}
      lang=${tag}
      dir=${this.dir || direction}
    >
      ${state.name === 'open' ? this.#openView(state.room, label) : this.#noRoom.draw(text)}
      <div class="sr" aria-live="polite">${this.#announcer.text}</div>
    </div>`
  }

  #openView(room: Room, label: string): TemplateResult {
    const { chat, notice } = this.#session
    const language = this.#language.current
    const shown = this.#place.draw(room.messages)
    const people: PeopleContext = {
      language,
      me: chat?.me,
      members: room.members,
      memberCount: room.memberCount,
      sharedNames: sharedIn(room, shown),
    }
    const isPanelOpen = this.#panel?.isOpen === true
    return html`<div class="header" part="header">
        <div class="heading">
          <slot name="header"
            ><h2 part="heading"><bdi>${label}</bdi></h2></slot
          >
        </div>
        ${peopleButton(people, isPanelOpen, () => void this.#togglePanel())}
        <slot name="header-end"></slot>
      </div>
      ${notice ? banner(notice, language.text, this.#spokenNotice.retry) : nothing}
      <div class="body">
        <div class="body" ?inert=${isPanelOpen}>${this.#conversation(room, people, shown)}</div>
        ${this.#panel?.draw(people, chat)}
      </div>`
  }

  #conversation(room: Room, people: PeopleContext, shown: readonly Message[]): TemplateResult {
    const { language, me, sharedNames } = people
    const { text } = language
    const place = this.#place
    const writing = this.#writing
    const extras = this.#extras
    const rows = timeline(extras?.over(shown) ?? shown, me?.id, this.#session.divider)
    const mayWrite = room.capabilities.includes('write')
    return html`<div class="view">
        ${messageList({
          language,
          rows,
          above: place.above(room, shown),
          sharedNames,
          freshAfter: this.#freshAfter,
          activeKey: this.#roving.among(shown),
          now: Date.now(),
          isOnline: this.#session.chat?.status === 'online',
          unfolded: this.#unfolded,
          unfold: this.#unfold,
          extras,
          loadOlder: place.loadOlder,
          onKeydown: (event) => {
            this.#roving.walk(event)
            place.focusMoved()
          },
          onFocusin: (event) => {
            this.#roving.focused(event)
            place.focusMoved()
            this.#wantExtras()
          },
        })}
        ${rows.length || room.status !== 'joined' ? nothing : emptyRoom(text, mayWrite)}
        ${place.atBottom ? nothing : pill(place.newCount, text, this.#jump)}
      </div>
      ${typingLine(
        room.typingUsers.map(({ name }) => name),
        text,
      )}
      ${
        mayWrite
          ? composer({
              text,
              draft: writing.draft,
              limit: this.#session.limits.messageCharacters,
              onInput: writing.write,
              submit: writing.submit,
              ...extras?.purpose,
            })
          : html`<p class="readonly">${text('readOnly')}</p>`
      }
      ${extras?.dock()}`
  }

  readonly #text: Language['text'] = (key, filled) => this.#language.current.text(key, filled)
}

declare global {
  interface HTMLElementTagNameMap {
    'chat-room': ChatRoom
  }
}

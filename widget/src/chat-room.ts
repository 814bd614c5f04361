/**
 * The `<chat-room>` element: properties in, events out, and which view is shown when. The connection is in
 * session.ts, the reader's place in scroll.ts, what is said aloud in announcer.ts, the looks in views/ and styles/.
 */
import { LitElement, html, nothing, type CSSResult, type PropertyValues, type TemplateResult } from 'lit'
import { ChatError, type Draft, type Message, type Room, type TokenFetcher } from '@alcove/sdk'
import { LIMITS } from '@alcove/sdk/protocol'
import { AnnouncerController } from './announcer.js'
import { Drafts } from './drafts.js'
import { tell } from './events.js'
import { Excerpt, ROWS_PER_STEP } from './excerpt.js'
import { Language, wishedLanguages } from './language.js'
import { findLocale } from './locales/index.js'
import type { PartialStrings } from './locales/strings.js'
import { sharedNames } from './names.js'
import { reasonFor } from './reasons.js'
import { asChatError, lastSeq, SessionController, type CreateChat, type SessionHost } from './session.js'
import { pageDeclaresScheme } from './scheme.js'
import { ScrollController, type ScrollHost } from './scroll.js'
import { composer as composerStyles } from './styles/composer.js'
import { layout } from './styles/layout.js'
import { messages as messageStyles } from './styles/messages.js'
import { states } from './styles/states.js'
import { tokens } from './styles/tokens.js'
import { timeline } from './timeline.js'
import { banner, words } from './views/banner.js'
import { canSend, composer } from './views/composer.js'
import type * as memberPanel from './views/member-panel.js'
import { peopleButton, type PeopleContext } from './views/people-button.js'
import { emptyRoom, messageList, pill, typingLine } from './views/message-list.js'
import type * as refusal from './views/refusal.js'
import { closed, connecting, shut } from './views/states.js'

const CANCELLED = 'unable to send message; a chat-before-send listener cancelled it'

/** A room is hot while messages come sooner one after the other than this. */
const HOT_GAP_MS = 200
const HOT_REPAINT_MS = 100
/** A page that nobody sees gets no frames, and its room goes on all the same. */
const UNSEEN_REPAINT_MS = 250

/** How the attributes look; shared with `<chat-launcher>`, which passes them on. */
export const roomProperties = {
  server: { type: String },
  app: { type: String },
  room: { type: String },
  token: { type: String },
  theme: { type: String, reflect: true },
  lang: { type: String },
  name: { type: String },
  density: { type: String, reflect: true },
  heading: { type: String },
  sound: { type: Boolean },
  debug: { type: Boolean },
  tokenFetcher: { attribute: false },
  strings: { attribute: false },
  createChat: { attribute: false },
  missing: { attribute: false },
} as const

/**
 * A chat room.
 *
 * @fires chat-ready - The room can be seen and written in.
 * @fires chat-status - The connection's status changed.
 * @fires chat-message - A new message, own ones too; not for history.
 * @fires chat-before-send - Before a message is sent; cancelable, `detail.draft` may be changed.
 * @fires chat-unread - The number of unread messages changed.
 * @fires chat-error - Something failed; `detail.error.code` says what.
 *
 * @slot header - Instead of the heading.
 * @slot header-end - After the people button.
 * @slot empty - Instead of the words in an empty room.
 * @slot composer-start - Before the text field.
 * @slot composer-end - After the text field.
 *
 * @cssprop --alcove-accent - Own bubbles, buttons, links. Text on it is black or white, whichever reads better.
 * @cssprop --alcove-radius - Corners; everything round follows.
 * @cssprop --alcove-density - 1 is comfortable, 0.7 compact.
 */
export class ChatRoom extends LitElement implements SessionHost, ScrollHost {
  static override styles = [tokens, layout, messageStyles, composerStyles, states]
  static override properties = {
    ...roomProperties,
    _panelOpen: { state: true },
    _rename: { state: true },
    _atBottom: { state: true },
    _draft: { state: true },
    _older: { state: true },
  }

  /** The server's address. */
  declare server: string
  /** The app's public id. */
  declare app: string
  /** The room's id. Changing it switches rooms; a room that cannot be entered leaves the old one on screen. */
  declare room: string
  /** A signed user's token. Better `tokenFetcher`, which can renew it. */
  declare token: string
  /** `auto` (default), `light` or `dark`. */
  declare theme: string
  /** A language tag, or `auto` (default): the nearest `lang` around the element, else the browser's. */
  declare lang: string
  /** A guest's wished name. */
  declare name: string
  /** `comfortable` (default) or `compact`. */
  declare density: string
  /** Shown at the top; the room's id when empty. */
  declare heading: string
  /** A soft sound for messages that come while the page is not looked at. Off by default. */
  declare sound: boolean
  /** Shows the technical reason when the room cannot be shown; always on localhost. */
  declare debug: boolean
  /** Fetches a token whenever one is needed. The latest function set is the one called. */
  declare tokenFetcher: TokenFetcher | undefined
  /** Words to use instead of the locale's own. */
  declare strings: PartialStrings | undefined
  /** Makes the connection; for tests and stories, with `createFakeServer()` of `@alcove/sdk/testing`. */
  declare createChat: CreateChat | undefined
  /** Set by whoever made the element and knows what it lacks; shown instead of the room. */
  declare missing: string

  declare private _panelOpen: boolean
  declare private _rename: { error: string | undefined } | undefined
  declare private _atBottom: boolean
  declare private _draft: string
  declare private _older: 'idle' | 'loading' | 'failed'

  readonly #session = new SessionController(this)
  readonly #announcer = new AnnouncerController(this, (n) => this.#language.text('newMessages', { n }))
  readonly #drafts = new Drafts()
  #language = new Language(findLocale([]))
  #languageKey = ''
  #followsPageScheme = false
  #excerpt = new Excerpt()
  /** Messages of others since the reader left the end. */
  #newCount = 0
  #freshAfter = 0
  #lastSeq = 0
  #grewAt = 0
  #calmAt = 0
  #pause: Promise<unknown> | undefined
  #activeKey: string | undefined
  #endSeen = false
  #panel: typeof memberPanel | undefined
  #refusal: typeof refusal | undefined
  #isRefusalAsked = false
  #spokenNotice = ''
  #shownDivider: unknown
  // After the session: its list is rendered by the time this one looks for it.
  readonly #scroll = new ScrollController(this)

  constructor() {
    super()
    this.server = this.app = this.room = this.token = this.name = this.heading = this.missing = ''
    this.theme = this.lang = 'auto'
    this.density = 'comfortable'
    this.sound = this.debug = this._panelOpen = false
    this._atBottom = true
    this._draft = ''
    this._older = 'idle'
  }

  // ---- methods of the element ----

  /** Sends as if typed, `chat-before-send` included. Resolves when committed. */
  async send(message: string | Draft): Promise<Message> {
    const room = this.#session.room
    if (!room) throw new ChatError('not_joined', 'unable to send message; no room is open')
    const draft: Draft = typeof message === 'string' ? { text: message } : { ...message }
    const detail = { draft }
    if (!tell(this, 'chat-before-send', detail)) {
      throw new ChatError('forbidden', CANCELLED)
    }
    this.#session.divider = undefined
    const sent = room.send(detail.draft)
    this.#scroll.toBottom()
    return sent
  }

  /** Puts the cursor into the message field. */
  override focus(options?: FocusOptions): void {
    const field = this.renderRoot.querySelector?.('textarea')
    if (field) field.focus(options)
    else super.focus(options)
  }

  /** Becomes the user of this token; the guest's or former user's view is closed first. */
  identify(token: string | TokenFetcher): void {
    this.token = typeof token === 'string' ? token : ''
    this.tokenFetcher = typeof token === 'string' ? undefined : token
    this.#session.identityChanged()
  }

  /** Forgets the user; the visitor is a guest again, where the app takes guests. */
  logout(): void {
    this.token = ''
    this.tokenFetcher = undefined
    this.#session.identityChanged()
  }

  /** Opens the room anew, also after `destroy()`. */
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
    document.addEventListener('visibilitychange', this.readIfSeen)
    this.#followsPageScheme = pageDeclaresScheme(this)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('visibilitychange', this.readIfSeen)
  }

  /**
   * At most one repaint a frame: the first at once, whatever comes after it together. While messages come faster than
   * anyone reads the page gets most of the time: each repaint lays out the whole list.
   */
  protected override async scheduleUpdate(): Promise<void> {
    await this.#pause
    void super.scheduleUpdate()
    const pause =
      performance.now() < this.#calmAt
        ? wait(HOT_REPAINT_MS)
        : Promise.race([new Promise(requestAnimationFrame), wait(UNSEEN_REPAINT_MS)])
    this.#pause = pause.then(() => void (this.#pause = undefined))
  }

  override willUpdate(changed: PropertyValues<this>): void {
    this.#chooseLanguage(changed.has('strings'))
    if (changed.has('token')) this.#session.tokenChanged()
    const { divider } = this.#session
    if (divider && divider !== this.#shownDivider) this.#excerpt.reach(divider.missed)
    const { room } = this.#session
    if (room) this.#noteGrowth(lastSeq(room))
  }

  override updated(): void {
    const { divider, notice } = this.#session
    if (divider !== this.#shownDivider) {
      this.#shownDivider = divider
      // Someone who was at the end reads on from where the break began, not from the end of what was missed.
      if (divider && this._atBottom) this.#scroll.toRow('.divider')
    }
    const spoken = notice ? words(notice, this.#language.text, true) : ''
    if (spoken !== this.#spokenNotice) {
      this.#spokenNotice = spoken
      if (spoken) this.#announcer.say(spoken)
    }
  }

  // ---- what the controllers tell ----

  roomChanged(room: Room | undefined): void {
    this.logReset()
    this.#activeKey = undefined
    this._older = 'idle'
    this._panelOpen = false
    this._rename = undefined
    this.#freshAfter = this.#lastSeq = room ? lastSeq(room) : 0
    this._draft = room ? this.#drafts.read(this.#draftKey(room)) : ''
  }

  logReset(): void {
    this.#excerpt = new Excerpt()
    this.#scroll.reset()
  }

  messageArrived(message: Message): void {
    if (message.user.id === this.#session.chat?.me?.id) return
    if (!this._atBottom) this.#newCount++
    this.#announcer.sayMessage(`${message.user.name}: ${message.text}`)
    if (this.sound && (document.hidden || !document.hasFocus())) {
      void import('./chime.js').then(({ chime }) => chime())
    }
  }

  nearTop(): void {
    const { room } = this.#session
    if (!room || this._older !== 'idle') return
    if (this.#excerpt.up(room.messages)) {
      this.requestUpdate()
      void this.updateComplete.then(() => this.#scroll.watchTopAgain())
    } else if (this.#excerpt.isOvertaken) this._older = 'failed'
    else if (room.hasOlder) void this.#loadOlder(room)
  }

  nearEnd(): void {
    if (!this.isCut) return
    // What comes next is far away in the history: the reader goes on where the room is.
    if (this.#excerpt.isOvertaken) return this.#scroll.toBottom()
    this.#excerpt.down()
    this.requestUpdate()
  }

  get isCut(): boolean {
    return this.#excerpt.isCut
  }

  bottomChanged(atBottom: boolean): void {
    this._atBottom = atBottom
    this.#newCount = 0
    if (atBottom && this._older === 'failed') this._older = 'idle'
  }

  endSeen(seen: boolean): void {
    this.#endSeen = seen
    this.readIfSeen()
  }

  readonly readIfSeen = (): void => {
    const { room } = this.#session
    if (!room?.unread || !this._atBottom || !this.#endSeen || document.hidden) return
    // Just hidden, which the observer tells later.
    if (!this.clientHeight) return
    room.markRead().catch(() => undefined)
  }

  // ---- actions ----

  async #loadOlder(room: Room): Promise<void> {
    if (this.#excerpt.isOvertaken) return this.#scroll.toBottom()
    this._older = 'loading'
    try {
      await room.loadOlder(ROWS_PER_STEP)
      if (room === this.#session.room) this._older = 'idle'
    } catch {
      if (room === this.#session.room) this._older = 'failed'
    }
    if (room !== this.#session.room || this._older === 'failed') return
    this.#excerpt.up(room.messages)
    await this.updateComplete
    this.#scroll.watchTopAgain()
  }

  /** Messages rise into place, but not in a hot room. */
  #noteGrowth(last: number): void {
    if (last === this.#lastSeq) return
    const now = performance.now()
    if (now - this.#grewAt < HOT_GAP_MS) {
      this.#freshAfter = last
      this.#calmAt = now + HOT_GAP_MS
    }
    this.#grewAt = now
    this.#lastSeq = last
  }

  #chooseLanguage(isForced: boolean): void {
    const locale = findLocale(wishedLanguages(this, this.lang))
    const key = `${locale.tag} ${locale.loading ? 'loading' : ''}`
    if (key === this.#languageKey && !isForced) return
    this.#languageKey = key
    this.#language = new Language(locale, this.strings)
    void locale.loading?.then(() => this.requestUpdate())
  }

  /** The next person at this browser must not see what the last one had half written. */
  #draftKey(room: Room): string {
    return `${this.server} ${this.app} ${this.#session.chat?.me?.id ?? ''} ${room.id}`
  }

  readonly #write = (text: string): void => {
    const { room } = this.#session
    this._draft = text
    if (!room) return
    this.#drafts.write(this.#draftKey(room), text)
    if (text) room.keystroke()
  }

  readonly #submit = (): void => {
    const { room } = this.#session
    const text = this._draft.trim()
    if (!room || !canSend(text, this.#limits.messageCharacters)) return
    this.#write('')
    this.send(text).catch((error: unknown) => {
      // A failed row shows its own text; without one the words go back to where they were typed.
      const kept = room.messages.some((message) => message.state === 'failed' && message.text === text)
      if (!kept && !this._draft && room === this.#session.room) this.#write(text)
      this.#announcer.say(this.#language.text('notSent'))
      const failure = asChatError(error)
      // The page's own doing is no error to tell it of.
      if (failure.message !== CANCELLED) tell(this, 'chat-error', { error: failure })
    })
  }

  readonly #retryMessage = (id: string): void => {
    this.#session.room
      ?.retry(id)
      .catch((error: unknown) => tell(this, 'chat-error', { error: asChatError(error) }))
  }

  readonly #discardMessage = (id: string): void => {
    this.#session.room?.discard(id)
    this.focus()
  }

  readonly #togglePanel = async (): Promise<void> => {
    if (this._panelOpen) return this.#closePanel()
    try {
      await this.#fetchPanel()
    } catch (error) {
      return void tell(this, 'chat-error', { error: asChatError(error) })
    }
    this._panelOpen = true
    await this.updateComplete
    this.#element('.panel')?.focus()
  }

  readonly #closePanel = (): void => {
    this._panelOpen = false
    this._rename = undefined
    void this.updateComplete.then(() => this.#element('.people')?.focus())
  }

  readonly #editName = (): void => {
    this._rename = { error: undefined }
    void this.updateComplete.then(() => (this.#element('.rename input') as HTMLInputElement | null)?.select())
  }

  readonly #leaveName = (): void => {
    this._rename = undefined
    void this.updateComplete.then(() => this.#element('.panel')?.focus())
  }

  readonly #saveName = async (name: string): Promise<void> => {
    const { chat } = this.#session
    if (!chat) return
    const { text } = this.#language
    const n = this.#limits.nameCharacters
    try {
      if (!name || [...name].length > n) throw new ChatError('name_invalid', 'unable to rename; length')
      await chat.setName(name)
      this.#leaveName()
    } catch (error) {
      const { code } = asChatError(error)
      const sentence = code === 'name_invalid' ? text('nameInvalid', { n }) : text(`${reasonFor(code)}Title`)
      if (this._rename) this._rename = { error: sentence }
    }
  }

  readonly #jump = (): void => {
    this.#scroll.toBottom(matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth')
    this.focus({ preventScroll: true })
  }

  /** Up, down, home and end walk the messages; only one of them is in the tab order. */
  readonly #walk = (event: KeyboardEvent): void => {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('.message')]
    const at = rows.indexOf(event.target as HTMLElement)
    if (at < 0) return
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key]
    const row = to === undefined ? undefined : rows[to]
    if (!row) return
    event.preventDefault()
    event.stopPropagation()
    row.focus()
    row.scrollIntoView({ block: 'nearest' })
  }

  readonly #rowFocused = (event: FocusEvent): void => {
    this.#activeKey =
      (event.target as Element).closest<HTMLElement>('.message')?.dataset['key'] ?? this.#activeKey
    this.requestUpdate()
  }

  #element(selector: string): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>(selector)
  }

  get #limits(): { messageCharacters: number; nameCharacters: number } {
    return this.#session.chat?.limits ?? LIMITS
  }

  get #showsDetails(): boolean {
    return this.debug || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|.+\.localhost)$/.test(location.hostname)
  }

  // ---- views ----

  override render(): TemplateResult {
    const { tag, direction, text } = this.#language
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
      ${state.name === 'open' ? this.#openView(state.room, label) : this.#otherView()}
      <div class="sr" aria-live="polite">${this.#announcer.text}</div>
    </div>`
  }

  #otherView(): TemplateResult {
    const { text } = this.#language
    const { state } = this.#session
    if (state.name === 'closed') return closed(text, () => this.reload())
    if (state.name !== 'missing' && state.name !== 'shut') return connecting(text)
    const more = this.#fetchRefusal()
    const details = this.#showsDetails ? more : undefined
    if (state.name === 'missing') {
      return shut({
        text,
        reason: 'setup',
        progress: undefined,
        retry: undefined,
        icon: more?.reasonIcon('setup'),
        details: details?.missingDetails(state.setting, text),
      })
    }
    const { error } = state
    const { chat, retrySeconds } = this.#session
    const reason = reasonFor(error.code)
    return shut({
      text,
      reason,
      progress:
        chat?.status === 'connecting'
          ? text('connecting')
          : retrySeconds && chat?.status === 'offline'
            ? text('retryIn', { n: retrySeconds })
            : undefined,
      retry: () => this.#session.retry(),
      icon: more?.reasonIcon(reason),
      details: details?.errorDetails(error, this.app, text),
    })
  }

  /** Asked for once: where the server is away, this may be too, and the screen does without. */
  #fetchRefusal(): typeof refusal | undefined {
    if (!this.#isRefusalAsked) {
      this.#isRefusalAsked = true
      import('./views/refusal.js').then(
        (module) => {
          this.#refusal = module
          this.#adopt(module.detailStyles)
          this.requestUpdate()
        },
        () => undefined,
      )
    }
    return this.#refusal
  }

  async #fetchPanel(): Promise<void> {
    const panel = await import('./views/member-panel.js')
    if (this.#panel) return
    this.#panel = panel
    this.#adopt(panel.panelStyles)
  }

  /** The styles of what was fetched on first use. */
  #adopt({ styleSheet }: CSSResult): void {
    if (styleSheet) this.shadowRoot?.adoptedStyleSheets.push(styleSheet)
  }

  #openView(room: Room, label: string): TemplateResult {
    const { chat, notice } = this.#session
    const { text } = this.#language
    const me = chat?.me
    const shown = this.#excerpt.draw(room.messages, this._atBottom)
    const people: PeopleContext = {
      text,
      language: this.#language,
      me,
      members: room.members,
      memberCount: room.memberCount,
      sharedNames: sharedNames([...room.members, ...shown.map(({ user }) => user)]),
    }
    return html`<div class="header" part="header">
        <div class="heading">
          <slot name="header"
            ><h2 part="heading"><bdi>${label}</bdi></h2></slot
          >
        </div>
        ${peopleButton(people, this._panelOpen, () => void this.#togglePanel())}
        <slot name="header-end"></slot>
      </div>
      ${notice ? banner(notice, text, () => this.#session.retry()) : nothing}
      <div class="body">
        <div class="body" ?inert=${this._panelOpen}>${this.#conversation(room, people, shown)}</div>
        ${
          this._panelOpen && this.#panel
            ? this.#panel.memberPanel({
                ...people,
                renamable: chat?.renamable === true,
                rename: this._rename,
                editName: this.#editName,
                saveName: (name) => void this.#saveName(name),
                cancelName: this.#leaveName,
                close: this.#closePanel,
              })
            : nothing
        }
      </div>`
  }

  #conversation(room: Room, people: PeopleContext, shown: readonly Message[]): TemplateResult {
    const { me } = people
    const language = this.#language
    const { text } = language
    const rows = timeline(shown, me?.id, this.#session.divider)
    const whole = shown[0] === room.messages[0] && !room.hasOlder
    return html`<div class="view">
        ${messageList({
          language,
          rows,
          above: whole ? 'beginning' : this._older === 'failed' ? 'failed' : 'more',
          sharedNames: people.sharedNames,
          freshAfter: this.#freshAfter,
          activeKey: shown.some(({ id }) => id === this.#activeKey) ? this.#activeKey : shown.at(-1)?.id,
          now: Date.now(),
          isOnline: this.#session.chat?.status === 'online',
          retry: this.#retryMessage,
          discard: this.#discardMessage,
          loadOlder: () => void this.#loadOlder(room),
          onKeydown: this.#walk,
          onFocusin: this.#rowFocused,
        })}
        ${rows.length || room.status !== 'joined' ? nothing : emptyRoom(text)}
        ${this._atBottom ? nothing : pill(this.#newCount, text, this.#jump)}
      </div>
      ${typingLine(
        room.typingUsers.map(({ name }) => name),
        text,
      )}
      ${
        room.capabilities.includes('write')
          ? composer({
              text,
              draft: this._draft,
              limit: this.#limits.messageCharacters,
              onInput: this.#write,
              submit: this.#submit,
            })
          : html`<p class="readonly">${text('readOnly')}</p>`
      }`
  }
}

const wait = (ms: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, ms))

declare global {
  interface HTMLElementTagNameMap {
    'chat-room': ChatRoom
  }
}

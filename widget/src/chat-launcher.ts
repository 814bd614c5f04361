/**
 * `<chat-launcher>`: a button in the corner that opens a `<chat-room>` in a panel. It does not connect before the panel
 * is first opened; afterwards the room stays, so that the badge can count missed messages.
 */
import { LitElement, html, nothing, type TemplateResult } from 'lit'
import { ChatError, type Draft, type Message, type TokenFetcher } from '@alcove/sdk'
import type { ChatRoom } from './chat-room.js'
import { isComposing } from './composing.js'
import { LanguageController } from './language-controller.js'
import { englishLauncher } from './locales/english-launcher.js'
import { addEnglish } from './locales/index.js'
import type { PartialStrings } from './locales/strings.js'
import { roomProperties } from './room-properties.js'
import { pageDeclaresScheme } from './scheme.js'
import { forgetGuest, missingSetting, type CreateChat } from './settings.js'
import { launcher } from './styles/launcher.js'
import { tokens } from './styles/tokens.js'
import { icons } from './views/icons.js'

addEnglish(englishLauncher)

/**
 * A launcher. Accepts the attributes, properties, slots and custom properties of `<chat-room>`; its events pass
 * through.
 *
 * @csspart button - The round button.
 * @csspart badge - The number of unread messages on the button.
 * @csspart panel - The panel that opens.
 */
export class ChatLauncher extends LitElement {
  static override styles = [tokens, launcher]
  static override properties = {
    ...roomProperties,
    open: { type: Boolean, reflect: true },
    _unread: { state: true },
  }

  declare server: string
  declare app: string
  declare room: string
  declare token: string
  declare theme: string
  declare lang: string
  declare name: string
  declare density: string
  declare heading: string
  declare sound: boolean
  declare debug: boolean
  declare tokenFetcher: TokenFetcher | undefined
  declare strings: PartialStrings | undefined
  declare createChat: CreateChat | undefined
  declare missing: string
  /** Whether the panel is shown. */
  declare open: boolean
  declare private _unread: number
  #wasOpened = false
  #followsPageScheme = false
  #focusInside = false
  #settle = (): void => undefined
  /** The room was entered for the first time, or cannot be entered. */
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve))
  readonly #language = new LanguageController(this)

  constructor() {
    super()
    this.server = this.app = this.room = this.token = this.name = this.heading = this.missing = ''
    this.theme = this.lang = 'auto'
    this.density = 'comfortable'
    this.sound = this.debug = this.open = false
    this._unread = 0
  }

  /** The room inside, once opened for the first time. */
  get chatRoom(): ChatRoom | null {
    return this.shadowRoot?.querySelector('chat-room') ?? null
  }

  async send(message: string | Draft): Promise<Message> {
    this.open = true
    await this.updateComplete
    if (!missingSetting(this)) await this.#settled
    const room = this.chatRoom
    if (!room) throw new ChatError('not_joined', 'unable to send message; no room is open')
    return room.send(message)
  }

  override focus(options?: FocusOptions): void {
    if (this.open) this.chatRoom?.focus(options)
    else this.renderRoot.querySelector?.<HTMLElement>('[part=button]')?.focus(options)
  }

  identify(token: string | TokenFetcher): void {
    this.token = typeof token === 'string' ? token : ''
    this.tokenFetcher = typeof token === 'string' ? undefined : token
    this.chatRoom?.identify(token)
  }

  logout(): void {
    if (!this.chatRoom) forgetGuest(this)
    this.token = ''
    this.tokenFetcher = undefined
    this.chatRoom?.logout()
  }

  reload(): void {
    this.chatRoom?.reload()
  }

  destroy(): void {
    this.chatRoom?.destroy()
    this.open = false
    this.#settle()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    queueMicrotask(() => this.isConnected || this.#settle())
    window.visualViewport?.removeEventListener('resize', this.#fitKeyboard)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#followsPageScheme = pageDeclaresScheme(this)
    window.visualViewport?.addEventListener('resize', this.#fitKeyboard)
  }

  override willUpdate(): void {
    if (this.open) this.#wasOpened = true
  }

  readonly #toggle = (): void => {
    this.open = !this.open
    this.#focusInside = this.open
    void this.updateComplete.then(() => {
      if (this.open) this.chatRoom?.focus()
      else this.focus()
    })
  }

  /** The room is not loaded at the first opening; it receives the focus once it is, unless the reader has moved on. */
  readonly #ready = (): void => {
    this.#settle()
    if (!this.#focusInside || !this.open) return
    this.#focusInside = false
    const active = this.shadowRoot?.activeElement
    if (!active || active.localName === 'button') this.chatRoom?.focus()
  }

  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isComposing(event) || event.defaultPrevented) return
    event.stopPropagation()
    this.#toggle()
  }

  /** iOS draws its keyboard over the page without resizing it; the panel follows the visible part. */
  readonly #fitKeyboard = (): void => {
    const height = window.visualViewport?.height
    if (height) this.style.setProperty('--_viewport', `${height}px`)
  }

  override render(): TemplateResult {
    const { tag, direction, text } = this.#language.current
    const label = this.open ? text('closeChat') : text('openChat')
    const unread = this.open ? 0 : this._unread
    return html`<div
      class="frame${this.#followsPageScheme ? '' : ' auto'}"
      lang=${tag}
      dir=${this.dir || direction}
    >
      ${this.#wasOpened ? this.#panel(text('closeChat')) : nothing}
      <button
        type="button"
        part="button"
        aria-expanded=${this.open}
        aria-label=${unread ? `${label}, ${text('unread', { n: unread })}` : label}
        @click=${this.#toggle}
      >
        ${this.open ? icons.close() : icons.chat()}
        ${unread ? html`<span class="badge" part="badge" aria-hidden="true">${unread > 99 ? '99+' : unread}</span>` : nothing}
      </button>
    </div>`
  }

  /** Only filled slots: forwarding an empty slot would hide the room's default content. */
  #passedOn(): TemplateResult[] {
    const filled = new Set(Array.from(this.children, ({ slot }) => slot).filter(Boolean))
    return [...filled].map((name) => html`<slot name=${name} slot=${name}></slot>`)
  }

  #panel(closeLabel: string): TemplateResult {
    return html`<div class="panel" part="panel" ?hidden=${!this.open} @keydown=${this.#onKeydown}>
      <chat-room
        exportparts="frame, header, heading, messages, message, message-own, message-other, bubble, composer, input, send, state, people"
        theme=${this.theme}
        density=${this.density}
        .dir=${this.dir}
        .lang=${this.lang}
        .server=${this.server}
        .app=${this.app}
        .room=${this.room}
        .token=${this.token}
        .name=${this.name}
        .heading=${this.heading}
        .sound=${this.sound}
        .debug=${this.debug}
        .missing=${this.missing}
        .strings=${this.strings}
        .tokenFetcher=${this.tokenFetcher}
        .createChat=${this.createChat}
        @chat-unread=${(event: CustomEvent<{ unread: number }>) => (this._unread = event.detail.unread)}
        @chat-ready=${this.#ready}
        @chat-error=${this.#settle}
      >
        ${this.#passedOn()}
        <button slot="header-end" class="close" aria-label=${closeLabel} @click=${this.#toggle}>
          ${icons.close()}
        </button>
      </chat-room>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'chat-launcher': ChatLauncher
  }
}

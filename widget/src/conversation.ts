/**
 * The actions on messages beyond reading and writing them. Loaded after the first view (lazy-part.ts), which asks this part
 * what to draw next to a message and below it, in the field and over it. Each action is a file in conversation/: reacting,
 * editing, copying, deleting. This file combines them: which are offered, which keys trigger them, where they are drawn.
 */
import type { ChangeFailure, Message, Room } from '@alcove/sdk'
import { html, nothing, type ReactiveController } from 'lit'
import type { AnnouncerController } from './announcer.js'
import { beginningOf } from './beginning-of.js'
import { isComposing } from './composing.js'
import { Attention, idOf } from './conversation/attention.js'
import { ChangeNews } from './conversation/change-news.js'
import { Copying } from './conversation/copying.js'
import { Deleting } from './conversation/deleting.js'
import { Dock } from './conversation/dock.js'
import { Editing } from './conversation/editing.js'
import { missedDeleted } from './conversation/missed-deleted.js'
import { hasModifier, isEnter, isKey, shownButtons, walk } from './conversation/keys.js'
import { Reacting } from './conversation/reacting.js'
import { ReactionNews } from './conversation/reaction-news.js'
import { Refusals } from './conversation/refusals.js'
import type { Remedied, RowAction } from './conversation/row-action.js'
import { isolated, ShownRoom, type ConversationHost } from './conversation/shown-room.js'
import { asChatError } from './errors.js'
import type { LanguageController } from './language-controller.js'
import { wantWords } from './locales/conversation.js'
import type { SessionController } from './session.js'
import { conversation } from './styles/conversation.js'
import { reactions } from './styles/reactions.js'
import type { Purpose } from './views/composer.js'
import { actionBar, actionSheet, type ActionsContext } from './views/extras/actions.js'
import { confirmation } from './views/extras/deletion.js'
import { refusedChange, unsentActions } from './views/extras/refused.js'
import type { RowExtras } from './views/message/context.js'
import type { Writing } from './writing.js'

export const styles = [conversation, reactions]

export class Conversation implements ReactiveController, RowExtras {
  #undoRoom = (): void => undefined
  readonly #shown: ShownRoom
  readonly #dock: Dock
  readonly #refusals: Refusals
  readonly #reacting: Reacting
  readonly #news: readonly (ReactionNews | ChangeNews)[]
  readonly #editing: Editing
  readonly #deleting: Deleting
  /** In the order of the buttons next to a message. */
  readonly #actions: readonly RowAction[]
  readonly #remedied: { readonly [C in ChangeFailure['change']]: Remedied }
  readonly #attention = new Attention({
    moved: () => this.#shown.repaint(),
    pressed: (id) => this.#openActions(id),
  })

  constructor(
    private readonly host: ConversationHost,
    session: SessionController,
    writing: Writing,
    announcer: AnnouncerController,
    private readonly language: LanguageController,
  ) {
    const shown = (this.#shown = new ShownRoom(host, session, announcer, language))
    const dock = (this.#dock = new Dock(shown))
    const refusals = (this.#refusals = new Refusals(shown))
    const copying = new Copying(shown, dock)
    const deleting = (this.#deleting = new Deleting(shown, dock, refusals))
    this.#reacting = new Reacting(shown, dock, refusals)
    this.#news = [new ReactionNews(shown), new ChangeNews(shown)]
    this.#editing = new Editing(shown, writing, dock, refusals, { deleting, copying })
    this.#actions = [this.#reacting, this.#editing, copying, deleting]
    this.#remedied = {
      ...{ edit: this.#editing, delete: deleting },
      ...{ react: this.#reacting, unreact: this.#reacting },
    }
    const { renderRoot } = host
    this.#attention.listen(renderRoot)
    // On the way down: the composer and the list keep keys to themselves.
    renderRoot.addEventListener('keydown', this.#keydown as EventListener, true)
    renderRoot.addEventListener('focusin', dock.leave)
    renderRoot.addEventListener('pointerdown', dock.leave)
    host.addController(this)
    this.enter(session.room)
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#pageHidden)
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#pageHidden)
    this.#attention.forget()
    this.#dock.forget()
    this.#news.forEach((news) => news.forget())
    this.settle()
  }

  hostUpdate(): void {
    wantWords(this.language.current.tag, () => this.#shown.repaint())
  }

  // ---- for the first view ----

  /** Another room is shown, or none. */
  enter(room: Room | undefined): void {
    this.#undoRoom()
    this.settle()
    this.#refusals.clear()
    this.#attention.forget()
    this.#editing.enter()
    this.#dock.forget()
    this.#news.forEach((news) => news.forget())
    if (!room) return
    const undo = [
      room.on('message-change-failed', this.#refusals.refused),
      ...[...this.#news, this.#editing, this.#dock].map(({ changed }) => room.on('message-changed', changed)),
      room.on('message-changed', missedDeleted(this.#shown)),
    ]
    this.#undoRoom = () => undo.forEach((each) => each())
  }

  /** Before the reader goes somewhere else: what they have deleted is to be gone. */
  settle(): void {
    this.#deleting.removals.settle()
  }

  over(messages: readonly Message[]): readonly Message[] {
    return this.#deleting.removals.over(messages)
  }

  beside(message: Message): unknown {
    const { id } = message
    if (this.#deleting.removals.has(id)) return this.#deleting.undoButton(id)
    // A list in each row would cost the page more than the rows.
    return listed(this.#mark(id), this.#bar(message))
  }

  below(message: Message): unknown {
    const chips = this.#reacting.chips(message, message.id === this.#attention.focusedId)
    return listed(chips, ...this.#refusedChanges(message))
  }

  failed({ id }: Message): unknown {
    const { room, text, host } = this.#shown
    return unsentActions(
      text,
      () => void room?.retry(id).catch((error: unknown) => this.#shown.fail(asChatError(error))),
      () => {
        room?.discard(id)
        host.focus()
      },
    )
  }

  get purpose(): Purpose | undefined {
    return this.#editing.purpose
  }

  dock(): unknown {
    const dock = this.#dock
    const { state } = dock
    const message = dock.id === undefined ? undefined : this.#shown.find(dock.id)
    if (!message || message.deleted) return nothing
    const close = (): void => dock.close()
    switch (state.name) {
      case 'none':
        return nothing
      case 'react':
        return this.#reacting.isOffered(message) ? this.#reacting.panel(message, state) : nothing
      case 'actions':
        return this.#sheet(message, state.near, close)
      case 'confirm':
        return confirmation(
          this.#shown.text,
          beginningOf(message.text),
          { remove: () => this.#confirmed(message.id, state.isFromField), keep: close },
          state.isFromField,
        )
    }
  }

  // ---- what is drawn with a message ----

  /** The style marks its row. */
  #mark(id: string): unknown {
    const isMeant = this.#dock.id === id || this.#editing.message?.id === id
    return isMeant ? html`<i class="meant" hidden></i>` : nothing
  }

  #bar(message: Message): unknown {
    const { id } = message
    if (id !== this.#attention.id) return nothing
    const actions = this.#offered(message)
    if (!actions.length) return nothing
    return actionBar({
      ...this.#context(message, actions),
      isTabStop: id === this.#attention.focusedId,
      more: (from) => this.#openActions(id, from),
    })
  }

  #sheet(message: Message, near: Element | undefined, close: () => void): unknown {
    const reacting = this.#reacting
    const actions = this.#offered(message)
    const others = actions.filter((action) => action !== reacting)
    const usual = others.length < actions.length ? reacting.usual(message, near) : nothing
    return actionSheet({ ...this.#context(message, others), isNear: near !== undefined, close }, usual)
  }

  #context(message: Message, actions: readonly RowAction[]): ActionsContext {
    const { text } = this.#shown
    const label = text('actionsOf', { text: isolated(beginningOf(message.text)) })
    return { text, message, label, actions }
  }

  #offered(message: Message): readonly RowAction[] {
    const { deleted, state, id } = message
    if (!this.#shown.room || deleted || state === 'failed' || this.#deleting.removals.has(id)) return []
    return this.#actions.filter((action) => action.isOffered(message))
  }

  #refusedChanges(message: Message): unknown[] {
    return this.#refusals.of(message.id).map((failure) =>
      refusedChange(
        this.#shown.text,
        this.#refusals.words(failure),
        this.#remedied[failure.change].remedy(failure, message),
        () => {
          this.#refusals.dismissOne(failure)
          this.#shown.focusRow(message.id)
          this.#shown.repaint()
        },
      ),
    )
  }

  #confirmed(id: string, isFromField: boolean): void {
    this.#deleting.confirmed(id)
    if (isFromField) this.#editing.leave()
  }

  readonly #pageHidden = (): void => {
    if (document.hidden) this.settle()
  }

  // ---- keys ----

  readonly #keydown = (event: KeyboardEvent): void => {
    const { target } = event
    if (!(target instanceof HTMLElement) || isComposing(event)) return
    // A key that is held down answers one question, not the next one as well.
    const isHandled = (event.repeat && isEnter(event)) || this.#handle(event, target)
    if (!isHandled) return
    event.preventDefault()
    event.stopPropagation()
  }

  #handle(event: KeyboardEvent, target: HTMLElement): boolean {
    const { key } = event
    return target.closest('.dock')
      ? this.#dockKey(key, target)
      : target.closest('.bar, .chips')
        ? this.#rowButtonKey(key, target)
        : target.localName === 'textarea'
          ? this.#editing.fieldKey(event)
          : target.matches('.message') && this.#rowKey(event, target)
  }

  #dockKey(key: string, target: HTMLElement): boolean {
    if (key === 'Escape') return (this.#dock.close(), true)
    const group = target.closest('.usual')
    return group !== null && this.#walk(key, target, group)
  }

  #rowButtonKey(key: string, target: HTMLElement): boolean {
    if (key === 'Escape') return (this.#shown.focusRow(idOf(target)!), true)
    return this.#walk(key, target, target.closest('.bar, .chips')!)
  }

  #walk(key: string, target: HTMLElement, group: Element): boolean {
    return walk(key, target, group, this.language.current.direction === 'rtl')
  }

  #rowKey(event: KeyboardEvent, row: HTMLElement): boolean {
    const message = this.#shown.find(idOf(row)!)
    if (!message || hasModifier(event)) return false
    if (event.key === 'Enter' && !event.shiftKey) return this.#enterBar(message.id, row)
    const action = this.#offered(message).find(({ key }) => isKey(event, key))
    action?.act(message)
    return action !== undefined
  }

  #enterBar(id: string, row: HTMLElement): true {
    this.#attention.turnTo(id)
    // The row may have the focus since a moment ago, and its bar not be drawn.
    void this.host.updateComplete.then(() => {
      const [first] = shownButtons(row.querySelector('.bar') ?? row)
      if (first?.matches('.more-acts')) this.#openActions(id, first)
      else first?.focus()
    })
    return true
  }

  /** `near`: the button that leads to them; absent if a finger pressed the message. */
  #openActions(id: string, near?: Element): void {
    const message = this.#shown.find(id)
    if (this.#dock.isOpen('actions', id) || !message || !this.#offered(message).length)
      return this.#dock.close()
    this.#dock.open({ name: 'actions', id, ...(near && { near }) })
  }
}

/** Each part keeps its position in the list: otherwise Lit would create the elements of the others again when one appears. */
const listed = (...parts: unknown[]): unknown => (parts.some((part) => part !== nothing) ? parts : nothing)

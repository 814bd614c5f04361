/**
 * What one can do with messages beyond reading and writing them: their actions, editing in the field, deleting with a
 * question and a way back. Fetched after the first view (lazy-part.ts), which asks it what to draw beside a message, in the
 * field and over it. Who turns to what is in conversation/attention.ts, what waits to be deleted in
 * conversation/removals.ts, what was refused in conversation/refusals.ts.
 */
import type { ChangeFailure, ChatError, Draft, Message, Room } from '@alcove/sdk'
import { html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit'
import type { AnnouncerController } from './announcer.js'
import { beginningOf } from './beginning-of.js'
import { Attention, idOf } from './conversation/attention.js'
import { Editing } from './conversation/editing.js'
import { Refusals, wordsOf } from './conversation/refusals.js'
import { Removals } from './conversation/removals.js'
import { copyText } from './copy-text.js'
import { asChatError } from './errors.js'
import { tell } from './events.js'
import type { Language } from './language.js'
import type { LanguageController } from './language-controller.js'
import { wantWords } from './locales/conversation.js'
import type { SessionController } from './session.js'
import { canSend, type Purpose } from './views/composer.js'
import {
  actionBar,
  actionSheet,
  confirmation,
  editLine,
  KEYS,
  refusedChange,
  undoButton,
  unsentActions,
  type ActionName,
  type ActionsContext,
} from './views/extras/actions.js'
import { tick } from './views/extras/icons.js'
import type { RowExtras } from './views/message/context.js'
import type { Writing } from './writing.js'

export { conversation as styles } from './styles/conversation.js'

/** How long "Copied" stands where "Copy" was. */
const COPIED_MS = 1_500

export type ConversationHost = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode }

/** What lies over the field: `actions` of a message for fingers, or the question whether to delete it. */
type Dock =
  | { readonly name: 'none' }
  | { readonly name: 'actions'; readonly id: string }
  | { readonly name: 'confirm'; readonly id: string; readonly isFromField: boolean }

const NO_DOCK: Dock = { name: 'none' }

export class Conversation implements ReactiveController, RowExtras {
  #dock = NO_DOCK
  #copied: string | undefined
  #undoRoom = (): void => undefined
  readonly #editing: Editing
  readonly #refusals = new Refusals()
  readonly #removals = new Removals((room, id) => void this.#remove(room, id))
  readonly #attention = new Attention({
    moved: () => this.host.requestUpdate(),
    pressed: (id) => this.#openSheet(id),
  })

  constructor(
    private readonly host: ConversationHost,
    private readonly session: SessionController,
    private readonly writing: Writing,
    private readonly announcer: AnnouncerController,
    private readonly language: LanguageController,
  ) {
    const { renderRoot } = host
    this.#editing = new Editing(host, writing)
    this.#attention.listen(renderRoot)
    // On the way down: the composer and the list keep keys to themselves.
    renderRoot.addEventListener('keydown', this.#keydown as EventListener, true)
    // And before the composer: until the next repaint it takes what is typed for a new message.
    renderRoot.addEventListener('input', this.#input, true)
    renderRoot.addEventListener('submit', this.#submit, true)
    renderRoot.addEventListener('focusin', this.#leaveDock)
    renderRoot.addEventListener('pointerdown', this.#leaveDock)
    host.addController(this)
    this.enter(session.room)
  }

  hostConnected(): void {
    document.addEventListener('visibilitychange', this.#pageHidden)
  }

  hostDisconnected(): void {
    document.removeEventListener('visibilitychange', this.#pageHidden)
    this.#attention.forget()
    this.settle()
  }

  hostUpdate(): void {
    wantWords(this.language.current.tag, () => this.host.requestUpdate())
  }

  // ---- for the first view ----

  /** Another room is shown, or none. */
  enter(room: Room | undefined): void {
    this.#undoRoom()
    this.settle()
    this.#refusals.clear()
    this.#attention.forget()
    this.#editing.forget()
    this.#dock = NO_DOCK
    this.#undoRoom = room?.on('message-change-failed', (failure) => this.#refused(failure)) ?? this.#undoRoom
    this.host.requestUpdate()
  }

  /** Before the reader goes somewhere else: what they have deleted is to be gone. */
  settle(): void {
    this.#removals.settle()
  }

  over(messages: readonly Message[]): readonly Message[] {
    return this.#removals.over(messages)
  }

  beside(message: Message): unknown {
    const { id } = message
    if (this.#removals.has(id)) return undoButton(this.#text, () => this.#undo(id))
    const parts = [this.#mark(id), this.#bar(message), this.#refusal(message)].filter(
      (part) => part !== nothing,
    )
    // A list in each row would cost the page more than the rows.
    return parts.length ? parts : nothing
  }

  failed({ id }: Message): unknown {
    const { room } = this.session
    return unsentActions(
      this.#text,
      () => void room?.retry(id).catch((error: unknown) => this.#tell(asChatError(error))),
      () => {
        room?.discard(id)
        this.host.focus()
      },
    )
  }

  /** What the field is for, when it is not for a new message. */
  get purpose(): Purpose | undefined {
    const { message } = this.#editing
    if (!message) return undefined
    const text = this.#text
    const { draft } = this.writing
    const { deleted } = this.#find(message.id) ?? message
    return {
      name: text('editing'),
      line: editLine(text, deleted ? text('deleted') : beginningOf(message.text), this.#leaveEdit),
      label: text('saveEdit'),
      icon: tick(),
      canSubmit: !deleted && (!draft.trim() || canSend(draft, this.session.limits.messageCharacters)),
    }
  }

  dock(): unknown {
    const dock = this.#dock
    const message = dock.name !== 'none' && this.#find(dock.id)
    if (!message || message.deleted) return nothing
    if (dock.name === 'actions') return actionSheet(this.#context(message), () => this.#closeDock())
    return confirmation(
      this.#text,
      beginningOf(message.text),
      () => this.#confirmed(message.id),
      () => this.#closeDock(),
    )
  }

  // ---- what is drawn with a message ----

  /** The style marks its row. */
  #mark(id: string): unknown {
    const isAsked = this.#dock.name !== 'none' && this.#dock.id === id
    return isAsked || this.#editing.message?.id === id ? html`<i class="meant" hidden></i>` : nothing
  }

  #bar(message: Message): unknown {
    const { id } = message
    if (id !== this.#attention.id) return nothing
    const context = this.#context(message)
    if (!context.actions.length) return nothing
    return actionBar({
      ...context,
      isTabStop: id === this.#attention.focusedId,
      more: () => this.#openSheet(id),
    })
  }

  #context(message: Message): ActionsContext {
    const { id } = message
    return {
      text: this.#text,
      label: this.#text('actionsOf', { text: isolated(beginningOf(message.text)) }),
      actions: this.#actionsOf(message),
      isCopied: this.#copied === id,
      act: (action) => this.#act(action, message),
    }
  }

  #actionsOf(message: Message): ActionName[] {
    const { room } = this.session
    if (!room || message.deleted || message.state === 'failed' || this.#removals.has(message.id)) return []
    return [
      ...(room.mayEdit(message) ? (['edit'] as const) : []),
      'copy',
      ...(room.mayDelete(message) ? (['remove'] as const) : []),
    ]
  }

  #refusal(message: Message): unknown {
    const { id } = message
    const failure = this.#refusals.get(id)
    const { room } = this.session
    if (!failure || !room) return nothing
    const { change, text = '' } = failure
    const again =
      change === 'delete'
        ? room.mayDelete(message) && { word: 'retry' as const, act: () => this.#askRemoval(id, false) }
        : room.mayEdit(message)
          ? { word: 'retry' as const, act: () => this.#edit(message, text) }
          : // Nobody can save it any more; its author may want it elsewhere.
            { word: 'copy' as const, act: () => void this.#copy(id, text) }
    return refusedChange(this.#text, wordsOf(failure, this.#text), again || undefined, () => {
      this.#refusals.dismiss(id)
      this.#focusRow(id)
      this.host.requestUpdate()
    })
  }

  // ---- acts ----

  #act(action: ActionName, message: Message): void {
    switch (action) {
      case 'edit':
        return this.#edit(message)
      case 'copy':
        return void this.#copy(message.id, message.text)
      case 'remove':
        return this.#askRemoval(message.id, false)
    }
  }

  async #copy(id: string, text: string): Promise<void> {
    try {
      await copyText(text)
      this.#copied = id
      setTimeout(() => {
        this.#copied = undefined
        if (this.#dock.name === 'actions') this.#closeDock()
        this.host.requestUpdate()
      }, COPIED_MS)
      this.announcer.say(this.#text('copied'))
    } catch {
      this.announcer.say(this.#text('copyFailed'))
    }
    this.host.requestUpdate()
  }

  #edit(message: Message, text = message.text): void {
    this.#refusals.dismiss(message.id)
    this.#dock = NO_DOCK
    this.#editing.begin(message, text)
    this.announcer.say(this.#text('editing'))
  }

  readonly #leaveEdit = (): void => this.#editing.leave()

  #save(): void {
    const { session, announcer } = this
    const { room } = session
    const { message } = this.#editing
    if (!room || !message) return
    const current = this.#find(message.id) ?? message
    const text = this.writing.draft.trim()
    if (current.deleted) return
    if (!text) return this.#askRemoval(message.id, true)
    if (!canSend(text, session.limits.messageCharacters)) return
    if (text === current.text) return this.#leaveEdit()
    const detail: { draft: Draft; edited: Message } = { draft: { text }, edited: current }
    // Cancelled by the page: it stays in the field, for its author to change or to give up.
    if (!tell(this.host, 'chat-before-send', detail)) return
    this.#leaveEdit()
    const edited = detail.draft.text
    room.edit(message.id, edited).then(
      () => announcer.say(this.#text('editSaved')),
      (error: unknown) =>
        this.#refused({ id: message.id, change: 'edit', text: edited, error: asChatError(error) }),
    )
  }

  readonly #input = (event: Event): void => {
    const { target } = event
    if (!this.#editing.message || !(target instanceof HTMLTextAreaElement)) return
    event.stopPropagation()
    this.#editing.write(target.value)
  }

  readonly #submit = (event: Event): void => {
    if (!this.#editing.message || !(event.target as Element).matches('.composer')) return
    event.preventDefault()
    event.stopPropagation()
    this.#save()
  }

  #askRemoval(id: string, isFromField: boolean): void {
    this.#dock = { name: 'confirm', id, isFromField }
    this.#refusals.dismiss(id)
    this.#focusDock()
  }

  #confirmed(id: string): void {
    const { room } = this.session
    const isFromField = this.#dock.name === 'confirm' && this.#dock.isFromField
    this.#closeDock()
    if (isFromField) this.#leaveEdit()
    if (!room) return
    this.#removals.add(room, id)
    this.announcer.say(this.#text('removed'))
    this.host.requestUpdate()
  }

  #undo(id: string): void {
    this.#focusRow(id)
    this.#removals.undo(id)
    this.announcer.say(this.#text('restored'))
    this.host.requestUpdate()
  }

  async #remove(room: Room, id: string): Promise<void> {
    this.host.requestUpdate()
    try {
      await room.delete(id)
    } catch (error) {
      if (room === this.session.room) this.#refused({ id, change: 'delete', error: asChatError(error) })
    }
  }

  #refused(failure: ChangeFailure): void {
    if (!this.#refusals.add(failure)) return
    this.announcer.say(wordsOf(failure, this.#text))
    this.#tell(failure.error)
    this.host.requestUpdate()
  }

  #tell(error: ChatError): void {
    tell(this.host, 'chat-error', { error })
  }

  readonly #pageHidden = (): void => {
    if (document.hidden) this.settle()
  }

  // ---- keys ----

  readonly #keydown = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (!(target instanceof HTMLElement) || event.isComposing) return
    const isHandled = target.closest('.dock')
      ? key === 'Escape' && (this.#closeDock(), true)
      : target.closest('.bar')
        ? this.#barKey(key, target)
        : target.localName === 'textarea'
          ? this.#fieldKey(event)
          : target.matches('.message') && this.#rowKey(event, target)
    if (!isHandled) return
    event.preventDefault()
    event.stopPropagation()
  }

  #barKey(key: string, target: HTMLElement): boolean {
    const id = idOf(target)!
    if (key === 'Escape') return (this.#focusRow(id), true)
    const buttons = shownButtons(target.closest('.bar')!)
    const isMirrored = this.language.current.direction === 'rtl'
    const at = buttons.indexOf(target)
    const next = isMirrored ? at - 1 : at + 1
    const previous = isMirrored ? at + 1 : at - 1
    const to = { ArrowRight: next, ArrowLeft: previous, Home: 0, End: buttons.length - 1 }[key]
    if (to === undefined) return false
    buttons.at(to % buttons.length)?.focus()
    return true
  }

  #fieldKey(event: KeyboardEvent): boolean {
    const { writing, session } = this
    if (this.#editing.message) {
      const act = event.key === 'Escape' ? this.#leaveEdit : isEnter(event) && this.#save.bind(this)
      if (act) act()
      return Boolean(act)
    }
    if (event.key !== 'ArrowUp' || writing.draft || hasModifier(event)) return false
    const { room, chat } = session
    const last = room?.messages.findLast(
      (message) => message.user.id === chat?.me?.id && this.#actionsOf(message).includes('edit'),
    )
    if (last) this.#edit(last)
    return last !== undefined
  }

  #rowKey(event: KeyboardEvent, row: HTMLElement): boolean {
    const message = this.#find(idOf(row)!)
    if (!message || hasModifier(event)) return false
    if (event.key === 'Enter') return this.#enterBar(message.id, row)
    const action = (Object.keys(KEYS) as ActionName[]).find((name) => isKey(event, KEYS[name]))
    if (!action || !this.#actionsOf(message).includes(action)) return false
    this.#act(action, message)
    return true
  }

  #enterBar(id: string, row: HTMLElement): true {
    // The row may have the focus since a moment ago, and its bar not be drawn.
    void this.host.updateComplete.then(() => {
      const [first] = shownButtons(row.querySelector('.bar') ?? row)
      if (first?.matches('.more-acts')) this.#openSheet(id)
      else first?.focus()
    })
    return true
  }

  // ---- the dock and the focus ----

  #openSheet(id: string): void {
    const message = this.#find(id)
    const isOpen = this.#dock.name === 'actions' && this.#dock.id === id
    if (isOpen || !message || !this.#actionsOf(message).length) return this.#closeDock()
    this.#dock = { name: 'actions', id }
    this.#focusDock()
  }

  /** The focus goes back to where it came from first: a button that goes would take it away. */
  #closeDock(): void {
    const dock = this.#dock
    if (dock.name === 'none') return
    if (dock.name === 'confirm' && dock.isFromField) this.#focusField()
    else this.#focusRow(dock.id)
    this.#dock = NO_DOCK
    this.host.requestUpdate()
  }

  /**
   * Who turns to something else does not want it any more, and it would lie over a field that has the focus. A finger on a
   * message is seen to when it is lifted.
   */
  readonly #leaveDock = ({ type, target }: Event): void => {
    const kept = type === 'pointerdown' ? '.dock, .bubble' : '.dock'
    if (this.#dock.name === 'none' || (target as Element).closest(kept)) return
    this.#dock = NO_DOCK
    this.host.requestUpdate()
  }

  #focusDock(): void {
    this.host.requestUpdate()
    void this.host.updateComplete.then(() =>
      this.host.renderRoot.querySelector<HTMLElement>('.dock button')?.focus(),
    )
  }

  #focusRow(id: string): void {
    this.host.renderRoot
      .querySelector<HTMLElement>(`[data-key="${CSS.escape(id)}"]`)
      ?.focus({ preventScroll: true })
  }

  #focusField(): void {
    this.host.focus({ preventScroll: true })
  }

  #find(id: string): Message | undefined {
    return this.session.room?.messages.findLast((message) => message.id === id)
  }

  get #text(): Language['text'] {
    return this.language.current.text
  }
}

/** Text of others inside a sentence, whichever way it is written. */
const isolated = (text: string): string => `\u2068${text}\u2069`

const shownButtons = (within: Element): HTMLElement[] =>
  [...within.querySelectorAll('button')].filter((button) => button.checkVisibility())

const hasModifier = ({ altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean =>
  altKey || ctrlKey || metaKey || shiftKey

/** 229 is what some input methods send with the Enter that picks a candidate. */
const isEnter = ({ key, shiftKey, keyCode }: KeyboardEvent): boolean =>
  key === 'Enter' && !shiftKey && keyCode !== 229

/** By the letter, or by its place where the keyboard writes another alphabet. A Mac's small keyboard deletes with Backspace. */
const isKey = ({ key, code }: KeyboardEvent, wanted: string): boolean =>
  wanted === 'Delete'
    ? key === 'Delete' || key === 'Backspace'
    : key.toUpperCase() === wanted || (key > '\u007f' && code === `Key${wanted}`)

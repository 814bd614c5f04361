/**
 * Editing a message in the field, and what the field is for: a new message, or the text of one that is edited. The draft of
 * `new` waits while something else is written, and comes back; it is stored, what is edited is not.
 */
import type { ChangeFailure, Draft, Message } from '@alcove/sdk'
import type { TemplateResult } from 'lit'
import { beginningOf } from '../beginning-of.js'
import { asChatError } from '../errors.js'
import { tell } from '../events.js'
import { canSend, type Purpose } from '../views/composer.js'
import { editLine } from '../views/extras/edit-line.js'
import { pencil, tick } from '../views/extras/icons.js'
import type { Writing } from '../writing.js'
import type { Copying } from './copying.js'
import type { Deleting } from './deleting.js'
import type { Dock } from './dock.js'
import { hasModifier, isEnter } from './keys.js'
import type { Refusals } from './refusals.js'
import type { Remedied, Remedy, RowAction } from './row-action.js'
import type { ShownRoom } from './shown-room.js'

type WritingMode =
  | { readonly name: 'new' }
  /** `before`: what was half written for `new`. */
  | { readonly name: 'edit'; readonly message: Message; readonly before: string }

const NEW: WritingMode = { name: 'new' }

export class Editing implements RowAction, Remedied {
  readonly name = 'edit'
  readonly key = 'E'
  #mode = NEW

  constructor(
    private readonly shown: ShownRoom,
    private readonly writing: Writing,
    private readonly dock: Dock,
    private readonly refusals: Refusals,
    /** Where an emptied text leads, and one that nobody can save any more. */
    private readonly others: { deleting: Deleting; copying: Copying },
  ) {
    // On the way down, before the composer: until the next repaint it takes what is typed for a new message.
    const { renderRoot } = shown.host
    renderRoot.addEventListener('input', this.#input, true)
    renderRoot.addEventListener('submit', this.#submit, true)
  }

  /** What is edited now. */
  get message(): Message | undefined {
    return this.#mode.name === 'edit' ? this.#mode.message : undefined
  }

  /** What the field is for, when it is not for a new message. */
  get purpose(): Purpose | undefined {
    const { message, shown } = this
    if (!message) return undefined
    const { text } = shown
    const { draft } = this.writing
    const { deleted } = shown.find(message.id) ?? message
    return {
      name: text('editing'),
      line: editLine(text, deleted ? text('deleted') : beginningOf(message.text), this.leave),
      label: text('saveEdit'),
      icon: tick(),
      canSubmit: !deleted && (!draft.trim() || this.#fits(draft)),
    }
  }

  isOffered(message: Message): boolean {
    return this.shown.room?.mayEdit(message) ?? false
  }

  word(): string {
    return this.shown.text('edit')
  }

  icon(): TemplateResult {
    return pencil()
  }

  act(message: Message): void {
    this.#begin(message, message.text)
  }

  remedy({ id, text = '' }: ChangeFailure, message: Message): Remedy {
    return this.isOffered(message)
      ? { word: 'retry', act: () => this.#begin(message, text) }
      : // Nobody can save it any more; its author may want it elsewhere.
        { word: 'copy', act: () => void this.others.copying.copy(id, text) }
  }

  /** Keys of the field. True where they are seen to. */
  fieldKey(event: KeyboardEvent): boolean {
    const { shown, writing } = this
    if (this.message) {
      const act = event.key === 'Escape' ? this.leave : isEnter(event) && this.#save
      if (act) act()
      return Boolean(act)
    }
    if (event.key !== 'ArrowUp' || writing.draft || hasModifier(event) || event.shiftKey) return false
    const last = shown.room?.messages.findLast(
      (message) =>
        shown.isOwn(message) && !this.others.deleting.removals.has(message.id) && this.isOffered(message),
    )
    if (last) this.act(last)
    return last !== undefined
  }

  readonly leave = (): void => {
    if (this.#mode.name === 'edit') this.#turnTo(NEW, this.#mode.before)
  }

  /** Another room, or another person: the field holds something of theirs already. */
  forget(): void {
    this.#mode = NEW
  }

  /** The field holds the text of this message, or what was made of it before. */
  #begin(message: Message, text: string): void {
    this.refusals.dismiss(message.id)
    this.dock.forget()
    const before = this.#mode.name === 'edit' ? this.#mode.before : this.writing.draft
    this.#turnTo({ name: 'edit', message, before }, text)
    this.shown.say('editing')
  }

  readonly #save = (): void => {
    const { shown, message } = this
    const { room } = shown
    if (!room || !message) return
    const current = shown.find(message.id) ?? message
    const text = this.writing.draft.trim()
    if (current.deleted) return
    if (!text) return this.others.deleting.ask(message.id, true)
    if (!this.#fits(text)) return
    if (text === current.text) return this.leave()
    const detail: { draft: Draft; edited: Message } = { draft: { text }, edited: current }
    // Cancelled by the page: it stays in the field, for its author to change or to give up.
    if (!tell(shown.host, 'chat-before-send', detail)) return
    this.leave()
    const edited = detail.draft.text
    room.edit(message.id, edited).then(
      () => shown.say('editSaved'),
      (error: unknown) =>
        this.refusals.refused({ id: message.id, change: 'edit', text: edited, error: asChatError(error) }),
    )
  }

  readonly #input = (event: Event): void => {
    const { target } = event
    if (!this.message || !(target instanceof HTMLTextAreaElement)) return
    event.stopPropagation()
    this.#write(target.value)
  }

  readonly #submit = (event: Event): void => {
    if (!this.message || !(event.target as Element).matches('.composer')) return
    event.preventDefault()
    event.stopPropagation()
    this.#save()
  }

  #fits(text: string): boolean {
    return canSend(text, this.shown.session.limits.messageCharacters)
  }

  #write(text: string): void {
    this.writing.draft = text
    this.shown.repaint()
  }

  /** With the cursor at the end. At once: what is typed until the next repaint belongs to this text. */
  #turnTo(mode: WritingMode, text: string): void {
    this.#mode = mode
    this.#write(text)
    const field = this.shown.host.renderRoot.querySelector('textarea')
    if (!field) return
    field.value = text
    field.focus()
    field.setSelectionRange(text.length, text.length)
  }
}

/**
 * Edits a message in the field, and knows the purpose of the field: a new message, or the text of an edited one. The draft of
 * a new message is kept during an edit and restored after it. It is stored; an edited text is kept in memory, until it is
 * saved or the edit is cancelled: who turns to another message or room finds it again. If its message is gone or has another
 * text by then, the kept text goes behind the draft.
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
  /** `before`: the draft of a new message. */
  | { readonly name: 'edit'; readonly message: Message; readonly before: string }

/** A text that was neither saved nor cancelled, and the message as it was when the edit began. */
interface Unsaved {
  readonly message: Message
  readonly text: string
}

const NEW: WritingMode = { name: 'new' }
/** After a save, an Enter or a click that came twice is not meant for the draft, which is in the field again. */
const SETTLES_MS = 500

export class Editing implements RowAction, Remedied {
  readonly name = 'edit'
  readonly key = 'E'
  #mode = NEW
  #savedAt = -Infinity
  /** By message id. */
  readonly #unsaved = new Map<string, Unsaved>()

  constructor(
    private readonly shown: ShownRoom,
    private readonly writing: Writing,
    private readonly dock: Dock,
    private readonly refusals: Refusals,
    /** For an emptied text, and for one that can no longer be saved. */
    private readonly others: { deleting: Deleting; copying: Copying },
  ) {
    // In the capture phase, before the composer: until the next repaint it would take input for a new message.
    const { renderRoot } = shown.host
    renderRoot.addEventListener('input', this.#input, true)
    renderRoot.addEventListener('submit', this.#submit, true)
  }

  /** The message being edited. */
  get message(): Message | undefined {
    return this.#mode.name === 'edit' ? this.#mode.message : undefined
  }

  /** The purpose of the field, if it is not a new message. */
  get purpose(): Purpose | undefined {
    const { message, shown } = this
    if (!message) return undefined
    const { text } = shown
    const { draft } = this.writing
    const deleted = this.#isDeleted(message)
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
    // What is in the field already is not replaced.
    const begun = message.id === this.message?.id ? this.message : message
    const kept = this.#unsaved.get(message.id)
    // Saving what was typed for a former text would undo the change made meanwhile.
    if (kept && kept.message.text !== begun.text) this.#moveToDraft(kept)
    this.#begin(begun, this.#unsaved.get(message.id)?.text ?? begun.text)
  }

  remedy({ id, text = '' }: ChangeFailure, message: Message): Remedy {
    return this.isOffered(message)
      ? { word: 'retry', act: () => this.#begin(message, text) }
      : // It can no longer be saved; the author may want the text elsewhere.
        { word: 'copy', act: () => void this.others.copying.copy(id, text) }
  }

  /** Handles a key in the field. True if it did. */
  fieldKey(event: KeyboardEvent): boolean {
    const { shown, writing } = this
    if (this.message) {
      const act = event.key === 'Escape' ? this.leave : isEnter(event) && this.#save
      if (act) act()
      return Boolean(act)
    }
    if (isEnter(event) && this.#isSettling()) return true
    if (event.key !== 'ArrowUp' || writing.draft || hasModifier(event) || event.shiftKey) return false
    const last = shown.room?.messages.findLast(
      (message) =>
        shown.isOwn(message) && !this.others.deleting.removals.has(message.id) && this.isOffered(message),
    )
    if (last) this.act(last)
    return last !== undefined
  }

  readonly leave = (): void => {
    if (this.#mode.name !== 'edit') return
    const { message } = this.#mode
    const kept = this.#unsaved.get(message.id)
    // Somebody else has deleted the message: what was typed may become a new one.
    if (kept && this.shown.find(message.id)?.deleted) this.#moveToDraft(kept)
    this.#unsaved.delete(message.id)
    this.#moveUnreachable()
    this.#turnTo(NEW, this.#mode.before)
  }

  readonly changed = ({ current }: { current: Message }): void => {
    if (!current.deleted) return
    if (current.id === this.message?.id) this.shown.say('deleted')
    this.#moveUnreachable()
  }

  /** Another room or user is shown, or none: the field already has their draft. */
  enter(): void {
    this.#mode = NEW
    if (!this.shown.room) return
    // Only authors edit: what is not this user's was typed by the former one.
    for (const [id, { message }] of this.#unsaved) if (!this.shown.isOwn(message)) this.#unsaved.delete(id)
    this.#moveUnreachable()
  }

  /** `text`: the text of the message, or of a refused edit. */
  #begin(message: Message, text: string): void {
    this.refusals.dismiss(message.id)
    this.dock.forget()
    if (this.message && this.shown.find(this.message.id)?.deleted) this.leave()
    this.#moveUnreachable()
    const before = this.#mode.name === 'edit' ? this.#mode.before : this.writing.draft
    this.#turnTo({ name: 'edit', message, before }, text)
    this.shown.say('editing')
  }

  readonly #save = (): void => {
    const { shown, message } = this
    const { room } = shown
    if (!room || !message) return
    // As it was when the edit began: it may have another text by now, which must not be undone by an edit of nothing.
    if (this.writing.draft === message.text) return this.leave()
    const current = shown.find(message.id) ?? message
    const text = this.writing.draft.trim()
    if (this.#isDeleted(message)) return current.deleted && this.#leaveUnsent()
    if (!text) return this.others.deleting.ask(message.id, true)
    if (!this.#fits(text)) return
    if (text === current.text) return this.leave()
    const detail: { draft: Draft; edited: Message } = { draft: { text }, edited: current }
    // Cancelled by the page: the text stays in the field.
    if (!tell(shown.host, 'chat-before-send', detail)) return
    this.#leaveUnsent()
    const edited = detail.draft.text
    room.edit(message.id, edited).then(
      () => shown.say('editSaved'),
      (error: unknown) =>
        this.refusals.refused({ id: message.id, change: 'edit', text: edited, error: asChatError(error) }),
    )
  }

  /** The Enter that leads back to the draft does not send it. */
  #leaveUnsent(): void {
    this.leave()
    this.#savedAt = performance.now()
  }

  readonly #input = (event: Event): void => {
    const { target } = event
    if (!this.message || !(target instanceof HTMLTextAreaElement)) return
    event.stopPropagation()
    this.#write(target.value)
  }

  readonly #submit = (event: Event): void => {
    if (!(event.target as Element).matches('.composer') || !(this.message || this.#isSettling())) return
    event.preventDefault()
    event.stopPropagation()
    this.#save()
  }

  #isSettling(): boolean {
    return performance.now() - this.#savedAt < SETTLES_MS
  }

  /** A deletion that can still be undone counts: nobody should see an edit of what is about to go. */
  #isDeleted({ id, deleted }: Message): boolean {
    return this.others.deleting.removals.has(id) || Boolean(this.shown.find(id)?.deleted ?? deleted)
  }

  #fits(text: string): boolean {
    return canSend(text, this.shown.session.limits.messageCharacters)
  }

  #write(text: string): void {
    const { message } = this
    if (message && text !== message.text) this.#unsaved.set(message.id, { message, text })
    else if (message) this.#unsaved.delete(message.id)
    this.writing.draft = text
    this.shown.repaint()
  }

  /** Nobody can turn to a message again that is deleted or too old to edit. The one in the field stays there. */
  #moveUnreachable(): void {
    for (const [id, kept] of this.#unsaved) {
      const message = this.shown.find(id)
      if (message && id !== this.message?.id && !this.isOffered(message)) this.#moveToDraft(kept)
    }
  }

  /** Behind what is there, and stored with it. */
  #moveToDraft({ message, text }: Unsaved): void {
    this.#unsaved.delete(message.id)
    if (!text.trim()) return
    const { writing } = this
    const { draft: inField } = writing
    const draft = [this.#mode.name === 'edit' ? this.#mode.before : inField, text].filter(Boolean).join('\n')
    writing.write(draft)
    if (this.#mode.name === 'edit') {
      this.#mode = { ...this.#mode, before: draft }
      writing.draft = inField
    } else this.#append(draft)
  }

  /** Synchronous, and with the cursor where it was: somebody may be typing there. */
  #append(draft: string): void {
    const field = this.#field
    if (!field) return
    const { selectionStart, selectionEnd } = field
    field.value = draft
    field.setSelectionRange(selectionStart, selectionEnd)
  }

  get #field(): HTMLTextAreaElement | null {
    return this.shown.host.renderRoot.querySelector('textarea')
  }

  /** Puts the cursor at the end. Synchronous: input before the next repaint belongs to this text. */
  #turnTo(mode: WritingMode, text: string): void {
    this.#mode = mode
    this.#write(text)
    const field = this.#field
    if (!field) return
    field.value = text
    field.focus()
    field.setSelectionRange(text.length, text.length)
  }
}

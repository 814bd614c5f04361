/**
 * What the field is for: a new message, or the text of one that is edited. The draft of `new` waits while something else is
 * written, and comes back; it is stored, what is edited is not.
 */
import type { Message } from '@alcove/sdk'
import type { ReactiveControllerHost } from 'lit'
import type { Writing } from '../writing.js'

export type WritingMode =
  | { readonly name: 'new' }
  /** `before`: what was half written for `new`. */
  | { readonly name: 'edit'; readonly message: Message; readonly before: string }

const NEW: WritingMode = { name: 'new' }

export class Editing {
  #mode = NEW

  constructor(
    private readonly host: ReactiveControllerHost & { readonly renderRoot: ParentNode },
    private readonly writing: Writing,
  ) {}

  /** What is edited now. */
  get message(): Message | undefined {
    return this.#mode.name === 'edit' ? this.#mode.message : undefined
  }

  /** The field holds the text of this message, or what was made of it before. */
  begin(message: Message, text: string): void {
    const before = this.#mode.name === 'edit' ? this.#mode.before : this.writing.draft
    this.#turnTo({ name: 'edit', message, before }, text)
  }

  /** Back to what was half written. */
  leave(): void {
    if (this.#mode.name === 'edit') this.#turnTo(NEW, this.#mode.before)
  }

  /** Another room, or another person: the field holds something of theirs already. */
  forget(): void {
    this.#mode = NEW
  }

  readonly write = (text: string): void => {
    this.writing.draft = text
    this.host.requestUpdate()
  }

  /** With the cursor at the end. At once: what is typed until the next repaint belongs to this text. */
  #turnTo(mode: WritingMode, text: string): void {
    this.#mode = mode
    this.write(text)
    const field = this.host.renderRoot.querySelector('textarea')
    if (!field) return
    field.value = text
    field.focus()
    field.setSelectionRange(text.length, text.length)
  }
}

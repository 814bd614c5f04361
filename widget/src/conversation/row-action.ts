/** An action on a message: a button next to it, a larger one for touch, and a key of its row. */
import type { ChangeFailure, Message } from '@alcove/sdk'
import type { TemplateResult } from 'lit'

export interface RowAction {
  /** The CSS class of its buttons. */
  readonly name: string
  /** The first letter of its English word, or the name of a key. */
  readonly key: string
  /** Whether this user may do it to this message now, as far as the client knows. */
  isOffered(message: Message): boolean
  word(message: Message): string
  icon(message: Message): TemplateResult
  /** `from`: the button; absent if a key was pressed. */
  act(message: Message, from?: Element): void
}

/** What the user can do about a refused change. */
export interface Remedy {
  readonly word: 'retry' | 'copy'
  readonly act: () => void
}

export interface Remedied {
  remedy(failure: ChangeFailure, message: Message): Remedy | undefined
}

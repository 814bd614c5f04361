/** One thing that can be done with a message: a button beside it, a larger one for fingers, and a key of its row. */
import type { ChangeFailure, Message } from '@alcove/sdk'
import type { TemplateResult } from 'lit'

export interface RowAction {
  /** Its class in the page. */
  readonly name: string
  /** The first letter of its English word, or a key by its name. */
  readonly key: string
  /** Whether this person may do it with this message now, as far as is known here. */
  isOffered(message: Message): boolean
  word(message: Message): string
  icon(message: Message): TemplateResult
  /** `from`: the button; absent when it was the key. */
  act(message: Message, from?: Element): void
}

/** What a reader can do about a change that was refused. */
export interface Remedy {
  readonly word: 'retry' | 'copy'
  readonly act: () => void
}

export interface Remedied {
  remedy(failure: ChangeFailure, message: Message): Remedy | undefined
}

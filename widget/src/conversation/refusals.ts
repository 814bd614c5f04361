/** Changes that were refused, until somebody has seen to them: why, and the text that would be lost. */
import type { ChangeFailure } from '@alcove/sdk'
import type { Language } from '../language.js'
import type { ConversationStrings } from '../locales/strings.js'

/** A reader cannot do anything about these: they wanted it gone, went away, or took it back. */
const isOver = ({ change, error: { code } }: ChangeFailure): boolean =>
  code === 'closed' || code === 'user_changed' || (change === 'delete' && isGone(code))

const isGone = (code: ChangeFailure['error']['code']): boolean =>
  code === 'message_deleted' || code === 'message_not_found'

const REASONS: { readonly [code in ChangeFailure['error']['code']]?: keyof ConversationStrings } = {
  edit_window_closed: 'windowClosed',
  message_deleted: 'alreadyGone',
  message_not_found: 'alreadyGone',
  forbidden: 'notAllowed',
}

export class Refusals {
  readonly #failures = new Map<string, ChangeFailure>()

  get(id: string): ChangeFailure | undefined {
    return this.#failures.get(id)
  }

  /** False where there is nothing to tell, or it is known: the promise and the event both say so. */
  add(failure: ChangeFailure): boolean {
    if (isOver(failure) || this.#failures.get(failure.id)?.error === failure.error) return false
    this.#failures.set(failure.id, failure)
    return true
  }

  dismiss(id: string): void {
    this.#failures.delete(id)
  }

  clear(): void {
    this.#failures.clear()
  }
}

export function wordsOf({ change, error: { code } }: ChangeFailure, text: Language['text']): string {
  const what = text(change === 'edit' ? 'editFailed' : 'removeFailed')
  return `${what} ${text(REASONS[code] ?? 'errorTitle')}`
}

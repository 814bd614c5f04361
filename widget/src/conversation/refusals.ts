/** Refused changes, until the user has dealt with them: the reason, and the text that would be lost. */
import type { ChangeFailure } from '@alcove/sdk'
import type { ConversationStrings } from '../locales/strings.js'
import type { ShownRoom } from './shown-room.js'

type Code = ChangeFailure['error']['code']

/** The user cannot do anything about these: it is gone as they wanted, or they left or took it back. */
const isOver = ({ change, error: { code } }: ChangeFailure): boolean =>
  code === 'closed' ||
  code === 'user_changed' ||
  ((change === 'delete' || change === 'unreact') && isGone(code))

const isGone = (code: Code): boolean => code === 'message_deleted' || code === 'message_not_found'

const FAILED: { readonly [C in ChangeFailure['change']]: keyof ConversationStrings } = {
  edit: 'editFailed',
  delete: 'removeFailed',
  react: 'reactFailed',
  unreact: 'unreactFailed',
}

const REASONS: { readonly [C in Code]?: keyof ConversationStrings } = {
  edit_window_closed: 'windowClosed',
  message_deleted: 'alreadyGone',
  message_not_found: 'alreadyGone',
  forbidden: 'notAllowed',
  rate_limited: 'tooFast',
  too_many_reactions: 'tooManyReactions',
}

export class Refusals {
  readonly #failures = new Map<string, ChangeFailure>()

  constructor(private readonly shown: ShownRoom) {}

  /** The latest of its text and the latest of its reactions: neither hides the other. */
  of(id: string): ChangeFailure[] {
    return [id, reactionsOf(id)].flatMap((key) => this.#failures.get(key) ?? [])
  }

  /** Ignores one that needs no message or is known already: the promise and the event both report it. */
  readonly refused = (failure: ChangeFailure): void => {
    const key = keyOf(failure)
    if (isOver(failure) || this.#failures.get(key)?.error === failure.error) return
    this.#failures.set(key, failure)
    this.shown.announcer.say(this.words(failure))
    this.shown.fail(failure.error)
    this.shown.repaint()
  }

  words({ change, emoji, error: { code } }: ChangeFailure): string {
    const { text } = this.shown
    const reason = code === 'forbidden' && emoji ? 'mayNotReact' : REASONS[code]
    return `${text(FAILED[change])} ${text(reason ?? 'errorTitle')}`
  }

  /** The one of its text. */
  dismiss(id: string): void {
    this.#failures.delete(id)
  }

  dismissReactions(id: string): void {
    this.#failures.delete(reactionsOf(id))
  }

  dismissOne(failure: ChangeFailure): void {
    this.#failures.delete(keyOf(failure))
  }

  clear(): void {
    this.#failures.clear()
  }
}

const keyOf = ({ id, emoji }: ChangeFailure): string => (emoji === undefined ? id : reactionsOf(id))

const reactionsOf = (id: string): string => `${id} reactions`

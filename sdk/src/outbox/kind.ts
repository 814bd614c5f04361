/** What a client has to know of a kind of change to a message, which the file of its feature describes. Types. */
import type { Capability, Change, ChangeRequests, MessageChange, SettingsChange } from '../protocol/index.js'
import type { ChangeVerb, Message } from '../types.js'

/** What a user may ask for; settings are changed through the server API. */
export type OwnChange = Exclude<Change, SettingsChange>

/** The `typeof` of each field; one with a question mark may be absent. */
export type Fields<C> = {
  readonly [F in Exclude<keyof C, 'kind' | 'message'>]-?: 'string' | 'string?' | 'object?'
}

export interface Kind<C extends MessageChange = MessageChange> {
  /** What the change consists of, besides its message. */
  readonly fields: Fields<C>
  /** The request for it. */
  readonly request: keyof ChangeRequests
  /** What applications call it. */
  readonly verb: ChangeVerb
  /** The capability with which the author of the message may make it, within the edit window. */
  readonly author?: Capability
  /** The capability with which anybody may, at any time. */
  readonly anybody?: Capability
  /**
   * Combines it with an earlier change to the same message that has not been sent: one change that stands for both, `null`
   * if they cancel out, or `undefined` if both are sent.
   */
  merged(waiting: OwnChange, next: C): OwnChange | null | undefined
  /** How the message is marked until the change is committed; absent if a pending one looks like a committed one. */
  readonly pending?: NonNullable<Message['pending']>
  /** Whether the message, as it is shown, has the change already. */
  isDone?(message: Message, change: C): boolean
}

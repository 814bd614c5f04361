/** A change as an operation proposes it: checked, counted, not yet committed. */
import type { ChangeAuthor, MessageChange, User } from '@alcove/sdk/protocol'

/** A new message, in the form in which it is stored. */
export interface Creation {
  kind: 'creation'
  /** The message's. */
  id: string
  author: User
  text: string
  replyTo?: string
  /** JSON text. */
  meta?: string
  /** Of the body as it was sent, whatever a hook made of it: by it a retry is known. */
  fingerprint: string
}

/** What is done to a message that is there. */
export interface Alteration {
  kind: 'alteration'
  /** The change's own. */
  id: string
  change: MessageChange
  /** Whose it is, where the actor makes it for somebody. */
  by?: ChangeAuthor
  /** As it was sent, where a hook made another of it: by it a retry is known. */
  sent?: MessageChange
}

export type Draft = Creation | Alteration

/** A change as an operation proposes it: checked, counted, not yet committed. */
import type { User } from '@alcove/sdk/protocol'
import type { Alterable } from '../log/room-change.js'
import type { ChangeConditions } from '../storage/change-repository.js'

/** A new message, in the form in which it is stored. */
export interface Creation {
  kind: 'creation'
  /** The message's id. */
  id: string
  author: User
  text: string
  replyTo?: string | undefined
  /** JSON text. */
  meta?: string | undefined
  /** Of the body as it was sent, before any hook altered it: identifies a retry. */
  fingerprint: string
}

/** A change to an existing message, or to the room. */
export interface Alteration {
  kind: 'alteration'
  /** The change's id. */
  id: string
  change: Alterable
  /** Decided when it is committed: who may make it, and what the message may have at most. */
  conditions: ChangeConditions
  /** The change as it was sent, if a hook altered it: identifies a retry. */
  sent?: Alterable | undefined
}

export type Draft = Creation | Alteration

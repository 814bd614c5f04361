/** What the fake server has to know of a kind of change to a message, which the file of its feature describes. Types. */
import type { ErrorCode, Limits, MessageChange, MessageRow, Recorded } from '../protocol/index.js'

export interface FakeKind<C extends MessageChange = MessageChange> {
  /** The change as it is stored. @throws ChatError if it is invalid */
  checked?(change: C, limits: Limits): MessageChange
  /** Whether it would change nothing, in which case nothing is stored. */
  isDone?(change: C, asked: Asked): boolean
  /** The reason against it, for a person with the capability, unless it is done. */
  refusal?(change: C, asked: Asked): ErrorCode | undefined
}

export interface Asked {
  readonly message: MessageRow
  /** The id of the person asking. */
  readonly user: string
  readonly limits: Limits
  /** The changes of the room so far. */
  readonly journal: readonly Recorded[]
}

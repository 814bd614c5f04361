/** A message in its two forms: the row as it is now, and the patch that one commit made to it. */
import type { Reacted, Reactions } from './reactions.js'
import type { User } from './user.js'

/** A committed message. `rev` is the room version of its last change. */
export interface MessageRow {
  /** UUID made by the sender; unique in the room for ever. */
  id: string
  /** Place in the room: 1, 2, 3 … in the order of creation. A deleted message keeps its own. */
  seq: number
  rev: number
  at: number
  user: User
  /** Empty once deleted. */
  text: string
  replyTo?: string
  meta?: Record<string, unknown>
  /** When the text was last changed; absent while it is as it was sent. */
  editedAt?: number
  /** What was written is gone, and with it all but `id`, `seq`, `rev`, `at` and `user`. */
  deleted?: Deletion
  reactions?: Reactions
}

export interface Deletion {
  at: number
  by: 'author' | 'moderator'
}

/** What may change about a message once it stands. */
type Changeable = Omit<MessageRow, 'id' | 'seq' | 'rev' | 'at' | 'user'>

/**
 * A patch of a row, by its fields: an absent one is as it was, one that is `null` is gone, any other is the new one whole. Has no
 * `user`. `reacted` is of the change alone, and of no row.
 */
export type MessagePatch = Pick<MessageRow, 'id' | 'seq' | 'rev'> & {
  [Field in keyof Changeable]?: Changeable[Field] | null
} & { reacted?: readonly Reacted[] }

export const isRow = (message: MessageRow | MessagePatch): message is MessageRow => 'user' in message

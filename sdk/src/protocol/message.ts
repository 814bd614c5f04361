/** A message in its two forms: the row as it is now, and the patch that one commit made to it. */
import type { Reacted, Reactions } from './reactions.js'
import type { User } from './user.js'

/** A committed message. `rev` is the room version of its last change. */
export interface MessageRow {
  /** UUID made by the sender; unique in the room for ever. */
  id: string
  /** Position in the room: 1, 2, 3 … in order of creation. A deleted message keeps its position. */
  seq: number
  rev: number
  at: number
  user: User
  /** Empty once deleted. */
  text: string
  replyTo?: string
  meta?: Record<string, unknown>
  /** When the text was last changed; absent for an unedited message. */
  editedAt?: number
  /** The content was deleted: everything except `id`, `seq`, `rev`, `at` and `user` is gone. */
  deleted?: Deletion
  reactions?: Reactions
}

export interface Deletion {
  at: number
  by: 'author' | 'moderator'
}

/** The fields of a message that may change after its creation. */
export type Changeable = Omit<MessageRow, 'id' | 'seq' | 'rev' | 'at' | 'user'>

/**
 * What a commit changed, field by field: an absent field is unchanged, `null` removes it, any other value replaces it whole.
 * `reacted` belongs to the change and is part of no row.
 */
export type PatchFields = { [Field in keyof Changeable]?: Changeable[Field] | null } & {
  reacted?: readonly Reacted[]
}

/** A patch of a row. Has no `user`. */
export type MessagePatch = Pick<MessageRow, 'id' | 'seq' | 'rev'> & PatchFields

export const isRow = (message: MessageRow | PatchFields): message is MessageRow => 'user' in message

import type { ReactionChange } from './reactions.js'
import type { RoomSettingsPatch } from './room.js'

/**
 * The changes that somebody can make to a room, as the journal, the outbox and the followers of a room describe them.
 */
export type Change =
  | {
      kind: 'message.created'
      text: string
      replyTo?: string
      meta?: Record<string, unknown>
    }
  | { kind: 'message.edited'; message: string; text: string }
  | { kind: 'message.deleted'; message: string; reason?: string }
  | ReactionChange
  | { kind: 'room.updated'; info: RoomSettingsPatch }

export type ChangeKind = Change['kind']
export type ChangeOf<K extends ChangeKind> = Extract<Change, { kind: K }>
/** Any change to an existing message. */
export type MessageChange = Extract<Change, { message: string }>
/** Any change to the room itself. */
export type SettingsChange = Extract<Change, { info: unknown }>

/** Who made a change, whichever way the request came in. */
export interface ChangeAuthor {
  kind: 'user' | 'app' | 'admin' | 'system'
  /** The id of a user or an admin; of an app, the user for whom it acted. */
  id?: string
}

/** A change as it was committed. */
export interface Recorded {
  /**
   * Made by the client; one change of the room for ever. For a creation it is the message's id, which another change may have
   * too: entries are identified by room and rev.
   */
  id: string
  room: string
  rev: number
  by: ChangeAuthor
  at: number
  change: Change
}

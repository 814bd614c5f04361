import type { ReactionChange } from './reactions.js'

/** What somebody did to a room: journal, outbox and whoever follows a room's changes speak of it in these words. */
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

export type ChangeKind = Change['kind']
export type ChangeOf<K extends ChangeKind> = Extract<Change, { kind: K }>
/** Anything that is done to a message that is there. */
export type MessageChange = Extract<Change, { message: string }>

/** Who changed something, whichever way it came. */
export interface ChangeAuthor {
  kind: 'user' | 'app' | 'admin' | 'system'
  /** Of a user or an admin. */
  id?: string
}

/** A change as it was committed. */
export interface Recorded {
  /** Made by the client, unique in the room for ever; of a creation the message's own. */
  id: string
  room: string
  rev: number
  by: ChangeAuthor
  at: number
  change: Change
}

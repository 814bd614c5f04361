/** Reads who reacted. They are written with the change that makes them (routines/change.sql.ts). */
import type { Database } from './database.js'
import type { ReadTurns, Turn } from './read-turns.js'

export interface ReactionRepository {
  /** One person's reactions to these messages, in no particular order. */
  of(roomKey: number, user: string, messages: readonly string[], turn: Turn): Promise<OwnReaction[]>
}

export interface OwnReaction {
  message: string
  emoji: string
}

/**
 * An app may allow no more on one message (apps/app-settings.ts); the bound also keeps the plan at one lookup per
 * message.
 */
export const MOST_REACTIONS = 100

const OF = `
  select own.message_id as message, own.emoji
  from unnest($3::uuid[]) as given (id)
  cross join lateral (
    select r.message_id, r.emoji from reactions r
    where r.room_key = $1 and r.message_id = given.id and r.user_id = $2
    order by r.emoji limit ${MOST_REACTIONS}
  ) own`

export function createReactionRepository(
  database: Database,
  turns: Pick<ReadTurns, 'take'>,
): ReactionRepository {
  return {
    of: (roomKey, user, messages, turn) =>
      turns.take(turn, () => database.query<OwnReaction>(OF, [roomKey, user, messages])),
  }
}

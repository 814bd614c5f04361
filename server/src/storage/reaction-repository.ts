/** Reads who reacted. They are written with the change that makes them (routines/change.sql.ts). */
import type { Database } from './database.js'
import type { ReadTurns, Turn } from './read-turns.js'

export interface ReactionRepository {
  /**
   * Reactions to messages of one room, in no particular order.
   *
   * @param wanted called when the turn has come, so that callers who joined meanwhile are served too
   */
  of(roomKey: number, wanted: () => WantedReactions, turn: Turn): Promise<ReactionOf[]>
}

export interface WantedReactions {
  /** Messages of which all reactions are read and those of `users` returned. */
  readonly whole: readonly string[]
  readonly users: readonly string[]
  /** One lookup each. */
  readonly of: readonly { readonly message: string; readonly user: string }[]
}

export interface OwnReaction {
  message: string
  emoji: string
}

export interface ReactionOf extends OwnReaction {
  user: string
}

/**
 * An app may allow no more on one message (apps/app-settings.ts); the bound also keeps the plan at one lookup per
 * message and user.
 */
export const MOST_REACTIONS = 100

/** `offset 0` keeps the plan at one lookup per message, whatever the planner knows of the tables. */
const OF = `
  select own.message_id as message, own.user_id as "user", own.emoji
  from unnest($2::uuid[]) as given (id)
  cross join lateral (
    select r.message_id, r.user_id, r.emoji from reactions r
    where r.room_key = $1 and r.message_id = given.id offset 0
  ) own
  where own.user_id in (select unnest($3::text[]))
  union all
  select own.message_id, own.user_id, own.emoji
  from unnest($4::uuid[], $5::text[]) as given (id, user_id)
  cross join lateral (
    select r.message_id, r.user_id, r.emoji from reactions r
    where r.room_key = $1 and r.message_id = given.id and r.user_id = given.user_id
    order by r.emoji limit ${MOST_REACTIONS}
  ) own`

export function createReactionRepository(
  database: Database,
  turns: Pick<ReadTurns, 'take'>,
): ReactionRepository {
  return {
    of: (roomKey, wanted, turn) =>
      turns.take(turn, () => {
        const { whole, users, of } = wanted()
        return database.query<ReactionOf>(OF, [
          ...[roomKey, whole, users],
          ...[of.map(({ message }) => message), of.map(({ user }) => user)],
        ])
      }),
  }
}

/**
 * Writes changes to existing messages and looks up their outcomes. What they do to rows is in routines/change.sql.ts.
 */
import type { ChangeAuthor, ChangeKind } from '@alcove/sdk/protocol'
import { asMilliseconds, type Database } from './database.js'
import type { ReadTurns } from './read-turns.js'

/** What is decided about the message under the lock of the room. */
export type ChangeConditions = (
  | { who: 'anybody' }
  /** Until so many seconds after the message was committed; 0: never. */
  | { who: 'author'; withinSeconds: number }
) & {
  /** How often the message may be edited, or how many different emoji it may have. */
  most?: number
  /** How many different emoji the person who reacts may have on the message. */
  mostOwn?: number
}

export interface NewChange {
  roomKey: number
  /** The epoch that its author is in. */
  epoch: string
  /** The change's id. */
  id: string
  kind: ChangeKind
  /** Null of a change to the room itself. */
  message: string | null
  by: ChangeAuthor
  conditions: ChangeConditions
  /** JSON of the fields specific to the kind. */
  body: string
  /** Digest of the request: distinguishes a retry from a conflict. */
  fingerprint: string
}

export type RefusedOutcome = 'missing' | 'deleted' | 'forbidden' | 'too_late' | 'too_many' | 'too_many_own'

export interface Changed {
  /**
   * `known`: committed before, by the same author and with the same body. `conflict`: the id belongs to another change.
   * `gone`: the room no longer exists, or has a new epoch. `unchanged`: there is nothing to do, `rev` is the message's.
   * All others: the change is refused, and nothing is written.
   */
  outcome: 'applied' | 'known' | 'unchanged' | 'conflict' | 'gone' | RefusedOutcome
  /** The message's `seq`; 0 unless the change was applied. */
  seq: number
  rev: number
  at: number
  /** The message's author; null unless the change was applied. */
  author: string | null
  /** For a reaction: JSON of the counts after it, `[emoji, count][]`. */
  reactions?: string | null
}

export interface ChangeRepository {
  /** Runs in one transaction. Changes of one room must be adjacent, and rooms in ascending key order. */
  apply(changes: readonly NewChange[]): Promise<Changed[]>
  /** The outcomes of these ids, to resolve a COMMIT whose answer was lost. */
  lookUp(changes: readonly NewChange[]): Promise<(Changed | undefined)[]>
}

const APPLY = `
  select outcome, seq, rev, ${asMilliseconds('at')} as at, author, reactions
  from alcove_change($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`

const LOOK_UP = `
  select c.rev, ${asMilliseconds('c.at')} as at, given.place,
    c.actor_kind = given.actor_kind and c.actor_id is not distinct from given.actor
      and c.fingerprint = given.fingerprint as same
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::text[])
    with ordinality as given (room_key, id, actor_kind, actor, fingerprint, place)
  join (
    select room_key, id, rev, at, actor_kind, actor_id, fingerprint from changes
    union all
    select room_key, id, rev, at, actor_kind, nullif(actor_id, ''), fingerprint from unchanged
  ) c on c.room_key = given.room_key and c.id = given.id`

/** @param turns the turns of all readers of the same engine */
export function createChangeRepository(
  database: Database,
  turns: Pick<ReadTurns, 'wrote'>,
): ChangeRepository {
  return {
    async apply(changes) {
      turns.wrote()
      return database.query<Changed>(
        APPLY,
        [
          changes.map((change) => change.roomKey),
          changes.map((change) => change.epoch),
          changes.map((change) => change.id),
          changes.map((change) => change.kind),
          changes.map((change) => change.message),
          changes.map((change) => change.by.kind),
          changes.map((change) => change.by.id ?? null),
          changes.map((change) => change.body),
          changes.map((change) => change.fingerprint),
          changes.map((change) => JSON.stringify(change.conditions)),
        ],
        'alcove_change',
      )
    },

    async lookUp(changes) {
      const rows = await database.query<{ rev: number; at: number; same: boolean; place: number }>(LOOK_UP, [
        changes.map((change) => change.roomKey),
        changes.map((change) => change.id),
        changes.map((change) => change.by.kind),
        changes.map((change) => change.by.id ?? null),
        changes.map((change) => change.fingerprint),
      ])
      const found = new Map(rows.map((row) => [Number(row.place), row]))
      return changes.map((_, index) => {
        const row = found.get(index + 1)
        return (
          row && { outcome: row.same ? 'known' : 'conflict', seq: 0, rev: row.rev, at: row.at, author: null }
        )
      })
    },
  }
}

/** Rows of messages: appending batches and reading parts of a log. Every read is one statement, so one snapshot. */
import type { User, WireMessage } from '@alcove/sdk/protocol'
import { asMilliseconds, type Database } from './database.js'

export interface NewMessage {
  roomKey: number
  roomId: string
  /** Carries the room's facts, also when the room is not open here any more. */
  channel: string
  /** The life of the log that the sender is in. */
  epoch: string
  id: string
  author: User
  text: string
  replyTo?: string
  /** JSON text. */
  meta?: string
  /** Digest of the body as first sent: tells a retry from a conflict even after an edit. */
  fingerprint: string
}

export interface Appended {
  /**
   * `known`: committed before with this body. `conflict`: the id belongs to another message. `gone`: the room is not
   * there any more, or began anew.
   */
  outcome: 'added' | 'known' | 'conflict' | 'gone'
  seq: number
  rev: number
  at: number
}

/** Part of a log with the head it was read at. */
export interface LogSlice {
  epoch: string
  head: number
  headSeq: number
  messages: WireMessage[]
}

export interface MessageRepository {
  /** One transaction. Messages of one room must stand together and rooms in ascending key order. */
  append(messages: readonly NewMessage[]): Promise<Appended[]>
  /** What became of these ids: resolves a COMMIT whose answer was lost. */
  lookUp(messages: readonly NewMessage[]): Promise<(Appended | undefined)[]>
  /** The newest `count` by `seq` together with the `changes` latest by `rev`, ascending by `seq`. */
  tail(roomKey: number, count: number, changes: number): Promise<LogSlice>
  /** `rev` above the given one, ascending by `rev`, at most `limit`. */
  since(roomKey: number, rev: number, limit: number): Promise<LogSlice>
  /** `seq` in [from, to], ascending. */
  range(roomKey: number, from: number, to: number): Promise<LogSlice>
}

interface Stored {
  epoch: string
  head: number
  head_seq: number
  id: string | null
  seq: number
  rev: number
  author_id: string
  author_name: string
  author_avatar: string | null
  author_guest: boolean
  text: string
  reply_to: string | null
  meta: string | null
  at: number
}

const AT = asMilliseconds('m.created_at')
const COLUMNS = `m.id, m.seq, m.rev, m.author_id, m.author_name, m.author_avatar, m.author_guest, m.text, m.reply_to, m.meta, ${AT} as at`
const APPEND = `
  select outcome, seq, rev, ${asMilliseconds('at')} as at
  from alcove_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

/** A room's head with the rows of `part`; one row of nulls where there are none. */
const slice = (part: string, order: string) => `
  select r.epoch, r.rev as head, r.seq as head_seq, ${COLUMNS}
  from rooms r left join lateral (${part}) m on true
  where r.key = $1 order by ${order}`

const TAIL = slice(
  `(select * from messages where room_key = r.key order by seq desc limit $2)
   union (select * from messages where room_key = r.key order by rev desc limit $3)`,
  'm.seq',
)
const SINCE = slice(
  'select * from messages where room_key = r.key and rev > $2 order by rev limit $3',
  'm.rev',
)
const RANGE = slice('select * from messages where room_key = r.key and seq between $2 and $3', 'm.seq')

const LOOK_UP = `
  select m.seq, m.rev, ${AT} as at, m.author_id = given.author and m.fingerprint = given.fingerprint as same, given.place
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) with ordinality as given (room_key, id, author, fingerprint, place)
  join messages m on m.room_key = given.room_key and m.id = given.id`

export function createMessageRepository(database: Database): MessageRepository {
  async function read(sql: string, params: readonly unknown[]): Promise<LogSlice> {
    const rows = await database.query<Stored>(sql, params)
    const first = rows[0]
    if (!first) throw new Error('room has no row; it was deleted while open')
    return {
      epoch: first.epoch,
      head: first.head,
      headSeq: first.head_seq,
      messages: first.id === null ? [] : rows.map(toWire),
    }
  }

  return {
    async append(messages) {
      return database.query<Appended>(
        APPEND,
        [
          messages.map((m) => m.roomKey),
          messages.map((m) => m.epoch),
          messages.map((m) => m.id),
          messages.map((m) => m.author.id),
          messages.map((m) => m.author.name),
          messages.map((m) => m.author.avatar ?? null),
          messages.map((m) => m.author.guest === true),
          messages.map((m) => m.text),
          messages.map((m) => m.replyTo ?? null),
          messages.map((m) => m.meta ?? null),
          messages.map((m) => m.fingerprint),
        ],
        'alcove_append',
      )
    },

    async lookUp(messages) {
      const rows = await database.query<{
        seq: number
        rev: number
        at: number
        same: boolean
        place: number
      }>(LOOK_UP, [
        messages.map((m) => m.roomKey),
        messages.map((m) => m.id),
        messages.map((m) => m.author.id),
        messages.map((m) => m.fingerprint),
      ])
      const found = new Map(rows.map((row) => [Number(row.place), row]))
      return messages.map((_, index) => {
        const row = found.get(index + 1)
        return (
          row && {
            outcome: row.same ? 'known' : 'conflict',
            seq: row.seq,
            rev: row.rev,
            at: row.at,
          }
        )
      })
    },

    tail: (roomKey, count, changes) => read(TAIL, [roomKey, count, changes]),
    since: (roomKey, rev, limit) => read(SINCE, [roomKey, rev, limit]),
    range: (roomKey, from, to) => read(RANGE, [roomKey, from, to]),
  }
}

function toWire(row: Stored): WireMessage {
  return {
    id: row.id ?? '',
    seq: row.seq,
    rev: row.rev,
    at: row.at,
    user: {
      id: row.author_id,
      name: row.author_name,
      ...(row.author_avatar !== null && { avatar: row.author_avatar }),
      ...(row.author_guest && { guest: true as const }),
    },
    text: row.text,
    ...(row.reply_to !== null && { replyTo: row.reply_to }),
    ...(row.meta !== null && { meta: JSON.parse(row.meta) as Record<string, unknown> }),
  }
}

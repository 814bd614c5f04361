/** Rows of messages: appending batches and reading parts of a log. Every read is one statement, so one snapshot. */
import type {
  Deletion,
  MessageRow,
  Reactions,
  RoomPatch,
  RoomSettingsPatch,
  User,
} from '@alcove/sdk/protocol'
import { asMilliseconds, type Database } from './database.js'
import { createReadTurns, type ReadTurns, type Turn } from './read-turns.js'

export interface NewMessage {
  roomKey: number
  roomId: string
  /** The channel for the room's facts, also when the room is no longer open here. */
  channel: string
  /** The epoch that the sender is in. */
  epoch: string
  id: string
  author: User
  text: string
  replyTo?: string | undefined
  /** JSON text. */
  meta?: string | undefined
  /** Digest of the body as first sent: distinguishes a retry from a conflict even after an edit. */
  fingerprint: string
}

export interface Appended {
  /**
   * `known`: committed before with this body. `conflict`: the id belongs to another message. `gone`: the room no longer
   * exists, or has a new epoch.
   */
  outcome: 'added' | 'known' | 'conflict' | 'gone'
  seq: number
  rev: number
  at: number
}

/** The head of a log. */
export interface LogHead {
  epoch: string
  head: number
  headSeq: number
  /** The room's settings; undefined if none was ever changed. */
  info?: RoomPatch | undefined
}

/** Part of a log, with the head at the time of reading. */
export interface LogSlice extends LogHead {
  messages: MessageRow[]
  /** The requested part has more messages than the requested bytes allow. */
  isCut: boolean
}

/** The latest changes of a log. */
export interface LogNews extends LogSlice {
  /** Every change above this rev is in `messages`. */
  changesAbove: number
}

/** The turn a read takes, and how many bytes of messages it may take from the engine; at least one message. */
export interface ReadBounds {
  turn: Turn
  bytes: number
}

export interface MessageRepository {
  /** Runs in one transaction. Messages of one room must be adjacent, and rooms in ascending key order. */
  append(messages: readonly NewMessage[]): Promise<Appended[]>
  /** The outcomes of these ids, to resolve a COMMIT whose answer was lost. */
  lookUp(messages: readonly NewMessage[]): Promise<(Appended | undefined)[]>
  head(roomKey: number, turn: Turn): Promise<LogHead>
  /** The newest `count` by `seq`, ascending. */
  tail(roomKey: number, count: number, bounds: ReadBounds): Promise<LogSlice>
  /**
   * The latest `count` revs that are above a rev, ascending by `rev`. The rev is determined when the turn has come, so
   * that callers who joined meanwhile are served too.
   */
  latest(roomKey: number, above: () => number, count: number, bounds: ReadBounds): Promise<LogNews>
  /** The next `limit` revs above the given one, ascending by `rev`. */
  since(roomKey: number, rev: number, limit: number, bounds: ReadBounds): Promise<LogSlice>
  /**
   * `seq` in [from, to], ascending. If that is too much, those nearest to `place`: the byte limit applies separately
   * before it and from it on.
   */
  range(
    roomKey: number,
    part: { from: number; place: number; to: number },
    bounds: ReadBounds,
  ): Promise<LogSlice>
}

interface StoredHead {
  epoch: string
  head: number
  head_seq: number
  /** JSON. */
  settings: string | null
  settings_rev: number | null
}

interface Stored extends StoredHead {
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
  edited_at: number | null
  deleted_at: number | null
  deleted_by: Deletion['by'] | null
  /** JSON of `[emoji, count][]`. */
  reactions: string | null
  is_cut: boolean | null
}

const AT = asMilliseconds('m.created_at')
const COLUMNS = `m.id, m.seq, m.rev, m.author_id, m.author_name, m.author_avatar, m.author_guest, m.text, m.reply_to, m.meta, ${AT} as at,
  ${asMilliseconds('m.edited_at')} as edited_at, ${asMilliseconds('m.deleted_at')} as deleted_at, m.deleted_by,
  m.reactions::text as reactions`
const APPEND = `
  select outcome, seq, rev, ${asMilliseconds('at')} as at
  from alcove_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

/**
 * The size of a row without reading a long text: Postgres knows the length of values it stores out of line. The
 * constant is slightly more than field names, ids and numbers take in an answer.
 */
const WEIGHT = `300 + octet_length(text) + coalesce(octet_length(meta), 0) + octet_length(author_name)
  + coalesce(octet_length(author_avatar), 0) + coalesce(octet_length(reactions::text), 0)`

/**
 * The first rows of `part` whose size stays within `bytes`, at least one, and how many there were. Cut off here, so
 * that a page never takes more from the engine than it returns; text is only read for the rows kept.
 *
 * `seq` and `rev` are dense, so a part is a range of either with no more rows than its length. The plan then needs no
 * statistics, which the embedded engine never has: asked for the first rows in order, it sorted whole rooms.
 */
const fitting = (part: string, order: string, bytes: string) => `
  select * from (
    select *, row_number() over outward as place_in_part, count(*) over () as in_part, sum(${WEIGHT}) over outward as weight
    from messages where room_key = r.key and ${part}
    window outward as (order by ${order} rows unbounded preceding)
  ) weighed where place_in_part = 1 or weight <= ${bytes}`

const ROOM = 'r.epoch, r.rev as head, r.seq as head_seq, r.settings::text as settings, r.settings_rev'

/** A room's head with the rows of `part`; one row of nulls if there are none. */
const slice = (part: string, order: string, more: string) => `
  select ${ROOM}, ${COLUMNS}, ${more}
  from rooms r left join lateral (${part}) m on true
  where r.key = $1 order by ${order}`

const HEAD = `select ${ROOM} from rooms r where r.key = $1`
const TAIL = slice(
  fitting('seq > r.seq - $2 and seq <= r.seq', 'seq desc', '$3'),
  'm.seq',
  'm.in_part > count(*) over () as is_cut',
)
const LATEST = slice(
  fitting('rev > greatest($2::bigint, r.rev - $3) and rev <= r.rev', 'rev desc', '$4'),
  'm.rev',
  'm.in_part > count(*) over () as is_cut',
)
const SINCE = slice(
  fitting('rev > $2 and rev <= $2::bigint + $3', 'rev', '$4'),
  'm.rev',
  'm.in_part > count(*) over () as is_cut',
)
const RANGE = slice(
  `(${fitting('seq >= $2 and seq < $3', 'seq desc', '$5')})
   union all (${fitting('seq >= $3 and seq <= $4', 'seq', '$5')})`,
  'm.seq',
  'false as is_cut',
)

const LOOK_UP = `
  select m.seq, m.rev, ${AT} as at, m.author_id = given.author and m.fingerprint = given.fingerprint as same, given.place
  from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[]) with ordinality as given (room_key, id, author, fingerprint, place)
  join messages m on m.room_key = given.room_key and m.id = given.id`

export function createMessageRepository(
  database: Database,
  turns: ReadTurns = createReadTurns(database.engine),
): MessageRepository {
  async function read(sql: string, params: () => unknown[], turn: Turn): Promise<LogSlice> {
    const rows = await turns.take(turn, () => database.query<Stored>(sql, params()))
    const first = present(rows[0])
    return {
      ...toHead(first),
      messages: first.id === null ? [] : rows.map(toWire),
      isCut: first.is_cut === true,
    }
  }

  return {
    async append(messages) {
      turns.wrote()
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

    async head(roomKey, turn) {
      return toHead(present((await turns.take(turn, () => database.query<StoredHead>(HEAD, [roomKey])))[0]))
    },
    tail: (roomKey, count, { turn, bytes }) => read(TAIL, () => [roomKey, count, bytes], turn),
    async latest(roomKey, above, count, { turn, bytes }) {
      let from = 0
      const slice = await read(LATEST, () => [roomKey, (from = above()), count, bytes], turn)
      const oldest = slice.messages[0]
      const changesAbove = slice.isCut && oldest ? oldest.rev - 1 : Math.max(from, slice.head - count)
      return { ...slice, changesAbove }
    },
    since: (roomKey, rev, limit, { turn, bytes }) => read(SINCE, () => [roomKey, rev, limit, bytes], turn),
    range: (roomKey, { from, place, to }, { turn, bytes }) =>
      read(RANGE, () => [roomKey, from, place, to, bytes], turn),
  }
}

/** @param stored JSON of `[emoji, count][]`; undefined if there are none */
export function toReactions(stored: string | null): Reactions | undefined {
  const counts = JSON.parse(stored ?? '[]') as [emoji: string, count: number][]
  return counts.length > 0 ? Object.fromEntries(counts) : undefined
}

function present<Row>(row: Row | undefined): Row {
  if (!row) throw new Error('room has no row; it was deleted while open')
  return row
}

function toHead({ epoch, head, head_seq, settings, settings_rev }: StoredHead): LogHead {
  return {
    epoch,
    head,
    headSeq: head_seq,
    ...(settings !== null &&
      settings_rev !== null && {
        info: { ...(JSON.parse(settings) as RoomSettingsPatch), rev: settings_rev },
      }),
  }
}

function toWire(row: Stored): MessageRow {
  const reactions = toReactions(row.reactions)
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
    ...(row.edited_at !== null && { editedAt: row.edited_at }),
    ...(row.deleted_at !== null && { deleted: { at: row.deleted_at, by: row.deleted_by ?? 'author' } }),
    ...(reactions && { reactions }),
  }
}

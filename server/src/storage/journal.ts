/**
 * Everything committed in any room, page by page from a cursor: for followers of all changes, such as webhooks. Each
 * room's revs appear in order, without gaps, and once each. Clients do not read this; they read rows.
 *
 * A page only contains positions below the oldest running transaction, where nothing can appear any more (ADR 33). So
 * commits appear with a short delay, and not before the longest write in the same PostgreSQL server ends. It is limited
 * in count and in bytes.
 *
 * Deleted content is gone from here as well: a follower that gets to a message after its deletion reads that it was
 * created, edited and deleted, without any text.
 */
import type { Change, ChangeAuthor, Recorded } from '@alcove/sdk/protocol'
import { asMilliseconds, type Database } from './database.js'
import { readDeployment } from './deployment.js'

export interface JournalEntry extends Recorded {
  appId: string
  roomKey: number
  /** Absent where the room itself was changed. */
  message?: string
}

/** `reset`: the cursor belongs to another database, or to a state that a restore has undone. */
export type JournalPage =
  { kind: 'page'; entries: JournalEntry[]; next: string; isLast: boolean } | { kind: 'reset' }

export interface Journal {
  /**
   * @param cursor from the previous page; if absent, starts with the first commit
   * @param bounds at most so many entries, and no more than fit into so many bytes, but at least one
   */
  read(cursor: string | undefined, bounds: JournalBounds): Promise<JournalPage>
  /** The current cursor, after which all later commits follow. */
  now(): Promise<string>
}

export interface JournalBounds {
  limit: number
  bytes?: number
}

/** Of one page: about 60 of the longest texts. */
const PAGE_BYTES = 1024 * 1024

/** The last position read; the next page starts above it. */
interface Place {
  position: number
  roomKey: number
  rev: number
}

const FIRST: Place = { position: 0, roomKey: 0, rev: 0 }

interface Stored {
  horizon: number
  position: number | null
  app_id: string
  room: string
  room_key: number
  rev: number
  id: string
  kind: Change['kind']
  actor_kind: ChangeAuthor['kind']
  actor_id: string | null
  message: string | null
  body: Record<string, unknown>
  at: number
  /** With those that did not fit; null where there are none. */
  in_page: number | null
}

const HORIZON = `select d.position_base + pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon from deployment d`

/** The first position of either table: reads the end of an index, whatever statistics the planner has. */
const first = (condition: string) => `least(
  (select min(m.position) from messages m where m.position ${condition}),
  (select min(c.position) from changes c where c.position ${condition}))`

/**
 * For a message that was edited later, the journal holds the original text at the oldest edit. The row shows whether
 * there is one, so that other messages need no lookup.
 */
const CREATED = `
  select m.room_key, coalesce(m.created_rev, m.rev) as rev, m.id, 'message.created' as kind, 'user' as actor_kind,
    m.author_id as actor_id, m.id as message, m.created_at as at,
    jsonb_strip_nulls(
      jsonb_build_object('text', coalesce(original.text, m.text), 'replyTo', m.reply_to, 'meta', m.meta)) as body
  from messages m left join lateral (
    select c.replaced ->> 'text' as text from changes c
    where m.edits is not null and c.room_key = m.room_key and c.message_id = m.id and c.kind = 'message.edited'
    order by c.rev limit 1) original on true
  where m.position = p.position`

const CHANGED = `
  select c.room_key, c.rev, c.id, c.kind, c.actor_kind, c.actor_id, c.message_id as message, c.at, c.body
  from changes c where c.position = p.position`

/** The size of an entry: its body, and slightly more than its ids, kind and author take. */
const WEIGHT = '300 + octet_length(body::text)'

/**
 * Steps from position to position, each with at least one entry, and from each to its entries. Asked for the next
 * entries in order, a database that was never analyzed would sort the whole table. What does not fit into the page stays
 * in the engine.
 */
const READ = `
  with recursive h as materialized (${HORIZON}),
  walked (position, steps) as (
    select ${first('>= $1')}, 0
    union all
    select ${first('> w.position')}, w.steps + 1 from walked w, h where w.position < h.horizon and w.steps < $4)
  select h.horizon, e.*, ${asMilliseconds('e.at')} as at, r.app_id, r.id as room
  from h left join lateral (
    select * from (
      select *, count(*) over () as in_page, row_number() over onward as place_in_page,
        sum(${WEIGHT}) over onward as weight
      from (
        select p.position, one.* from walked p cross join lateral ((${CREATED}) union all (${CHANGED})) one
        where p.position < h.horizon and (p.position, one.room_key, one.rev) > ($1::bigint, $2::bigint, $3::bigint)
        order by p.position, one.room_key, one.rev limit $4) taken
      window onward as (order by position, room_key, rev rows unbounded preceding)
    ) weighed where place_in_page = 1 or weight <= $5) e on true
  left join rooms r on r.key = e.room_key
  order by e.position, e.room_key, e.rev`

export function createJournal(database: Database): Journal {
  let ours: Promise<string> | undefined
  const identity = () =>
    (ours ??= readDeployment(database).catch((error: unknown) => {
      ours = undefined
      throw error
    }))

  async function horizon(): Promise<number> {
    const [row] = await database.query<{ horizon: number }>(HORIZON)
    if (!row) throw new Error('unable to read the journal; the table deployment is empty')
    return row.horizon
  }

  return {
    async read(cursor, { limit, bytes = PAGE_BYTES }) {
      const name = await identity()
      const after = cursor === undefined ? FIRST : placeIn(cursor, name)
      if (!after) return { kind: 'reset' }
      const rows = await database.query<Stored>(READ, [
        ...[after.position, after.roomKey, after.rev],
        ...[limit, bytes],
      ])
      const [row] = rows
      if (!row) throw new Error('unable to read the journal; the table deployment is empty')
      if (after.position > row.horizon) return { kind: 'reset' }
      const entries = rows.flatMap((one) => (one.position === null ? [] : [toEntry(one)]))
      const last = rows.at(-1)
      const isLast = entries.length < limit && entries.length === (row.in_page ?? 0)
      // Everything below the horizon was read, and nothing more will appear there.
      const next: Place =
        isLast || !last
          ? { ...FIRST, position: row.horizon }
          : { position: last.position ?? 0, roomKey: last.room_key, rev: last.rev }
      return { kind: 'page', entries, next: cursorOf(name, next), isLast }
    },
    now: async () => cursorOf(await identity(), { ...FIRST, position: await horizon() }),
  }
}

const cursorOf = (name: string, { position, roomKey, rev }: Place): string =>
  [name, position, roomKey, rev].join('.')

/** @returns undefined if it does not belong to this database */
function placeIn(cursor: string, name: string): Place | undefined {
  const [of, ...numbers] = cursor.split('.')
  const [position, roomKey, rev] = numbers.map(Number)
  if (of !== name || numbers.length !== 3) return undefined
  if (!isPlace(position) || !isPlace(roomKey) || !isPlace(rev)) return undefined
  return { position, roomKey, rev }
}

const isPlace = (value: number | undefined): value is number =>
  Number.isSafeInteger(value) && (value ?? -1) >= 0

function toEntry(row: Stored): JournalEntry {
  return {
    id: row.id,
    appId: row.app_id,
    room: row.room,
    roomKey: row.room_key,
    rev: row.rev,
    by: { kind: row.actor_kind, ...(row.actor_id !== null && { id: row.actor_id }) },
    at: row.at,
    ...(row.message !== null && { message: row.message }),
    change: toChange(row),
  }
}

function toChange({ kind, message, body }: Stored): Change {
  if (kind !== 'message.created') return { kind, ...(message !== null && { message }), ...body } as Change
  const { text, replyTo, meta } = body as { text: string; replyTo?: string; meta?: string }
  return {
    kind,
    text,
    ...(replyTo !== undefined && { replyTo }),
    ...(meta !== undefined && { meta: JSON.parse(meta) as Record<string, unknown> }),
  }
}

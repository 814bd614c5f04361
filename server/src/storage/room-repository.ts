/** Rows of rooms: identity and the head of each log. */
import { randomBytes } from 'node:crypto'
import { asMilliseconds, type Database } from './database.js'

export interface RoomRow {
  /** Internal number, shorter than (app, id) in every message row and index. */
  key: number
  epoch: string
  createdAt: number
}

export interface RoomHeadRow {
  key: number
  appId: string
  id: string
  epoch: string
  rev: number
}

export interface ListedRoomRow {
  id: string
  createdAt: number
  title?: string
}

/** What one app has stored in a range of rooms. */
export interface StoredByApp {
  appId: string
  rooms: number
  messages: number
  bytes: number
  /** Old rooms without messages. */
  empty: { key: number; id: string }[]
}

export interface RoomRepository {
  find(appId: string, roomId: string): Promise<RoomRow | undefined>
  findOrCreate(appId: string, roomId: string): Promise<RoomRow>
  /** Newest first. @param before the last room of the previous page; if unknown, the page is empty */
  list(appId: string, limit: number, before?: string): Promise<ListedRoomRow[]>
  /** The heads of those that exist, in any order. */
  listed(appId: string, roomIds: readonly string[]): Promise<ListedRoomRow[]>
  heads(keys: readonly number[]): Promise<RoomHeadRow[]>
  /** The next rooms by key. `last` is where to continue; undefined after the last room. */
  census(
    afterKey: number,
    limit: number,
    emptyAgeSeconds: number,
  ): Promise<{ apps: StoredByApp[]; last: number | undefined }>
  /** Deletes those of these rooms that are still empty. @returns how many */
  removeEmpty(keys: readonly number[], emptyAgeSeconds: number): Promise<number>
}

const CREATED_AT = `${asMilliseconds('created_at')} as "createdAt"`
const LISTED = `id, ${CREATED_AT}, settings ->> 'title' as title`

export function createRoomRepository(database: Database): RoomRepository {
  async function find(appId: string, roomId: string): Promise<RoomRow | undefined> {
    const [row] = await database.query<RoomRow>(
      `select key, epoch, ${CREATED_AT} from rooms where app_id = $1 and id = $2`,
      [appId, roomId],
    )
    return row
  }

  async function listed(sql: string, params: unknown[]): Promise<ListedRoomRow[]> {
    const rows = await database.query<Omit<ListedRoomRow, 'title'> & { title: string | null }>(sql, params)
    return rows.map(({ title, ...row }) => ({ ...row, ...(title !== null && { title }) }))
  }

  return {
    find,
    async findOrCreate(appId, roomId) {
      const known = await find(appId, roomId)
      if (known) return known
      const [made] = await database.query<RoomRow>(
        `insert into rooms (app_id, id, epoch, position_base)
         values ($1, $2, $3, (select position_base from deployment)) on conflict (app_id, id) do nothing
         returning key, epoch, ${CREATED_AT}`,
        [appId, roomId, newEpoch()],
      )
      // Returns nothing if another node created it meanwhile.
      const room = made ?? (await find(appId, roomId))
      if (!room) throw new Error(`room vanished while being created; app ${appId}`)
      return room
    },
    list: (appId, limit, before) =>
      listed(
        `select ${LISTED} from rooms
         where app_id = $1 and ($3::text is null or key < (select key from rooms where app_id = $1 and id = $3))
         order by key desc limit $2`,
        [appId, limit, before ?? null],
      ),
    listed: (appId, roomIds) =>
      listed(`select ${LISTED} from rooms where app_id = $1 and id = any($2::text[])`, [appId, roomIds]),
    heads: (keys) =>
      database.query<RoomHeadRow>(
        'select key, app_id as "appId", id, epoch, rev from rooms where key = any($1::bigint[])',
        [keys],
      ),
    async census(afterKey, limit, emptyAgeSeconds) {
      const rows = await database.query<StoredByApp & { last: number; walked: number }>(CENSUS, [
        afterKey,
        limit,
        emptyAgeSeconds,
      ])
      const walked = rows.reduce((sum, row) => sum + row.rooms, 0)
      return {
        apps: rows.map(({ last: _, empty, ...row }) => ({ ...row, empty: empty ?? [] })),
        last: walked < limit ? undefined : Math.max(...rows.map(({ last }) => last)),
      }
    },
    async removeEmpty(keys, emptyAgeSeconds) {
      // Waits for a commit that holds the row, after which the room is no longer empty.
      const removed = await database.query(
        `delete from rooms where key = any($1::bigint[]) and rev = 0 and seq = 0
         and created_at < now() - make_interval(secs => $2::int) returning key`,
        [keys, emptyAgeSeconds],
      )
      return removed.length
    },
  }
}

const CENSUS = `
  select app_id as "appId", count(*)::bigint as rooms, sum(seq)::bigint as messages, sum(bytes)::bigint as bytes, max(key) as last,
    json_agg(json_build_object('key', key, 'id', id))
      filter (where rev = 0 and seq = 0 and created_at < now() - make_interval(secs => $3::int)) as empty
  from (select * from rooms where key > $1 order by key limit $2) some_rooms group by app_id`

/** Identifies one epoch of a log; a wiped store cannot repeat it. */
function newEpoch(): string {
  return randomBytes(9).toString('base64url')
}

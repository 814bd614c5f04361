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
}

export interface RoomRepository {
  find(appId: string, roomId: string): Promise<RoomRow | undefined>
  findOrCreate(appId: string, roomId: string): Promise<RoomRow>
  /** Newest first. @param before the last of the page before; unknown: an empty page */
  list(appId: string, limit: number, before?: string): Promise<ListedRoomRow[]>
  /** Of those that exist, in any order. */
  listed(appId: string, roomIds: readonly string[]): Promise<ListedRoomRow[]>
  heads(keys: readonly number[]): Promise<RoomHeadRow[]>
}

const CREATED_AT = `${asMilliseconds('created_at')} as "createdAt"`

export function createRoomRepository(database: Database): RoomRepository {
  async function find(appId: string, roomId: string): Promise<RoomRow | undefined> {
    const [row] = await database.query<RoomRow>(
      `select key, epoch, ${CREATED_AT} from rooms where app_id = $1 and id = $2`,
      [appId, roomId],
    )
    return row
  }

  return {
    find,
    async findOrCreate(appId, roomId) {
      const known = await find(appId, roomId)
      if (known) return known
      const [made] = await database.query<RoomRow>(
        `insert into rooms (app_id, id, epoch) values ($1, $2, $3) on conflict (app_id, id) do nothing
         returning key, epoch, ${CREATED_AT}`,
        [appId, roomId, newEpoch()],
      )
      // None where another node made it meanwhile.
      const room = made ?? (await find(appId, roomId))
      if (!room) throw new Error(`room vanished while being created; app ${appId}`)
      return room
    },
    list: (appId, limit, before) =>
      database.query<ListedRoomRow>(
        `select id, ${CREATED_AT} from rooms
         where app_id = $1 and ($3::text is null or key < (select key from rooms where app_id = $1 and id = $3))
         order by key desc limit $2`,
        [appId, limit, before ?? null],
      ),
    listed: (appId, roomIds) =>
      database.query<ListedRoomRow>(
        `select id, ${CREATED_AT} from rooms where app_id = $1 and id = any($2::text[])`,
        [appId, roomIds],
      ),
    heads: (keys) =>
      database.query<RoomHeadRow>(
        'select key, app_id as "appId", id, epoch, rev from rooms where key = any($1::bigint[])',
        [keys],
      ),
  }
}

/** Names one life of a log; a wiped store cannot repeat it. */
function newEpoch(): string {
  return randomBytes(9).toString('base64url')
}

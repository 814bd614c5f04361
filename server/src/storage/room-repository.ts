/** Rows of rooms: identity and the head of each log. */
import { randomBytes } from 'node:crypto'
import type { Database } from './database.js'

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

export interface RoomRepository {
  find(appId: string, roomId: string): Promise<RoomRow | undefined>
  findOrCreate(appId: string, roomId: string): Promise<RoomRow>
  heads(keys: readonly number[]): Promise<RoomHeadRow[]>
}

interface Stored {
  key: number
  epoch: string
  created_at: Date
}

const toRoom = (row: Stored): RoomRow => ({
  key: row.key,
  epoch: row.epoch,
  createdAt: row.created_at.getTime(),
})

export function createRoomRepository(database: Database): RoomRepository {
  async function find(appId: string, roomId: string): Promise<RoomRow | undefined> {
    const rows = await database.query<Stored>(
      'select key, epoch, created_at from rooms where app_id = $1 and id = $2',
      [appId, roomId],
    )
    return rows[0] && toRoom(rows[0])
  }

  return {
    find,
    async findOrCreate(appId, roomId) {
      const known = await find(appId, roomId)
      if (known) return known
      await database.query(
        'insert into rooms (app_id, id, epoch) values ($1, $2, $3) on conflict (app_id, id) do nothing',
        [appId, roomId, newEpoch()],
      )
      const made = await find(appId, roomId)
      if (!made) throw new Error(`room vanished while being created; app ${appId}`)
      return made
    },
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

/**
 * Rooms as one may refer to them without opening them: what the log needs to know of a room, and nothing of who is in it. A
 * reference may be of a life of the room that has ended; the one who learns so forgets it and looks again.
 */
import { LRUCache } from 'lru-cache'
import { channelOf } from '../cluster/channel.js'
import type { RoomRepository, RoomRow } from '../storage/room-repository.js'

export interface RoomRef {
  readonly appId: string
  readonly id: string
  readonly key: number
  readonly createdAt: number
  /** Carries the room's facts to its readers. */
  readonly channel: string
  readonly epoch: string
}

export interface RoomRefs {
  /** As last seen, which may be a while ago: the writer finds out if that is over. */
  find(appId: string, roomId: string): Promise<RoomRef | undefined>
  /** As it is now. */
  look(appId: string, roomId: string): Promise<RoomRef | undefined>
  /** Makes it where there is none. */
  findOrCreate(appId: string, roomId: string): Promise<RoomRef>
  /** It has ended, or begun again. */
  forget(room: RoomRef): void
}

const REMEMBERED_ROOMS = 10_000

export function createRoomRefs(parts: {
  rooms: Pick<RoomRepository, 'find' | 'findOrCreate'>
  /** Rooms that are open here are known to be there. */
  openRoom: (appId: string, roomId: string) => RoomRef | undefined
}): RoomRefs {
  const { rooms, openRoom } = parts
  const known = new LRUCache<string, RoomRef>({ max: REMEMBERED_ROOMS })

  function remember(appId: string, roomId: string, row: RoomRow): RoomRef {
    const channel = channelOf(appId, roomId)
    const room: RoomRef = { appId, id: roomId, channel, ...row }
    known.set(channel, room)
    return room
  }

  async function look(appId: string, roomId: string): Promise<RoomRef | undefined> {
    const row = await rooms.find(appId, roomId)
    if (row) return remember(appId, roomId, row)
    known.delete(channelOf(appId, roomId))
    return undefined
  }

  return {
    look,
    find: async (appId, roomId) =>
      openRoom(appId, roomId) ?? known.get(channelOf(appId, roomId)) ?? look(appId, roomId),
    findOrCreate: async (appId, roomId) => remember(appId, roomId, await rooms.findOrCreate(appId, roomId)),
    forget: (room) => void known.delete(room.channel),
  }
}

/**
 * References to rooms without opening them: what the log needs to know about a room, but nothing about its members. A
 * reference may belong to a former epoch; code that notices so drops it and looks the room up again.
 */
import { LRUCache } from 'lru-cache'
import { channelOf } from '../cluster/channel.js'
import type { RoomRepository, RoomRow } from '../storage/room-repository.js'

export interface RoomRef {
  readonly appId: string
  readonly id: string
  readonly key: number
  readonly createdAt: number
  /** The channel for the room's facts. */
  readonly channel: string
  readonly epoch: string
}

export interface RoomRefs {
  /** As last seen, possibly a while ago: the writer detects if it is out of date. */
  find(appId: string, roomId: string): Promise<RoomRef | undefined>
  /** Looked up fresh. */
  look(appId: string, roomId: string): Promise<RoomRef | undefined>
  /** Creates the room if there is none. */
  findOrCreate(appId: string, roomId: string): Promise<RoomRef>
  /** Drops a reference whose epoch has ended. */
  forget(room: RoomRef): void
}

const REMEMBERED_ROOMS = 10_000

export function createRoomRefs(parts: {
  rooms: Pick<RoomRepository, 'find' | 'findOrCreate'>
  /** Rooms that are open here are known to exist. */
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

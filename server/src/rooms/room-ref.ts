/**
 * References to rooms without opening them: what the log needs to know about a room, but nothing about its members. A
 * reference may belong to a former epoch; code that notices so drops it and looks the room up again.
 */
import { LRUCache } from 'lru-cache'
import { channelOf } from '../cluster/channel.js'
import { Refusal } from '../errors/refusal.js'
import { createSharedTurns } from '../shared-turn.js'
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
  /** Looked up fresh. Those who ask at the same moment share the look-up. */
  look(appId: string, roomId: string): Promise<RoomRef | undefined>
  /**
   * Looked up fresh, or created.
   * @param admit called before a room is created; its error is the answer. Of those who ask at once, one is admitted.
   */
  findOrCreate(appId: string, roomId: string, admit: () => Promise<void>): Promise<RoomRef>
  /** Drops a reference whose epoch has ended. */
  forget(room: RoomRef): void
}

const REMEMBERED_ROOMS = 10_000
const ANYBODY = ''

export function createRoomRefs(parts: {
  rooms: Pick<RoomRepository, 'find' | 'findOrCreate'>
  /** Rooms that are open here are known to exist. */
  openRoom: (appId: string, roomId: string) => RoomRef | undefined
}): RoomRefs {
  const { rooms, openRoom } = parts
  const known = new LRUCache<string, RoomRef>({ max: REMEMBERED_ROOMS })
  const creating = new Map<string, Promise<RoomRef>>()

  function remember(appId: string, roomId: string, row: RoomRow): RoomRef {
    const channel = channelOf(appId, roomId)
    const room: RoomRef = { appId, id: roomId, channel, ...row }
    known.set(channel, room)
    return room
  }

  /** The room by app and id, neither of which has a line break. */
  const lookUp = createSharedTurns(async (turn, key: string): Promise<RoomRef | undefined> => {
    turn.begin()
    const [appId = '', roomId = ''] = key.split('\n')
    const row = await rooms.find(appId, roomId)
    if (row) return remember(appId, roomId, row)
    known.delete(channelOf(appId, roomId))
    return undefined
  })
  const look = (appId: string, roomId: string) => lookUp(ANYBODY, `${appId}\n${roomId}`)

  /** A refused caller does not refuse the others: the next one is asked. */
  async function create(appId: string, roomId: string, admit: () => Promise<void>): Promise<RoomRef> {
    const channel = channelOf(appId, roomId)
    for (let running = creating.get(channel); running; running = creating.get(channel)) {
      try {
        return await running
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
      }
    }
    // Created since it was looked up.
    const made = known.get(channel)
    if (made) return made
    const mine = admit()
      .then(() => rooms.findOrCreate(appId, roomId))
      .then((row) => remember(appId, roomId, row))
      .finally(() => creating.delete(channel))
    creating.set(channel, mine)
    return mine
  }

  return {
    look,
    find: async (appId, roomId) =>
      openRoom(appId, roomId) ?? known.get(channelOf(appId, roomId)) ?? look(appId, roomId),
    findOrCreate: async (appId, roomId, admit) => (await look(appId, roomId)) ?? create(appId, roomId, admit),
    forget: (room) => void known.delete(room.channel),
  }
}

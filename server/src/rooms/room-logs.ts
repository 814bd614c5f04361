/**
 * Logs of rooms, open here or not. An open room has its own; of the others the last ones used are kept, so that callers who
 * read the same room at the same moment share its reads (log/room-log.ts). A kept log holds no messages.
 */
import { LRUCache } from 'lru-cache'
import type { RoomLog } from '../log/room-log.js'
import type { RoomRef } from './room-ref.js'

const KEPT_LOGS = 1_000

export function createRoomLogs(parts: {
  openRoom: (appId: string, roomId: string) => { readonly log: RoomLog } | undefined
  create: (roomKey: number) => RoomLog
}): (room: Pick<RoomRef, 'appId' | 'id' | 'key'>) => RoomLog {
  const kept = new LRUCache<number, RoomLog>({ max: KEPT_LOGS })

  function ofKey(roomKey: number): RoomLog {
    const log = kept.get(roomKey) ?? parts.create(roomKey)
    kept.set(roomKey, log)
    return log
  }

  return ({ appId, id, key }) => parts.openRoom(appId, id)?.log ?? ofKey(key)
}

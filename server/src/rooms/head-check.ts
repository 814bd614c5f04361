/**
 * Detects lost final messages (P5): compares the heads in the database with the frames this node has delivered, one
 * query for all rooms. A difference means that a frame was lost or another process wrote; clients then receive the head
 * and ask for what they lack.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { RoomHeadRow, RoomRepository } from '../storage/room-repository.js'
import type { OpenRoom } from './room-hub.js'

/** Two checks fit into the 20 s of P5, in case one falls into an outage. */
const CHECK_EVERY_MS = 8_000
const ROOMS_PER_QUERY = 1_000
/** A frame that was not delivered by then counts as lost. */
const ON_ITS_WAY_MS = 250

export interface HeadCheck {
  /** Compares these rooms, or all, now. */
  check(roomKeys?: readonly number[]): Promise<void>
  close(): void
}

type Checked = Pick<OpenRoom, 'appId' | 'id' | 'key' | 'epoch' | 'deliveredRev'>

export function startHeadCheck<Room extends Checked>(parts: {
  hub: {
    openRooms(): Iterable<Room>
    publishHead(room: Room, head: { epoch: string; rev: number }): void
    dropVanished(room: Room): void
  }
  rooms: Pick<RoomRepository, 'heads'>
  metrics: Metrics
  log: Logger
  everyMs?: number
}): HeadCheck {
  const { hub, rooms, metrics, log } = parts
  let isClosed = false

  async function compare(open: readonly Room[]): Promise<void> {
    // The state delivered before the query started: a commit during the query is delivered by its own frame.
    const delivered = new Map(open.map((room) => [room.key, room.deliveredRev]))
    const heads = new Map((await rooms.heads([...delivered.keys()])).map((head) => [head.key, head]))
    const behind: [Room, RoomHeadRow][] = []
    for (const room of open) {
      const head = heads.get(room.key)
      // A wiped store may have reused the key for another room.
      if (head?.appId !== room.appId || head.id !== room.id) {
        log.warn({ app: room.appId }, 'an open room is gone from the database')
        hub.dropVanished(room)
        continue
      }
      if (head.epoch !== room.epoch) {
        metrics.headGaps.inc()
        publish(room, head)
      } else if (delivered.get(room.key) === undefined && room.deliveredRev === undefined) {
        // The first check only records the head; joins read the log themselves.
        publish(room, head)
      } else if (head.rev > (room.deliveredRev ?? 0)) behind.push([room, head])
    }
    if (behind.length > 0) await publishHeads(behind)
  }

  /** In a busy room a frame is in flight most of the time; treating it as lost would make every reader ask. */
  async function publishHeads(behind: readonly [Room, RoomHeadRow][]): Promise<void> {
    await wait(ON_ITS_WAY_MS, undefined, { ref: false })
    if (isClosed) return
    for (const [room, head] of behind) {
      if (room.epoch !== head.epoch || (room.deliveredRev ?? 0) >= head.rev) continue
      metrics.headGaps.inc()
      publish(room, head)
    }
  }

  function publish(room: Room, { epoch, rev }: RoomHeadRow): void {
    hub.publishHead(room, { epoch, rev })
  }

  async function check(roomKeys?: readonly number[]): Promise<void> {
    const wanted = roomKeys && new Set(roomKeys)
    const open = [...hub.openRooms()].filter((room) => !wanted || wanted.has(room.key))
    try {
      for (let i = 0; i < open.length; i += ROOMS_PER_QUERY) await compare(open.slice(i, i + ROOMS_PER_QUERY))
      if (!wanted) metrics.headChecks.inc()
    } catch (error) {
      // A database outage is logged where it is first noticed.
      const level = error instanceof StorageUnavailable ? 'debug' : 'warn'
      log[level]({ err: error }, 'head check failed; the next one follows')
    }
  }

  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    void check().finally(() => (running = false))
  }, parts.everyMs ?? CHECK_EVERY_MS)

  return {
    check,
    close() {
      isClosed = true
      clearInterval(timer)
    },
  }
}

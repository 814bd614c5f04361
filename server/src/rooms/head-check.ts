/**
 * Finds lost last messages (P5): compares the heads in the database with what this node told its clients, one
 * query for all rooms. A difference means that a frame was lost, or another process wrote; clients are told the
 * head and ask for what they miss.
 */
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import type { RoomRepository } from '../storage/room-repository.js'
import type { OpenRoom, RoomHub } from './room-hub.js'

/** Two checks fit into the 20 s of P5, should one fall into an outage. */
const CHECK_EVERY_MS = 8_000
const ROOMS_PER_QUERY = 1_000

export interface HeadCheck {
  /** Compares these rooms, or all, now. */
  check(roomKeys?: readonly number[]): Promise<void>
  close(): void
}

export function startHeadCheck(parts: {
  hub: RoomHub
  rooms: RoomRepository
  metrics: Metrics
  log: Log
  everyMs?: number
}): HeadCheck {
  const { hub, rooms, metrics, log } = parts

  async function compare(open: readonly OpenRoom[]): Promise<void> {
    // What was told before the query started: a commit during the query is told by its own frame.
    const told = new Map(open.map((room) => [room.key, room.toldRev]))
    const heads = new Map((await rooms.heads([...told.keys()])).map((head) => [head.key, head]))
    for (const room of open) {
      const head = heads.get(room.key)
      // A wiped store may have given the key to another room.
      if (head?.appId !== room.appId || head.id !== room.id) {
        log.warn({ app: room.appId }, 'an open room is gone from the database')
        hub.dropVanished(room)
        continue
      }
      const before = told.get(room.key)
      const isBehind = room.toldRev === undefined || head.rev > room.toldRev
      if (head.epoch === room.epoch && !isBehind) continue
      // The first look only learns where the room is; its joins read the log themselves.
      if (before !== undefined || head.epoch !== room.epoch) metrics.headGaps.inc()
      hub.publishHead(room, { epoch: head.epoch, rev: head.rev })
    }
  }

  async function check(roomKeys?: readonly number[]): Promise<void> {
    const wanted = roomKeys && new Set(roomKeys)
    const open = [...hub.openRooms()].filter((room) => !wanted || wanted.has(room.key))
    try {
      for (let i = 0; i < open.length; i += ROOMS_PER_QUERY) await compare(open.slice(i, i + ROOMS_PER_QUERY))
      if (!wanted) metrics.headChecks.inc()
    } catch (error) {
      log.warn({ err: error }, 'head check failed; the next one follows')
    }
  }

  let running = false
  const timer = setInterval(() => {
    if (running) return
    running = true
    void check().finally(() => (running = false))
  }, parts.everyMs ?? CHECK_EVERY_MS)

  return { check, close: () => clearInterval(timer) }
}

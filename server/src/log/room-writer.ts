/**
 * Group commit (P1, P2, P3). Writes are queued in lanes by room; while a lane's transaction is in flight the next run
 * collects, so a quiet room commits immediately and a busy one commits many writes together. Owns what is written when,
 * and its outcome. Does not decide who may write, and does not deliver to readers.
 */
import { setImmediate } from 'node:timers/promises'
import { isRow, type MessagePatch, type MessageRow, type RoomPatch } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'
import type { ChangeRepository } from '../storage/change-repository.js'
import type { Appended, MessageRepository, NewMessage } from '../storage/message-repository.js'
import { withoutRepeats } from './committed-row.js'
import { createChanges, createMessages, type Family } from './family.js'
import { createLane, type Lane, type Run, type Waiting, type WaitingChange, type Waits } from './lane.js'
import type { RoomChange } from './room-change.js'
import { changeSize, countsSize, reactionsSize, wireSize } from './wire-size.js'

/** What one transaction did to one room; revs are dense from `from + 1`. */
export interface CommittedBatch {
  roomKey: number
  roomId: string
  channel: string
  epoch: string
  from: number
  rev: number
  /** A lower bound for the size of its frame. */
  bytes: number
  /** Whole rows for new messages, patches for the rest, in `rev` order. */
  rows: (MessageRow | MessagePatch)[]
  /** The settings that were changed. */
  info?: RoomPatch
}

export interface RoomWriter {
  /** Resolves after the commit. Rejects with `Refusal` (`overloaded`, `message_conflict`), `RoomGone` or `StorageUnavailable`. */
  append(message: NewMessage): Promise<Appended>
  /** The same for all other changes, which may also be refused by CHANGE-1 to CHANGE-3. */
  change(change: RoomChange): Promise<{ rev: number }>
  /** The answer to a retry of it; undefined if it is not committed. Writes nothing. */
  findAppended(message: NewMessage): Promise<Appended | undefined>
  findChanged(change: RoomChange): Promise<{ rev: number } | undefined>
  /** Waits for everything accepted so far and refuses later requests. */
  close(): Promise<void>
}

export interface RoomWriterParts {
  messages: Pick<MessageRepository, 'append' | 'lookUp'>
  changes: ChangeRepository
  /** Called after the commit, and after the turn of the event loop in which the batch's acks were sent. */
  onCommitted: (batch: CommittedBatch) => void
  /** Rooms whose head may have moved although no batch was reported. */
  onUncertain: (roomKeys: readonly number[]) => void
  metrics: Metrics
  log: Logger
  /** Concurrent transactions. The embedded engine runs one at a time. */
  lanes: number
}

interface InRoom {
  roomKey: number
  roomId: string
  channel: string
  epoch: string
}

interface Outcome {
  outcome: string
  rev: number
}

/** The limits on each lane's queue are in lane.ts. */
const OVERLOADED_RETRY_MS = 1_000

export function createRoomWriter(parts: RoomWriterParts): RoomWriter {
  const messages = createMessages(parts.messages)
  const changes = createChanges(parts.changes)
  const lanes = Array.from({ length: parts.lanes }, createLane)
  const running = new Map<Lane, Promise<void>>()
  let closing = false

  /** @throws Refusal */
  function enter(action: string, waiting: Waiting): void {
    if (closing) throw new Refusal('draining', `unable to ${action}; the node is shutting down`)
    const lane = lanes[waiting.item.roomKey % lanes.length] as Lane
    if (!lane.add(waiting))
      throw new Refusal('overloaded', `unable to ${action}; too many wait to be stored`, OVERLOADED_RETRY_MS)
    if (!running.has(lane)) running.set(lane, drain(lane))
  }

  async function drain(lane: Lane): Promise<void> {
    // Waits one microtask, so that writes of the same tick share the first transaction.
    await Promise.resolve()
    try {
      while (!lane.isEmpty) await commitRun(lane, lane.take())
    } finally {
      running.delete(lane)
    }
  }

  function commitRun(lane: Lane, run: Run): Promise<boolean> {
    return run.family === 'messages'
      ? commit(lane, messages, run.waiting)
      : commit(lane, changes, run.waiting)
  }

  /** @returns whether the database is available to continue. */
  async function commit<Item extends InRoom, Result extends Outcome>(
    lane: Lane,
    family: Family<Item, Result>,
    batch: readonly Waits<Item, Result>[],
  ): Promise<boolean> {
    const stop = parts.metrics.commits.startTimer()
    let results: readonly Result[]
    try {
      results = await family.store(batch.map(({ item }) => item))
      if (results.length !== batch.length)
        throw new Error('the database answered for another number of items')
    } catch (error) {
      return await recover(lane, family, batch, error)
    } finally {
      stop()
      parts.metrics.batch.observe(batch.length)
    }
    const committed = settle(family, batch, results)
    if (committed.length === 0) return true
    // Acks are sent in this turn of the event loop, frames in the next.
    await setImmediate()
    for (const room of committed) report(room)
    return true
  }

  /** Answers the callers. @returns what was committed in each room */
  function settle<Item extends InRoom, Result extends Outcome>(
    family: Family<Item, Result>,
    batch: readonly Waits<Item, Result>[],
    results: readonly Result[],
  ): CommittedBatch[] {
    const rooms = new Map<number, CommittedBatch>()
    const gone = new Set<number>()
    batch.forEach((waiting, index) => {
      const result = results[index] as Result
      answer(family, waiting, result)
      const { roomKey, roomId, channel, epoch } = waiting.item
      if (result.outcome === 'gone') gone.add(roomKey)
      const written = family.writtenOf(waiting.item, result)
      if (!written) return
      const { rev, row, info } = written
      const room = rooms.get(roomKey) ?? {
        roomKey,
        roomId,
        channel,
        epoch,
        from: rev - 1,
        rev: 0,
        bytes: 0,
        rows: [],
      }
      room.rev = rev
      room.bytes += waiting.bytes
      if (row) room.rows.push(row)
      if (info) room.info = { ...room.info, ...info }
      rooms.set(roomKey, room)
    })
    if (gone.size > 0) parts.onUncertain([...gone])
    for (const room of rooms.values()) {
      room.rows = withoutRepeats(room.rows)
      for (const row of room.rows) room.bytes += reactionsSize(row)
    }
    return [...rooms.values()]
  }

  /** A failed delivery to one room must not cost the others their frame, because everything is committed. */
  function report(room: CommittedBatch): void {
    const added = room.rows.filter(isRow).length
    parts.metrics.messages.inc(added)
    parts.metrics.changes.inc(room.rev - room.from - added)
    try {
      parts.onCommitted(room)
    } catch (error) {
      parts.log.error({ err: error, room: room.roomKey }, 'what was committed could not be delivered')
      parts.onUncertain([room.roomKey])
    }
  }

  async function recover<Item extends InRoom, Result extends Outcome>(
    lane: Lane,
    family: Family<Item, Result>,
    batch: readonly Waits<Item, Result>[],
    error: unknown,
  ): Promise<boolean> {
    if (error instanceof StorageUnavailable) return resolveAmbiguous(lane, family, batch, error)
    if (batch.length > 1) {
      // One bad item must not fail its neighbours.
      let isThere = true
      for (const waiting of batch) {
        if (isThere) isThere = await commit(lane, family, [waiting])
        else waiting.reject(new StorageUnavailable(error))
      }
      return isThere
    }
    // For rejected data the database reports only a code, and the caller receives the refusal.
    const level = error instanceof StorageRefused ? 'warn' : 'error'
    parts.log[level]({ err: error }, 'a change could not be stored')
    batch[0]?.reject(error)
    return true
  }

  /** The answer to COMMIT may have been lost: look up what was written before answering (P1, P3). */
  async function resolveAmbiguous<Item extends InRoom, Result extends Outcome>(
    lane: Lane,
    family: Family<Item, Result>,
    batch: readonly Waits<Item, Result>[],
    error: StorageUnavailable,
  ): Promise<boolean> {
    parts.log.debug({ err: error, items: batch.length }, 'commit without an answer; looking the ids up')
    let found: readonly (Result | undefined)[] = []
    let isThere = true
    try {
      found = await family.lookUp(batch.map(({ item }) => item))
    } catch (failure) {
      isThere = false
      if (!(failure instanceof StorageUnavailable))
        parts.log.error({ err: failure, items: batch.length }, 'ids could not be looked up')
      // Still unavailable: callers keep their requests and repeat them with the same ids. Anything queued after these
      // would only meet the same timeouts.
      for (const waiting of lane.clear()) waiting.reject(error)
    }
    batch.forEach((waiting, index) => {
      const result = found[index]
      if (result) answer(family, waiting, result)
      else waiting.reject(error)
    })
    parts.onUncertain([...new Set(batch.map(({ item }) => item.roomKey))])
    return isThere
  }

  async function find<Item, Result>(family: Family<Item, Result>, item: Item): Promise<Result | undefined> {
    const [found] = await family.lookUp([item])
    return found && !family.refusalOf(item, found) ? found : undefined
  }

  return {
    append: (item) =>
      new Promise((resolve, reject) => {
        const bytes = wireSize(item.author, item.text, item.meta)
        enter('send message', { family: 'messages', item, bytes, resolve, reject })
      }),
    change: (item) =>
      new Promise((resolve, reject) => {
        const waiting = { family: 'changes' as const, item, bytes: changeSize(item), resolve, reject }
        enter('change message', { ...waiting, ...sharedBytes(item) })
      }),
    findAppended: (item) => find(messages, item),
    findChanged: (item) => find(changes, item),
    async close() {
      closing = true
      await Promise.all(running.values())
    },
  }
}

/** Reactions of one run to one message are one patch, whose counts are also most of what the run costs the database. */
function sharedBytes({ change, conditions }: RoomChange): Pick<WaitingChange, 'shared'> {
  return 'emoji' in change ? { shared: { key: change.message, bytes: countsSize(conditions.most ?? 0) } } : {}
}

function answer<Item, Result>(
  family: Family<Item, Result>,
  { item, resolve, reject }: Waits<Item, Result>,
  result: Result,
): void {
  const refusal = family.refusalOf(item, result)
  if (refusal) reject(refusal)
  else resolve(result)
}

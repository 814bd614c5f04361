/**
 * Group commit (P1, P2, P3). Messages wait in lanes by room; while a lane's transaction is in flight the next
 * batch collects, so a quiet room commits at once and a busy one commits many messages together.
 * Owns: what is written when, and what became of it. Does not own: who may write, or telling the readers.
 */
import { setImmediate } from 'node:timers/promises'
import { Refusal } from '../errors/refusal.js'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { StorageRefused, StorageUnavailable } from '../errors/storage-errors.js'
import type { Appended, MessageRepository, NewMessage } from '../storage/message-repository.js'
import { MAX_FRAME_BYTES } from '../delivery/frame-pace.js'
import { wireSize } from './wire-size.js'

export interface Committed {
  message: NewMessage
  appended: Appended
}

/** What one transaction added to one room; revs are dense from `from + 1`. */
export interface CommittedBatch {
  roomKey: number
  roomId: string
  channel: string
  epoch: string
  from: number
  rev: number
  /** At least what its frame will have. */
  bytes: number
  added: Committed[]
}

export interface RoomWriter {
  /** Resolves after the commit. Rejects with `Refusal` (`overloaded`, `message_conflict`, `not_joined`) or `StorageUnavailable`. */
  append(message: NewMessage): Promise<Appended>
  /** Waits for everything accepted so far; refuses what comes later. */
  close(): Promise<void>
}

export interface RoomWriterParts {
  messages: Pick<MessageRepository, 'append' | 'lookUp'>
  /** After the commit, and after the turn of the event loop in which the acks of the batch left. */
  onCommitted: (batch: CommittedBatch) => void
  /** Rooms whose head may have moved although no batch was reported. */
  onUncertain: (roomKeys: readonly number[]) => void
  metrics: Metrics
  log: Logger
  /** Concurrent transactions. The embedded engine runs one at a time. */
  lanes: number
}

/** One transaction stays well below the statement timeout. */
const BATCH_MESSAGES = 500
/** What may wait in one lane before senders are told `overloaded`. */
const QUEUE_MESSAGES = 5_000
const QUEUE_BYTES = 16 * 1024 * 1024
const OVERLOADED_RETRY_MS = 1_000

interface Waiting {
  message: NewMessage
  bytes: number
  resolve: (appended: Appended) => void
  reject: (error: unknown) => void
}

interface Lane {
  queue: Waiting[]
  queuedBytes: number
  running: Promise<void> | undefined
}

export function createRoomWriter(parts: RoomWriterParts): RoomWriter {
  const lanes: Lane[] = Array.from({ length: parts.lanes }, () => ({
    queue: [],
    queuedBytes: 0,
    running: undefined,
  }))
  let closing = false

  function append(message: NewMessage): Promise<Appended> {
    const lane = lanes[message.roomKey % lanes.length] as Lane
    const bytes = wireSize(message.author, message.text, message.meta)
    if (closing)
      return Promise.reject(new Refusal('draining', 'unable to send message; the node is shutting down'))
    if (lane.queue.length >= QUEUE_MESSAGES || lane.queuedBytes + bytes > QUEUE_BYTES) {
      return Promise.reject(
        new Refusal('overloaded', 'unable to send message; too many wait to be stored', OVERLOADED_RETRY_MS),
      )
    }
    return new Promise((resolve, reject) => {
      lane.queue.push({ message, bytes, resolve, reject })
      lane.queuedBytes += bytes
      lane.running ??= drain(lane)
    })
  }

  async function drain(lane: Lane): Promise<void> {
    // One microtask: what the same tick brings shares the first transaction.
    await Promise.resolve()
    try {
      while (lane.queue.length > 0) await commit(lane, take(lane))
    } finally {
      lane.running = undefined
    }
  }

  /** @returns whether the database is there to go on with. */
  async function commit(lane: Lane, batch: Waiting[]): Promise<boolean> {
    const stop = parts.metrics.commits.startTimer()
    let results: readonly Appended[]
    try {
      results = await parts.messages.append(batch.map((waiting) => waiting.message))
      if (results.length !== batch.length) throw new Error('append answered for another number of messages')
    } catch (error) {
      return await recover(lane, batch, error)
    } finally {
      stop()
      parts.metrics.batch.observe(batch.length)
    }
    const added = settle(batch, results)
    if (added.length === 0) return true
    // The acks go out in this turn of the event loop, the frames in the next.
    await setImmediate()
    for (const room of added) report(room)
    return true
  }

  /** Answers the senders. @returns what each room got */
  function settle(batch: Waiting[], results: readonly Appended[]): CommittedBatch[] {
    const rooms = new Map<number, CommittedBatch>()
    const gone = new Set<number>()
    batch.forEach((waiting, index) => {
      const appended = results[index] as Appended
      answer(waiting, appended)
      if (appended.outcome === 'gone') gone.add(waiting.message.roomKey)
      if (appended.outcome !== 'added') return
      const { roomKey, roomId, channel, epoch } = waiting.message
      const room = rooms.get(roomKey) ?? {
        ...{ roomKey, roomId, channel, epoch },
        ...{ from: appended.rev - 1, rev: 0, bytes: 0, added: [] },
      }
      room.rev = appended.rev
      room.bytes += waiting.bytes
      room.added.push({ message: waiting.message, appended })
      rooms.set(roomKey, room)
    })
    if (gone.size > 0) parts.onUncertain([...gone])
    return [...rooms.values()]
  }

  /** One room whose readers cannot be told must not cost the others their frame: the messages are committed. */
  function report(room: CommittedBatch): void {
    parts.metrics.messages.inc(room.added.length)
    try {
      parts.onCommitted(room)
    } catch (error) {
      parts.log.error({ err: error, room: room.roomKey }, 'committed messages could not be told')
      parts.onUncertain([room.roomKey])
    }
  }

  async function recover(lane: Lane, batch: Waiting[], error: unknown): Promise<boolean> {
    if (error instanceof StorageUnavailable) return resolveAmbiguous(lane, batch, error)
    if (batch.length > 1) {
      // One bad message must not fail its neighbours.
      let isThere = true
      for (const waiting of batch) {
        if (isThere) isThere = await commit(lane, [waiting])
        else waiting.reject(new StorageUnavailable(error))
      }
      return isThere
    }
    // Of data that is not taken the database has told the code alone, and the sender is told.
    const level = error instanceof StorageRefused ? 'warn' : 'error'
    parts.log[level]({ err: error }, 'message could not be stored')
    batch[0]?.reject(error)
    return true
  }

  /** The answer to COMMIT may have been lost: ask what is there before saying anything (P1, P3). */
  async function resolveAmbiguous(lane: Lane, batch: Waiting[], error: StorageUnavailable): Promise<boolean> {
    parts.log.debug({ err: error, messages: batch.length }, 'append without an answer; looking the ids up')
    let found: (Appended | undefined)[] = []
    let isThere = true
    try {
      found = await parts.messages.lookUp(batch.map((waiting) => waiting.message))
    } catch {
      isThere = false
      // Still away: senders keep their messages and ask again with the same ids. What waits behind them would
      // wait for nothing but the same time-outs.
      for (const waiting of remove(lane, lane.queue.length)) waiting.reject(error)
    }
    batch.forEach((waiting, index) => {
      const appended = found[index]
      if (appended) answer(waiting, appended)
      else waiting.reject(error)
    })
    parts.onUncertain([...new Set(batch.map((waiting) => waiting.message.roomKey))])
    return isThere
  }

  return {
    append,
    async close() {
      closing = true
      for (const lane of lanes) await lane.running
    },
  }
}

function answer(waiting: Waiting, appended: Appended): void {
  switch (appended.outcome) {
    case 'added':
    case 'known':
      return waiting.resolve(appended)
    case 'conflict':
      return waiting.reject(
        new Refusal('message_conflict', 'unable to send message; its id belongs to another message'),
      )
    case 'gone':
      return waiting.reject(
        new Refusal('not_joined', 'unable to send message; the room began anew, join it again'),
      )
  }
}

/** The next batch: in arrival order per room, rooms in ascending key order as the append function wants them. */
function take(lane: Lane): Waiting[] {
  let bytes = 0
  let count = 0
  while (count < lane.queue.length && count < BATCH_MESSAGES) {
    bytes += (lane.queue[count] as Waiting).bytes
    if (count > 0 && bytes > MAX_FRAME_BYTES) break
    count += 1
  }
  const batch = remove(lane, count)
  // Array.prototype.sort is stable, so each room keeps its order.
  return batch.sort((a, b) => a.message.roomKey - b.message.roomKey)
}

function remove(lane: Lane, count: number): Waiting[] {
  const removed = lane.queue.splice(0, count)
  for (const waiting of removed) lane.queuedBytes -= waiting.bytes
  return removed
}

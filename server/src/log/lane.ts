/** What waits to be written in the rooms of one lane: bounded in count and bytes (P7), taken in runs of one family. */
import { MAX_FRAME_BYTES } from '../delivery/frame-pace.js'
import type { Changed } from '../storage/change-repository.js'
import type { Appended, NewMessage } from '../storage/message-repository.js'
import type { RoomChange } from './room-change.js'

/** One statement writes one family. */
export interface Waits<Item, Result> {
  readonly item: Item
  readonly bytes: number
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

export type WaitingMessage = Waits<NewMessage, Appended> & { readonly family: 'messages' }
export type WaitingChange = Waits<RoomChange, Changed> & { readonly family: 'changes' }
export type Waiting = WaitingMessage | WaitingChange

/** In arrival order per room, rooms in ascending key order as the routines want them. */
export type Run =
  | { readonly family: 'messages'; readonly waiting: WaitingMessage[] }
  | { readonly family: 'changes'; readonly waiting: WaitingChange[] }

/** One transaction stays well below the statement timeout. */
const RUN_ITEMS = 500
const QUEUE_ITEMS = 5_000
const QUEUE_BYTES = 16 * 1024 * 1024

export interface Lane {
  readonly isEmpty: boolean
  /** @returns false where too much waits already */
  add(waiting: Waiting): boolean
  /** The longest run of one family that fits into one transaction and one frame, one item at least. */
  take(): Run
  /** @returns all that waited */
  clear(): Waiting[]
}

export function createLane(): Lane {
  const queue: Waiting[] = []
  let queuedBytes = 0

  function remove(count: number): Waiting[] {
    const removed = queue.splice(0, count)
    for (const { bytes } of removed) queuedBytes -= bytes
    return removed
  }

  return {
    get isEmpty() {
      return queue.length === 0
    },
    add(waiting) {
      if (queue.length >= QUEUE_ITEMS || queuedBytes + waiting.bytes > QUEUE_BYTES) return false
      queue.push(waiting)
      queuedBytes += waiting.bytes
      return true
    },
    take() {
      // Array.prototype.sort is stable, so each room keeps its order.
      const run = remove(lengthOfRun(queue)).sort((a, b) => a.item.roomKey - b.item.roomKey)
      const messages = run.filter(isMessage)
      return messages.length > 0
        ? { family: 'messages', waiting: messages }
        : { family: 'changes', waiting: run.filter(isChange) }
    },
    clear: () => remove(queue.length),
  }
}

const isMessage = (waiting: Waiting): waiting is WaitingMessage => waiting.family === 'messages'
const isChange = (waiting: Waiting): waiting is WaitingChange => waiting.family === 'changes'

function lengthOfRun(queue: readonly Waiting[]): number {
  let bytes = 0
  let count = 0
  for (const waiting of queue) {
    bytes += waiting.bytes
    const fits = waiting.family === queue[0]?.family && count < RUN_ITEMS && bytes <= MAX_FRAME_BYTES
    if (count > 0 && !fits) break
    count += 1
  }
  return count
}

/** The queue of writes for the rooms of one lane: bounded in count and bytes (P7), taken in runs of one family. */
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
export type WaitingChange = Waits<RoomChange, Changed> & {
  readonly family: 'changes'
  /** Bytes of the patch that all changes of a run with the same key have in common. */
  readonly shared?: { readonly key: string; readonly bytes: number }
}
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
  /** @returns false if too much is waiting already */
  add(waiting: Waiting): boolean
  /**
   * The longest run of one family that fits into one transaction and one frame, at least one item. Messages keep their
   * order, and so do changes; a change never overtakes a message that was requested before it, which may be the one it
   * changes. Messages do overtake changes: otherwise a hot room in which some people react while others write would
   * commit them one by one.
   */
  take(): Run
  /** @returns everything that was waiting */
  clear(): Waiting[]
}

interface Placed<W> {
  readonly waiting: W
  /** Its position across both families. */
  readonly place: number
}

export function createLane(): Lane {
  const messages: Placed<WaitingMessage>[] = []
  const changes: Placed<WaitingChange>[] = []
  let queuedBytes = 0
  let last = 0

  function remove<W extends Waiting>(queue: Placed<W>[], count: number): W[] {
    const removed = queue.splice(0, count).map(({ waiting }) => waiting)
    for (const { bytes } of removed) queuedBytes -= bytes
    return removed
  }

  return {
    get isEmpty() {
      return messages.length + changes.length === 0
    },
    add(waiting) {
      if (messages.length + changes.length >= QUEUE_ITEMS || queuedBytes + waiting.bytes > QUEUE_BYTES)
        return false
      const place = (last += 1)
      if (waiting.family === 'messages') messages.push({ waiting, place })
      else changes.push({ waiting, place })
      queuedBytes += waiting.bytes
      return true
    },
    take() {
      const oldest = messages[0]?.place ?? Infinity
      const due = changes.findIndex(({ place }) => place > oldest)
      const run = lengthOfRun(due < 0 ? changes : changes.slice(0, due))
      return run > 0
        ? { family: 'changes', waiting: inKeyOrder(remove(changes, run)) }
        : { family: 'messages', waiting: inKeyOrder(remove(messages, lengthOfRun(messages))) }
    },
    clear: () => [...remove(messages, messages.length), ...remove(changes, changes.length)],
  }
}

/** Array.prototype.sort is stable, so each room keeps its order. */
const inKeyOrder = <W extends Waiting>(run: W[]): W[] => run.sort((a, b) => a.item.roomKey - b.item.roomKey)

function lengthOfRun(queue: readonly Placed<Waiting>[]): number {
  let bytes = 0
  let count = 0
  const shared = new Set<string>()
  for (const { waiting } of queue) {
    bytes += waiting.bytes
    if (waiting.family === 'changes' && waiting.shared && !shared.has(waiting.shared.key)) {
      shared.add(waiting.shared.key)
      bytes += waiting.shared.bytes
    }
    if (count > 0 && (count >= RUN_ITEMS || bytes > MAX_FRAME_BYTES)) break
    count += 1
  }
  return count
}

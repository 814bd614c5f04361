/**
 * Reads a room's log for clients: the newest part, what changed since a rev, pages of history (P4).
 * Storms are absorbed here: everyone who needs the recent part shares one read.
 */
import type { HistoryRequest, HistoryResult, LogPart, WireMessage } from '@alcove/sdk/protocol'
import type { Metrics } from '../metrics.js'
import type { LogSlice, LogTail, MessageRepository, ReadBounds } from '../storage/message-repository.js'
import { createSharedRead } from './shared-read.js'
import { wireSize } from './wire-size.js'

/** Messages in a first view. */
const SNAPSHOT_MESSAGES = 50
/** How old an answer from memory may be: a frame that got lost would make it stale, and nobody would know sooner. */
const KEEP_TAIL_MS = 1_000
/** A client at most this many changes behind is served from the shared read. */
const RECENT_CHANGES = 100
const CATCH_UP_PAGE = 500
/** Further behind, a client would hold more than anyone reads: it begins anew and scrolls back as it likes (P7). */
const MAX_CATCH_UP = 20_000
/**
 * Bytes of one answer, well below what makes a connection a slow reader (P7): whoever needs more asks again. Also what one
 * read may take out of the engine, so that a commit behind it does not wait for long.
 */
const PART_BYTES = 128 * 1024

type Since = { epoch: string; rev: number } | undefined

/** @param reader whose turn it takes to read; see storage/read-turns.ts */
export interface RoomLog {
  /** As `part`, for somebody who hears from now on what this node tells: a moment old is new enough. */
  join(since: Since, reader: string): Promise<LogPart>
  /** The newest messages, or everything newer than what the client has. */
  part(since: Since, reader: string): Promise<LogPart>
  history(request: HistoryRequest, reader: string): Promise<HistoryResult>
  /** One message by its place. */
  message(seq: number, reader: string): Promise<WireMessage | undefined>
}

/** @param told what readers here were told last: while it stands, so does what was just read */
export function createRoomLog(
  roomKey: number,
  messages: MessageRepository,
  metrics: Metrics,
  told?: () => { epoch: string; rev: number },
): RoomLog {
  let recent: LogTail | undefined
  let forgetting: NodeJS.Timeout | undefined
  const readTail = createSharedRead(async () => {
    metrics.reads.inc({ kind: 'tail' })
    // Nobody's own: all who ask for it share it.
    const tail = await messages.tail(roomKey, SNAPSHOT_MESSAGES, RECENT_CHANGES, boundsOf(`room:${roomKey}`))
    if (told) keep(tail)
    return tail
  })

  function keep(tail: LogTail): void {
    recent = tail
    clearTimeout(forgetting)
    forgetting = setTimeout(() => (recent = undefined), KEEP_TAIL_MS)
    forgetting.unref()
  }

  /** A herd that comes back over some seconds reads a room as often as it changes, not as often as somebody joins. */
  function isStillWhole(tail: LogSlice, since: Since): boolean {
    const { epoch, rev } = told?.() ?? { epoch: '', rev: 0 }
    if (epoch !== tail.epoch || rev > tail.head) return false
    // Whoever knows more was told by another node before we were.
    return !since || (since.epoch === tail.epoch && since.rev <= tail.head)
  }

  async function join(since: Since, reader: string): Promise<LogPart> {
    return recent && isStillWhole(recent, since) ? answer(recent, since, reader) : part(since, reader)
  }

  async function part(since: Since, reader: string): Promise<LogPart> {
    return answer(await readTail(), since, reader)
  }

  async function answer(tail: LogTail, since: Since, reader: string): Promise<LogPart> {
    if (!since) return snapshot(tail)
    if (since.epoch !== tail.epoch) return { ...snapshot(tail), reset: 'epoch' }
    if (since.rev > tail.head) return { ...snapshot(tail), reset: 'ahead' }
    if (since.rev < tail.head - MAX_CATCH_UP) return { ...snapshot(tail), reset: 'behind' }
    if (since.rev >= tail.changesAbove) {
      const newer = tail.messages.filter((message) => message.rev > since.rev).sort((a, b) => a.rev - b.rev)
      return changes(tail, newer, tail.head)
    }
    metrics.reads.inc({ kind: 'since' })
    const page = await messages.since(roomKey, since.rev, CATCH_UP_PAGE, boundsOf(reader))
    const through = page.isCut ? undefined : Math.min(page.head, since.rev + CATCH_UP_PAGE)
    return changes(page, page.messages, through)
  }

  async function history(request: HistoryRequest, reader: string): Promise<HistoryResult> {
    metrics.reads.inc({ kind: 'history' })
    const [from, to] = rangeOf(request)
    const place = placeOf(request)
    // Around a message the two sides share an answer.
    const bytes = 'around' in request ? PART_BYTES / 2 : PART_BYTES
    const bounds = { reader, bytes }
    const { epoch, headSeq, messages: page } = await messages.range(roomKey, { from, place, to }, bounds)
    const nearest = [
      ...fittingNewest(
        page.filter((message) => message.seq < place),
        bytes,
      ),
      ...fitting(
        page.filter((message) => message.seq >= place),
        bytes,
      ),
    ]
    return {
      epoch,
      messages: nearest,
      hasOlder: (nearest[0]?.seq ?? from) > 1 && headSeq > 0,
      hasNewer: (nearest.at(-1)?.seq ?? to) < headSeq,
    }
  }

  async function message(seq: number, reader: string): Promise<WireMessage | undefined> {
    const part = { from: seq, place: seq, to: seq }
    return (await messages.range(roomKey, part, boundsOf(reader))).messages[0]
  }

  return { join, part, history, message }
}

const boundsOf = (reader: string): ReadBounds => ({ reader, bytes: PART_BYTES })

/** `seq` is dense, so a page is a range of it. */
function rangeOf(request: HistoryRequest): [from: number, to: number] {
  const { limit } = request
  if ('before' in request) return [Math.max(1, request.before - limit), request.before - 1]
  if ('after' in request) return [request.after + 1, request.after + limit]
  const from = Math.max(1, request.around - Math.floor(limit / 2))
  return [from, from + limit - 1]
}

/** The first place of what comes after the asked one; what is before it lies before. */
function placeOf(request: HistoryRequest): number {
  if ('before' in request) return request.before
  return 'after' in request ? request.after + 1 : request.around
}

function snapshot(tail: LogSlice): LogPart & { kind: 'snapshot' } {
  const newest = tail.messages.filter((message) => message.seq > tail.headSeq - SNAPSHOT_MESSAGES)
  const messages = fittingNewest(newest)
  return {
    kind: 'snapshot',
    epoch: tail.epoch,
    head: tail.head,
    messages,
    hasOlder: (messages[0]?.seq ?? 1) > 1,
  }
}

/** @param newer in `rev` order @param through how far they reach, where that is further than the last of them */
function changes({ epoch, head }: LogSlice, newer: readonly WireMessage[], through?: number): LogPart {
  const messages = fitting(newer)
  const isWhole = messages.length === newer.length
  const last = messages.at(-1)?.rev ?? head
  return { kind: 'changes', epoch, head, through: isWhole ? (through ?? last) : last, messages }
}

/** The first ones that fit into one answer, one at least: JSON may make longer what the engine found short enough. */
function fitting(messages: readonly WireMessage[], limit = PART_BYTES): WireMessage[] {
  let bytes = 0
  const end = messages.findIndex((message, index) => (bytes += sizeOf(message)) > limit && index > 0)
  return messages.slice(0, end < 0 ? undefined : end)
}

function fittingNewest(messages: readonly WireMessage[], limit = PART_BYTES): WireMessage[] {
  return fitting(messages.toReversed(), limit).reverse()
}

function sizeOf({ user, text, meta }: WireMessage): number {
  return wireSize(user, text, meta && JSON.stringify(meta))
}

/**
 * Reads a room's log for clients: the newest part, what changed since a rev, pages of history (P4).
 * Storms are absorbed here: everyone who needs the recent part shares one read.
 */
import type { HistoryRequest, HistoryResult, LogPart, WireMessage } from '@alcove/sdk/protocol'
import type { Metrics } from '../metrics.js'
import type { LogSlice, MessageRepository } from '../storage/message-repository.js'
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
/** Bytes of one answer, well below what makes a connection a slow reader (P7): whoever needs more asks again. */
const PART_BYTES = 192 * 1024

export interface RoomLog {
  /** As `part`, for somebody who hears from now on what this node tells: a moment old is new enough. */
  join(since?: { epoch: string; rev: number }): Promise<LogPart>
  /** The newest messages, or everything newer than what the client has. */
  part(since?: { epoch: string; rev: number }): Promise<LogPart>
  history(request: HistoryRequest): Promise<HistoryResult>
  /** One message by its place. */
  message(seq: number): Promise<WireMessage | undefined>
}

/** @param told what readers here were told last: while it stands, so does what was just read */
export function createRoomLog(
  roomKey: number,
  messages: MessageRepository,
  metrics: Metrics,
  told?: () => { epoch: string; rev: number },
): RoomLog {
  let recent: LogSlice | undefined
  let forgetting: NodeJS.Timeout | undefined
  const readTail = createSharedRead(async () => {
    metrics.reads.inc({ kind: 'tail' })
    const tail = await messages.tail(roomKey, SNAPSHOT_MESSAGES, RECENT_CHANGES)
    if (told) keep(tail)
    return tail
  })

  function keep(tail: LogSlice): void {
    recent = tail
    clearTimeout(forgetting)
    forgetting = setTimeout(() => (recent = undefined), KEEP_TAIL_MS)
    forgetting.unref()
  }

  /** A herd that comes back over some seconds reads a room as often as it changes, not as often as somebody joins. */
  function isStillWhole(tail: LogSlice, since: { epoch: string; rev: number } | undefined): boolean {
    const { epoch, rev } = told?.() ?? { epoch: '', rev: 0 }
    if (epoch !== tail.epoch || rev > tail.head) return false
    // Whoever knows more was told by another node before we were.
    return !since || (since.epoch === tail.epoch && since.rev <= tail.head)
  }

  async function join(since?: { epoch: string; rev: number }): Promise<LogPart> {
    return recent && isStillWhole(recent, since) ? answer(recent, since) : part(since)
  }

  async function part(since?: { epoch: string; rev: number }): Promise<LogPart> {
    return answer(await readTail(), since)
  }

  async function answer(tail: LogSlice, since?: { epoch: string; rev: number }): Promise<LogPart> {
    if (!since) return snapshot(tail)
    if (since.epoch !== tail.epoch) return { ...snapshot(tail), reset: 'epoch' }
    if (since.rev > tail.head) return { ...snapshot(tail), reset: 'ahead' }
    if (since.rev < tail.head - MAX_CATCH_UP) return { ...snapshot(tail), reset: 'behind' }
    if (since.rev >= tail.head - RECENT_CHANGES) {
      const newer = tail.messages.filter((message) => message.rev > since.rev).sort((a, b) => a.rev - b.rev)
      return changes(tail, newer, true)
    }
    metrics.reads.inc({ kind: 'since' })
    const page = await messages.since(roomKey, since.rev, CATCH_UP_PAGE)
    return changes(page, page.messages, page.messages.length < CATCH_UP_PAGE)
  }

  async function history(request: HistoryRequest): Promise<HistoryResult> {
    metrics.reads.inc({ kind: 'history' })
    const [from, to] = bounds(request)
    const { epoch, headSeq, messages: page } = await messages.range(roomKey, from, to)
    const place = placeOf(request)
    const nearest = [
      ...fittingNewest(page.filter((message) => message.seq < place)),
      ...fitting(page.filter((message) => message.seq >= place)),
    ]
    return {
      epoch,
      messages: nearest,
      hasOlder: (nearest[0]?.seq ?? from) > 1 && headSeq > 0,
      hasNewer: (nearest.at(-1)?.seq ?? to) < headSeq,
    }
  }

  async function message(seq: number): Promise<WireMessage | undefined> {
    return (await messages.range(roomKey, seq, seq)).messages[0]
  }

  return { join, part, history, message }
}

/** `seq` is dense, so a page is a range of it. */
function bounds(request: HistoryRequest): [from: number, to: number] {
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

/** @param newer in `rev` order @param isLast whether they reach the head */
function changes({ epoch, head }: LogSlice, newer: readonly WireMessage[], isLast: boolean): LogPart {
  const messages = fitting(newer)
  const isWhole = isLast && messages.length === newer.length
  return { kind: 'changes', epoch, head, through: isWhole ? head : (messages.at(-1)?.rev ?? head), messages }
}

/** The first ones that fit into one answer, one at least. */
function fitting(messages: readonly WireMessage[]): WireMessage[] {
  let bytes = 0
  const end = messages.findIndex((message, index) => (bytes += sizeOf(message)) > PART_BYTES && index > 0)
  return messages.slice(0, end < 0 ? undefined : end)
}

function fittingNewest(messages: readonly WireMessage[]): WireMessage[] {
  return fitting(messages.toReversed()).reverse()
}

function sizeOf({ user, text, meta }: WireMessage): number {
  return wireSize(user, text, meta && JSON.stringify(meta))
}

/**
 * Reads a room's log for clients: the newest part, what changed since a rev, pages of history (P4).
 * Storms are absorbed here: everyone who needs the recent part shares one read.
 */
import type { HistoryRequest, HistoryResult, LogPart, WireMessage } from '@alcove/sdk/protocol'
import type { Metrics } from '../metrics.js'
import type { LogSlice, MessageRepository } from '../storage/message-repository.js'
import { createSharedRead } from './shared-read.js'

/** Messages in a first view. */
const SNAPSHOT_MESSAGES = 50
/** A client at most this many changes behind is served from the shared read. */
const RECENT_CHANGES = 100
const CATCH_UP_PAGE = 500

export interface RoomLog {
  /** The newest messages, or everything newer than what the client has. */
  part(since?: { epoch: string; rev: number }): Promise<LogPart>
  history(request: HistoryRequest): Promise<HistoryResult>
  /** One message by its place. */
  message(seq: number): Promise<WireMessage | undefined>
}

export function createRoomLog(roomKey: number, messages: MessageRepository, metrics: Metrics): RoomLog {
  const readTail = createSharedRead(() => {
    metrics.reads.inc({ kind: 'tail' })
    return messages.tail(roomKey, SNAPSHOT_MESSAGES, RECENT_CHANGES)
  })

  async function part(since?: { epoch: string; rev: number }): Promise<LogPart> {
    const tail = await readTail()
    if (!since) return snapshot(tail)
    if (since.epoch !== tail.epoch) return { ...snapshot(tail), reset: 'epoch' }
    if (since.rev > tail.head) return { ...snapshot(tail), reset: 'ahead' }
    if (since.rev >= tail.head - RECENT_CHANGES) return changes(tail, since.rev)
    metrics.reads.inc({ kind: 'since' })
    const page = await messages.since(roomKey, since.rev, CATCH_UP_PAGE)
    const isLast = page.messages.length < CATCH_UP_PAGE
    return {
      kind: 'changes',
      epoch: page.epoch,
      head: page.head,
      through: isLast ? page.head : (page.messages.at(-1)?.rev ?? page.head),
      messages: page.messages,
    }
  }

  async function history(request: HistoryRequest): Promise<HistoryResult> {
    metrics.reads.inc({ kind: 'history' })
    const [from, to] = bounds(request)
    const page = await messages.range(roomKey, from, to)
    return {
      epoch: page.epoch,
      messages: page.messages,
      hasOlder: from > 1 && page.headSeq > 0,
      hasNewer: to < page.headSeq,
    }
  }

  async function message(seq: number): Promise<WireMessage | undefined> {
    return (await messages.range(roomKey, seq, seq)).messages[0]
  }

  return { part, history, message }
}

/** `seq` is dense, so a page is a range of it. */
function bounds(request: HistoryRequest): [from: number, to: number] {
  const { limit } = request
  if ('before' in request) return [Math.max(1, request.before - limit), request.before - 1]
  if ('after' in request) return [request.after + 1, request.after + limit]
  const from = Math.max(1, request.around - Math.floor(limit / 2))
  return [from, from + limit - 1]
}

function snapshot(tail: LogSlice): LogPart & { kind: 'snapshot' } {
  const messages = tail.messages.filter((message) => message.seq > tail.headSeq - SNAPSHOT_MESSAGES)
  return {
    kind: 'snapshot',
    epoch: tail.epoch,
    head: tail.head,
    messages,
    hasOlder: tail.headSeq > SNAPSHOT_MESSAGES,
  }
}

function changes(tail: LogSlice, rev: number): LogPart {
  const messages = tail.messages.filter((message) => message.rev > rev).sort((a, b) => a.rev - b.rev)
  return { kind: 'changes', epoch: tail.epoch, head: tail.head, through: tail.head, messages }
}

/**
 * Reads a room's log for clients: the newest part, what changed since a rev, pages of history (P4). Storms are absorbed
 * here: everyone who needs the recent part shares one read. Reads are charged to the caller, so the head is read first,
 * and messages only for a caller that misses some.
 */
import type { HistoryRequest, HistoryResult, LogPart, MessageRow } from '@alcove/sdk/protocol'
import type { Metrics } from '../metrics.js'
import type {
  LogHead,
  LogNews,
  LogSlice,
  MessageRepository,
  ReadBounds,
} from '../storage/message-repository.js'
import { createTurn, type Turn } from '../storage/read-turns.js'
import { createRecent, type DeliveredHead } from './recent.js'
import { createSharedTurn, createSharedTurns } from '../shared-turn.js'
import { messageSize } from './wire-size.js'

/** Messages in a first view. */
export const SNAPSHOT_MESSAGES = 50
/** Clients at most this many changes behind share a read, whatever rev each of them has. */
const RECENT_CHANGES = 100
const CATCH_UP_PAGE = 500
/** A client further behind would have to load more than anyone reads: it starts over and can scroll back (P7). */
const MAX_CATCH_UP = 20_000
/**
 * Bytes in one answer, well below what makes a connection a slow reader (P7): a client that needs more asks again. Also
 * the limit of one read from the engine, so that a commit queued after it does not wait long.
 */
const PART_BYTES = 128 * 1024

interface Position {
  epoch: string
  rev: number
}
type Since = Position | undefined

/** @param reader who is waiting; see storage/read-turns.ts */
export interface RoomLog {
  /** Like `part`, for a client that receives this node's frames from now on: a slightly old result is good enough. */
  join(since: Since, reader: string): Promise<LogPart>
  /** The newest messages, or everything newer than what the client has. */
  part(since: Since, reader: string): Promise<LogPart>
  history(request: HistoryRequest, reader: string): Promise<HistoryResult>
  /** One message by its `seq`. */
  message(seq: number, reader: string): Promise<MessageRow | undefined>
}

/** The shared reads of a room, or their cached result. */
interface Reads {
  head(since: Since): Promise<LogHead>
  latest(since: Position): Promise<LogNews>
  tail(): Promise<LogSlice>
}

export type LogReads = Pick<MessageRepository, 'head' | 'tail' | 'latest' | 'since' | 'range'>

/** @param delivered the rev last delivered to readers here: while it is unchanged, the cached result is valid */
export function createRoomLog(
  roomKey: number,
  messages: LogReads,
  metrics: Metrics,
  delivered?: () => DeliveredHead,
): RoomLog {
  const recentHead = createRecent<LogHead>(delivered)
  const recentNews = createRecent<LogNews>(delivered)
  const recentTail = createRecent<LogSlice>(delivered)
  /** Changes further back exceed one answer: a client that needs them reads page by page. */
  let reach: Position = { epoch: '', rev: 0 }

  const readHead = createSharedTurn(async (turn) => {
    metrics.reads.inc({ kind: 'head' })
    return recentHead.keep(await messages.head(roomKey, turn))
  })
  const readLatest = createSharedTurn(async (turn, lowest) => {
    metrics.reads.inc({ kind: 'latest' })
    const news = await messages.latest(roomKey, lowest, RECENT_CHANGES, boundsOf(turn))
    if (news.isCut) reach = { epoch: news.epoch, rev: news.changesAbove }
    return recentNews.keep(news)
  })
  const readTail = createSharedTurn(async (turn) => {
    metrics.reads.inc({ kind: 'tail' })
    return recentTail.keep(await messages.tail(roomKey, SNAPSHOT_MESSAGES, boundsOf(turn)))
  })

  /** Clients that were disconnected at the same moment miss the same pages. */
  const readPage = createSharedTurns((turn, rev: number) => {
    metrics.reads.inc({ kind: 'since' })
    return messages.since(roomKey, rev, CATCH_UP_PAGE, boundsOf(turn))
  })

  const fresh = (reader: string): Reads => ({
    head: () => readHead(reader),
    latest: ({ rev }) => readLatest(reader, rev),
    tail: () => readTail(reader),
  })

  /** For a crowd that returns within seconds, a room is read as often as it changes, not as often as somebody joins. */
  function recent(reader: string): Reads {
    const { head, latest, tail } = fresh(reader)
    return {
      head: async (since) => recentHead.get(since) ?? head(since),
      async latest(since) {
        const news = recentNews.get(since)
        return news && since.rev >= news.changesAbove ? news : latest(since)
      },
      tail: async () => recentTail.get(undefined) ?? tail(),
    }
  }

  async function answer(since: Since, reader: string, reads: Reads): Promise<LogPart> {
    if (!since) return snapshot(await reads.tail())
    const head = await reads.head(since)
    const reset = resetOf(since, head)
    if (reset) return beginAnew(reset, reader)
    if (since.rev === head.head) return changes(since, head, [])
    if (isNear(since, head)) {
      const news = await reads.latest(since)
      if (!resetOf(since, news) && since.rev >= news.changesAbove)
        return changes(
          since,
          news,
          news.messages.filter((message) => message.rev > since.rev),
        )
    }
    const page = await readPage(reader, since.rev)
    // A new epoch may have begun between two reads.
    const resetMeanwhile = resetOf(since, page)
    if (resetMeanwhile) return beginAnew(resetMeanwhile, reader)
    return changes(
      since,
      page,
      page.messages,
      page.isCut ? undefined : Math.min(page.head, since.rev + CATCH_UP_PAGE),
    )
  }

  /** Read again, because the earlier result may belong to the former epoch. */
  async function beginAnew(reset: Reset, reader: string): Promise<LogPart> {
    return { ...snapshot(await readTail(reader)), reset }
  }

  function isNear(since: Position, head: LogHead): boolean {
    return since.rev >= head.head - RECENT_CHANGES && (since.epoch !== reach.epoch || since.rev >= reach.rev)
  }

  async function history(request: HistoryRequest, reader: string): Promise<HistoryResult> {
    metrics.reads.inc({ kind: 'history' })
    const [from, to] = rangeOf(request)
    const place = placeOf(request)
    // Around a message, the two sides share one answer.
    const bytes = 'around' in request ? PART_BYTES / 2 : PART_BYTES
    const bounds = { turn: createTurn(reader), bytes }
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

  async function message(seq: number, reader: string): Promise<MessageRow | undefined> {
    const part = { from: seq, place: seq, to: seq }
    return (await messages.range(roomKey, part, boundsOf(createTurn(reader)))).messages[0]
  }

  return {
    join: (since, reader) => answer(since, reader, recent(reader)),
    part: (since, reader) => answer(since, reader, fresh(reader)),
    history,
    message,
  }
}

const boundsOf = (turn: Turn): ReadBounds => ({ turn, bytes: PART_BYTES })

type Reset = 'epoch' | 'ahead' | 'behind'

/** Why a client has to start over, if it has to (LOG-5). */
function resetOf(since: Position, { epoch, head }: LogHead): Reset | undefined {
  if (since.epoch !== epoch) return 'epoch'
  if (since.rev > head) return 'ahead'
  return since.rev < head - MAX_CATCH_UP ? 'behind' : undefined
}

/** `seq` is dense, so a page is a range of it. */
function rangeOf(request: HistoryRequest): [from: number, to: number] {
  const { limit } = request
  if ('before' in request) return [Math.max(1, request.before - limit), request.before - 1]
  if ('after' in request) return [request.after + 1, request.after + limit]
  const from = Math.max(1, request.around - Math.floor(limit / 2))
  return [from, from + limit - 1]
}

/** The first `seq` of the later side; the earlier side ends before it. */
function placeOf(request: HistoryRequest): number {
  if ('before' in request) return request.before
  return 'after' in request ? request.after + 1 : request.around
}

function snapshot(view: LogSlice): LogPart & { kind: 'snapshot' } {
  const messages = fittingNewest(view.messages)
  return {
    kind: 'snapshot',
    epoch: view.epoch,
    head: view.head,
    messages,
    hasOlder: (messages[0]?.seq ?? 1) > 1,
    ...(view.info && { info: view.info }),
  }
}

/** @param newer in `rev` order @param through the rev up to which they are complete, if higher than the last of them */
function changes(
  since: Position,
  { epoch, head, info }: LogHead,
  newer: readonly MessageRow[],
  through?: number,
): LogPart {
  const messages = fitting(newer)
  const isWhole = messages.length === newer.length
  const last = messages.at(-1)?.rev ?? head
  return {
    kind: 'changes',
    epoch,
    head,
    through: isWhole ? (through ?? last) : last,
    messages,
    ...(info && info.rev > since.rev && { info }),
  }
}

/** The first ones that fit into one answer, at least one: JSON may be longer than the engine's estimate. */
function fitting(messages: readonly MessageRow[], limit = PART_BYTES): MessageRow[] {
  let bytes = 0
  const end = messages.findIndex((message, index) => (bytes += messageSize(message)) > limit && index > 0)
  return messages.slice(0, end < 0 ? undefined : end)
}

function fittingNewest(messages: readonly MessageRow[], limit = PART_BYTES): MessageRow[] {
  return fitting(messages.toReversed(), limit).reverse()
}

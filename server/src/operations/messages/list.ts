/** `message:list`: a room's messages, page by page, for callers without a connection. */
import { z } from 'zod'
import type { HistoryResult, MessageRow } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { SNAPSHOT_MESSAGES, type RoomLog } from '../../log/room-log.js'
import { turnKey } from '../actor.js'
import { Message, pageOf } from '../answers.js'
import { readCursor, writeCursor } from '../cursor.js'
import { Cursor, PageSize, RoomId } from '../input.js'
import { readLimits, chargeRead } from '../limits.js'
import { asks } from '../operation.js'

const CURSOR = /^(?<epoch>[\w-]{1,64}):(?<order>newest|oldest):(?<seq>\d{1,15})$/

type Order = 'newest' | 'oldest'

interface Page {
  room: string
  limit: number
}

type Read = Pick<HistoryResult, 'epoch' | 'messages'> & { hasMore: boolean }

export const listMessages = asks({
  name: 'message:list',
  of: 'room',
  needs: 'read',
  http: {
    method: 'GET',
    path: '/rooms/:room/messages',
    summary: "A room's messages",
    answer: pageOf('messages', Message),
  },
  input: z.strictObject({
    room: RoomId,
    order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first'),
    limit: PageSize,
    after: Cursor.optional(),
  }),
  rate: ({ actor }) => readLimits(actor),
  async run(context, { order, limit, after }) {
    const { actor, room, services } = context
    const log = services.logOf(room)
    const from = after === undefined ? undefined : seqOf(after, order, room.epoch)
    const page = order === 'newest' ? newestFirst : oldestFirst
    const { epoch, messages, hasMore } = await page(log, { room: room.id, limit }, from, turnKey(actor))
    if (epoch !== room.epoch) throw startedAgain()
    await chargeRead(context, messages)
    const last = messages.at(-1)
    return { messages, ...(hasMore && last && { next: writeCursor(`${epoch}:${order}:${last.seq}`) }) }
  },
})

async function newestFirst(
  log: RoomLog,
  page: Page,
  from: number | undefined,
  reader: string,
): Promise<Read> {
  if (from === undefined) return newest(log, page, reader)
  const { epoch, messages, hasOlder } = await log.history({ ...page, before: from }, reader)
  return { epoch, messages: messages.toReversed(), hasMore: hasOlder }
}

async function oldestFirst(
  log: RoomLog,
  page: Page,
  from: number | undefined,
  reader: string,
): Promise<Read> {
  const { epoch, messages, hasNewer } = await log.history({ ...page, after: from ?? 0 }, reader)
  return { epoch, messages, hasMore: hasNewer }
}

/**
 * The snapshot that everybody gets on joining, shared by all concurrent callers. A longer page than that is read backwards from
 * where the snapshot ends.
 */
async function newest(log: RoomLog, { room, limit }: Page, reader: string): Promise<Read> {
  const part = await log.part(undefined, reader)
  const last = part.messages.at(-1)
  if (last && part.messages.length === SNAPSHOT_MESSAGES && limit > SNAPSHOT_MESSAGES)
    return newestFirst(log, { room, limit }, last.seq + 1, reader)
  const messages: MessageRow[] = part.messages.slice(-limit).reverse()
  const isWhole = part.kind === 'snapshot' && !part.hasOlder && messages.length === part.messages.length
  return { epoch: part.epoch, messages, hasMore: !isWhole }
}

/** @throws Refusal `invalid_request` if the cursor is from another order or an earlier epoch */
function seqOf(cursor: string, order: Order, epoch: string): number {
  const parts = CURSOR.exec(readCursor(cursor, CURSOR))?.groups
  if (parts?.order === order && parts.epoch === epoch) return Number(parts.seq)
  throw startedAgain()
}

function startedAgain(): Refusal {
  return new Refusal(
    'invalid_request',
    'unable to list messages; after is of another order, or the room began again since: start with the first page',
  )
}

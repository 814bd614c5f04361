/** `room:list`: an app's rooms with the number of people in each. Newest first, or occupied rooms, fullest first. */
import { z } from 'zod'
import { RedisAway } from '../../cluster/redis.js'
import { Refusal } from '../../errors/refusal.js'
import { NODE_BUDGETS } from '../../limits/address-budgets.js'
import { ListedRoom, pageOf } from '../answers.js'
import type { Context } from '../context.js'
import { readCursor, writeCursor } from '../cursor.js'
import { Cursor, PageSize } from '../input.js'
import { asks } from '../operation.js'

const AWAY_RETRY_MS = 1_000
/** Wider than the rule for new ids, which rooms of an older server may break: a cursor may stand at any stored room. */
const STORED_ID = /^\S{1,128}$/

const RoomPage = pageOf('rooms', ListedRoom)
type RoomPage = z.infer<typeof RoomPage>

export const listRooms = asks({
  name: 'room:list',
  of: 'app',
  actors: ['app', 'admin'],
  http: {
    method: 'GET',
    path: '/rooms',
    summary: 'Rooms and how many people are in each',
    answer: RoomPage,
    budget: { name: 'list-rooms', budget: NODE_BUDGETS.roomLists, action: 'list rooms' },
  },
  input: z.strictObject({
    sort: z
      .enum(['created', 'members'])
      .default('created')
      .describe('`created`: newest first. `members`: those with somebody in them, fullest first.'),
    limit: PageSize,
    after: Cursor.optional(),
  }),
  run: (context, { sort, limit, after }) =>
    sort === 'members' ? byMembers(context, limit, after) : byCreation(context, limit, after),
})

async function byCreation(context: Context, limit: number, after: string | undefined): Promise<RoomPage> {
  const { actor, services } = context
  const last = after === undefined ? undefined : readCursor(after, STORED_ID)
  const found = await services.rooms.list(actor.app.id, limit + 1, last)
  const page = found.slice(0, limit)
  const counts = await countsOf(context, page)
  return {
    rooms: page.map((room, index) => ({ ...room, ...(counts && { members: counts[index] ?? 0 }) })),
    ...(found.length > limit && { next: writeCursor(page.at(-1)!.id) }),
  }
}

async function countsOf(
  { actor, services }: Context,
  page: readonly { id: string }[],
): Promise<number[] | undefined> {
  const ids = page.map(({ id }) => id)
  return services.rosters.counts(actor.app.id, ids).catch((error: unknown) => {
    if (error instanceof RedisAway) return undefined
    throw error
  })
}

async function byMembers(context: Context, limit: number, after: string | undefined): Promise<RoomPage> {
  const { actor, services } = context
  const offset = after === undefined ? 0 : Number(readCursor(after, /^\d{1,9}$/))
  const found = await occupied(context, offset, limit + 1)
  const page = found.slice(0, limit)
  const ids = page.map(({ room }) => room)
  const known = new Map((await services.rooms.listed(actor.app.id, ids)).map((room) => [room.id, room]))
  return {
    // A room that is not stored does not count, no matter who wrote it into Redis.
    rooms: page.flatMap(({ room, members }) => {
      const stored = known.get(room)
      return stored ? [{ ...stored, members }] : []
    }),
    ...(found.length > limit && { next: writeCursor(String(offset + limit)) }),
  }
}

async function occupied({ actor, services }: Context, offset: number, limit: number) {
  try {
    return await services.rosters.occupied(actor.app.id, offset, limit)
  } catch (error) {
    if (!(error instanceof RedisAway)) throw error
    // Listing only this node's rooms would show a part as the whole.
    throw new Refusal('unavailable', 'unable to list rooms by members; Redis does not answer', AWAY_RETRY_MS)
  }
}

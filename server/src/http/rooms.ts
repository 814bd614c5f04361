/**
 * `GET /v1/rooms`: an app's rooms with how many people are in each, for the app's own server. Newest first, or those with
 * somebody in them, fullest first.
 */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { ROOM_ID_PATTERN } from '@alcove/sdk/protocol'
import type { AppDirectory } from '../apps/app-directory.js'
import { RedisAway } from '../cluster/redis.js'
import { Refusal, toWireError } from '../errors/refusal.js'
import { NODE_BUDGETS, rateOf } from '../limits/address-budgets.js'
import { clientAddress } from '../limits/client-address.js'
import type { RateLimits } from '../limits/rate-limits.js'
import { describeIssue } from '../operations/input.js'
import type { Rosters } from '../cluster/roster.js'
import type { RoomRepository } from '../storage/room-repository.js'
import { requireApp } from './app-secret.js'
import { sendProblem } from './problem.js'

const AWAY_RETRY_MS = 1_000

const Query = z.strictObject({
  sort: z.enum(['created', 'members']).default('created'),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'should be a number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(50),
  after: z.string().min(1).max(256).optional(),
})

interface ListedRoom {
  id: string
  createdAt: number
  /** Absent while nobody can say. */
  members?: number
}

interface Page {
  rooms: ListedRoom[]
  /** Of the next page, as `after`. */
  next?: string
}

export function roomListRoute(
  http: FastifyInstance,
  parts: {
    apps: Pick<AppDirectory, 'findBySecret'>
    rooms: Pick<RoomRepository, 'list' | 'listed'>
    rosters: Pick<Rosters, 'counts' | 'occupied'>
    rates: RateLimits
    trustProxy: number
  },
): void {
  const { apps, rooms, rosters, rates, trustProxy } = parts

  http.get('/v1/rooms', async (request, reply) => {
    void reply.header('cache-control', 'no-store')
    try {
      const address = clientAddress(request.headers, request.socket.remoteAddress, trustProxy)
      await rates.take('list-rooms', address, rateOf(NODE_BUDGETS.roomLists), 'list rooms')
      const app = await requireApp(apps, request)
      const query = Query.safeParse(request.query)
      if (!query.success)
        throw new Refusal('invalid_request', `unable to list rooms; ${describeIssue(query.error)}`)
      const { sort, limit, after } = query.data
      const page = sort === 'members' ? byMembers : byCreation
      return await reply.send(await page(app.id, limit, after))
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return sendProblem(reply, toWireError(error).wire)
    }
  })

  async function byCreation(appId: string, limit: number, after: string | undefined): Promise<Page> {
    const last = after === undefined ? undefined : readCursor(after, ROOM_ID_PATTERN)
    const found = await rooms.list(appId, limit + 1, last)
    const page = found.slice(0, limit)
    const counts = await countsOf(appId, page)
    return {
      rooms: page.map((room, index) => ({ ...room, ...(counts && { members: counts[index] ?? 0 }) })),
      ...(found.length > limit && { next: writeCursor(page.at(-1)!.id) }),
    }
  }

  async function countsOf(appId: string, page: readonly { id: string }[]): Promise<number[] | undefined> {
    const ids = page.map(({ id }) => id)
    return rosters.counts(appId, ids).catch((error: unknown) => {
      if (error instanceof RedisAway) return undefined
      throw error
    })
  }

  async function byMembers(appId: string, limit: number, after: string | undefined): Promise<Page> {
    const offset = after === undefined ? 0 : Number(readCursor(after, /^\d{1,9}$/))
    const found = await occupied(appId, offset, limit + 1)
    const page = found.slice(0, limit)
    const known = new Map(
      (
        await rooms.listed(
          appId,
          page.map(({ room }) => room),
        )
      ).map((room) => [room.id, room]),
    )
    return {
      // What is not stored is no room of ours, whoever wrote it there.
      rooms: page.flatMap(({ room, members }) => {
        const stored = known.get(room)
        return stored ? [{ ...stored, members }] : []
      }),
      ...(found.length > limit && { next: writeCursor(String(offset + limit)) }),
    }
  }

  async function occupied(appId: string, offset: number, limit: number) {
    try {
      return await rosters.occupied(appId, offset, limit)
    } catch (error) {
      if (!(error instanceof RedisAway)) throw error
      // This node's own rooms would be a part shown as the whole.
      throw new Refusal(
        'unavailable',
        'unable to list rooms by members; Redis does not answer',
        AWAY_RETRY_MS,
      )
    }
  }
}

const writeCursor = (position: string): string => Buffer.from(position).toString('base64url')

/** @throws Refusal `invalid_request` */
function readCursor(cursor: string, shape: RegExp): string {
  const position = Buffer.from(cursor, 'base64url').toString()
  if (shape.test(position) && writeCursor(position) === cursor) return position
  throw new Refusal('invalid_request', 'unable to list rooms; after is not the next of a page in this order')
}

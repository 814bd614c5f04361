/** `room:sync` and `room:history`: what changed since a rev, and pages of what was before. */
import { z } from 'zod'
import type { MessageRow } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { READS_OF_USER } from '../../limits/address-budgets.js'
import { limitsOf, readerKey, readPoints } from '../../limits/request-limits.js'
import type { Limit } from '../../limits/limit.js'
import { messageSize } from '../../log/wire-size.js'
import { Position, RoomId } from '../../operations/input.js'
import { joinedRoom, type RequestContext, type RequestHandler } from '../request.js'

export const syncRoom: RequestHandler<'room:sync'> = {
  input: z.strictObject({ room: RoomId, epoch: z.string().max(64), rev: Position }),
  async run(context, { room: roomId, epoch, rev }) {
    const room = joinedRoom(context.connection, roomId)
    return { log: await weighed(context, () => room.log.part({ epoch, rev }, readerKey(context.connection))) }
  },
}

const Limit = z.number().int().min(1)

export const readHistory: RequestHandler<'room:history'> = {
  input: z.union([
    z.strictObject({ room: RoomId, limit: Limit, before: Position }),
    z.strictObject({ room: RoomId, limit: Limit, after: Position }),
    z.strictObject({ room: RoomId, limit: Limit, around: Position }),
  ]),
  async run(context, request) {
    const room = joinedRoom(context.connection, request.room)
    const { historyPage } = context.connection.app.limits
    if (request.limit > historyPage) {
      throw new Refusal('invalid_request', `unable to read history; limit should be at most ${historyPage}`)
    }
    return weighed(context, () => room.log.history(request, readerKey(context.connection)))
  },
}

/** Takes one point before, which refuses who has none left, and the rest once it is known what was read. */
async function weighed<T extends { messages: readonly MessageRow[] }>(
  context: RequestContext,
  read: () => Promise<T>,
): Promise<T> {
  await context.services.rates.takeAll(readLimits(context, 1))
  const part = await read()
  await chargeRead(context, part.messages)
  return part
}

export function readLimits({ connection }: RequestContext, points: number): Limit[] {
  return limitsOf(connection, {
    ...{ name: 'read', rate: READS_OF_USER, budget: 'reads', action: 'read the room', points },
  })
}

/** One point of it was taken before. */
export async function chargeRead(context: RequestContext, messages: readonly MessageRow[]): Promise<void> {
  const points = readPoints(messages.reduce((bytes, message) => bytes + messageSize(message), 0)) - 1
  if (points > 0) await context.services.rates.charge(readLimits(context, points))
}

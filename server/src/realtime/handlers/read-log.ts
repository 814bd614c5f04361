/** `room:sync` and `room:history`: what changed since a rev, and pages of what was before. */
import { z } from 'zod'
import { Refusal } from '../../errors.js'
import {
  joinedRoom,
  Position,
  RoomId,
  readerKey,
  userKey,
  type RequestContext,
  type RequestHandler,
} from '../request.js'

/** A night of 10,000 messages is 20 pages; scrolling back reads a few pages a second. */
const READ_RATE = { points: 200, windowSeconds: 5 }

export const syncRoom: RequestHandler<'room:sync'> = {
  input: z.strictObject({ room: RoomId, epoch: z.string().max(64), rev: Position }),
  async run(context, { room: roomId, epoch, rev }) {
    const room = joinedRoom(context.connection, roomId)
    await takeRead(context)
    return { log: await room.log.part({ epoch, rev }, readerKey(context.connection)) }
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
    await takeRead(context)
    return room.log.history(request, readerKey(context.connection))
  },
}

function takeRead({ connection, services }: RequestContext): Promise<void> {
  return services.rates.take('read', userKey(connection), READ_RATE, 'read the room')
}

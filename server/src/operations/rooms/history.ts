/** `room:history`: pages of older messages. */
import { z } from 'zod'
import { Refusal } from '../../errors/refusal.js'
import { turnKey } from '../actor.js'
import { Position, RoomId } from '../input.js'
import { readLimits } from '../limits.js'
import { asks } from '../operation.js'
import { forReader } from '../personal.js'

const Limit = z.number().int().min(1)

export const readHistory = asks({
  name: 'room:history',
  of: 'joined',
  input: z.union([
    z.strictObject({ room: RoomId, limit: Limit, before: Position }),
    z.strictObject({ room: RoomId, limit: Limit, after: Position }),
    z.strictObject({ room: RoomId, limit: Limit, around: Position }),
  ]),
  check({ actor }, { limit }) {
    const { historyPage } = actor.app.limits
    if (limit > historyPage)
      throw new Refusal('invalid_request', `unable to read history; limit should be at most ${historyPage}`)
  },
  rate: ({ actor }) => readLimits(actor),
  async run(context, request) {
    return forReader(context, await context.room.log.history(request, turnKey(context.actor)))
  },
})

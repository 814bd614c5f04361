/** `room:sync`: what changed since a rev. */
import { z } from 'zod'
import { turnKey } from '../actor.js'
import { Position, RoomId } from '../input.js'
import { readLimits } from '../limits.js'
import { asks } from '../operation.js'
import { forReader } from '../personal.js'

export const syncRoom = asks({
  name: 'room:sync',
  of: 'joined',
  isRepeatable: true,
  input: z.strictObject({ room: RoomId, epoch: z.string().max(64), rev: Position }),
  rate: ({ actor }) => readLimits(actor),
  async run(context, { epoch, rev }) {
    const log = await context.room.log.part({ epoch, rev }, turnKey(context.actor))
    return { log: await forReader(context, log) }
  },
})

/** From a draft to the log: what becomes of it, and the answer. */
import type { SendResult } from '@alcove/sdk/protocol'
import { toWireMessage } from '../log/committed-row.js'
import { turnKey } from './actor.js'
import type { Creation } from './draft.js'
import type { RoomContext } from './context.js'

export async function create({ actor, room, services }: RoomContext, draft: Creation): Promise<SendResult> {
  const { kind: _, ...body } = draft
  const message = { roomKey: room.key, roomId: room.id, channel: room.channel, epoch: room.epoch, ...body }
  const committing = services.writer.append(message)
  services.hub.get(room.appId, room.id)?.typing.stop(draft.author.id)
  const appended = await committing
  // A retry gets what stands in the log, which may be under an earlier name.
  const stored =
    appended.outcome === 'known'
      ? await services.logOf(room).message(appended.seq, turnKey(actor))
      : undefined
  return { epoch: room.epoch, message: stored ?? toWireMessage({ message, appended }) }
}

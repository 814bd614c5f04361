/** From a draft to the log: what becomes of it, and the answer. */
import type { ChangeResult, SendResult } from '@alcove/sdk/protocol'
import { toWireMessage } from '../log/committed-row.js'
import { authorOf, turnKey } from './actor.js'
import type { Alteration, Creation } from './draft.js'
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

/** What only the room's lock can decide (whose it is, whether it is there, who was first) is decided there: CHANGE-1 to 3. */
export async function alter(
  { actor, room, services }: RoomContext,
  { kind: _, ...body }: Alteration,
): Promise<ChangeResult> {
  const { rev } = await services.writer.change({
    ...{ roomKey: room.key, roomId: room.id, channel: room.channel, epoch: room.epoch },
    by: authorOf(actor),
    ...body,
    mayModerate: actor.may('moderate', room.id),
    notBefore: windowStart(actor.app.limits.editWindowSeconds),
    mostReactions: actor.app.limits.reactionsPerMessage,
  })
  return { epoch: room.epoch, rev }
}

/** Later than anything that is committed. */
const NEVER = Date.UTC(9999, 0)

function windowStart(seconds: number): number {
  return seconds === 0 ? NEVER : Date.now() - seconds * 1_000
}

/** Commits a draft to the log and builds the answer. */
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
  // A retry gets what is in the log, possibly under an earlier name.
  const stored =
    appended.outcome === 'known'
      ? await services.logOf(room).message(appended.seq, turnKey(actor))
      : undefined
  return { epoch: room.epoch, message: stored ?? toWireMessage({ message, appended }) }
}

/** Decisions that need the room's lock (author, existence, who was first) are made there: CHANGE-1 to 3. */
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

/** Later than any commit. */
const NEVER = Date.UTC(9999, 0)

function windowStart(seconds: number): number {
  return seconds === 0 ? NEVER : Date.now() - seconds * 1_000
}

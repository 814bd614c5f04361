/** Commits a draft to the log and builds the answer. */
import type { ChangeResult, SendResult } from '@alcove/sdk/protocol'
import { toWireMessage } from '../log/committed-row.js'
import type { RoomLog } from '../log/room-log.js'
import type { RoomWriter } from '../log/room-writer.js'
import { authorOf, turnKey, type Actor } from './actor.js'
import type { Alteration, Creation } from './draft.js'
import type { RoomRef } from '../rooms/room-ref.js'
import type { RoomTyping } from '../rooms/typing.js'

/** Who changes a room, and what of the services it takes. */
interface Committing<Services> {
  actor: Actor
  room: RoomRef
  services: Services
}

interface Creating {
  writer: Pick<RoomWriter, 'append'>
  logOf: (room: RoomRef) => Pick<RoomLog, 'message'>
  hub: { get(appId: string, roomId: string): { readonly typing: Pick<RoomTyping, 'stop'> } | undefined }
}

export async function create(
  { actor, room, services }: Committing<Creating>,
  draft: Creation,
): Promise<SendResult> {
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
  { actor, room, services }: Committing<{ writer: Pick<RoomWriter, 'change'> }>,
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

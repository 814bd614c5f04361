/** Commits a draft to the log and builds the answer. */
import type { ChangeResult, SendResult } from '@alcove/sdk/protocol'
import { toWireMessage } from '../log/committed-row.js'
import type { RoomChange } from '../log/room-change.js'
import type { RoomLog } from '../log/room-log.js'
import type { RoomWriter } from '../log/room-writer.js'
import { authorOf, turnKey, type Actor } from './actor.js'
import type { RoomRef } from '../rooms/room-ref.js'
import type { RoomTyping } from '../rooms/typing.js'
import type { Appended, NewMessage } from '../storage/message-repository.js'
import type { RoomContext } from './context.js'
import type { Alteration, Creation, Draft } from './draft.js'

/** Who changes a room, and what of the services it takes. */
interface Committing<Services> {
  actor: Actor
  room: RoomRef
  services: Services
}

interface Creating {
  writer: Pick<RoomWriter, 'append'>
  hub: { get(appId: string, roomId: string): { readonly typing: Pick<RoomTyping, 'stop'> } | undefined }
}

interface Answering {
  logOf: (room: RoomRef) => Pick<RoomLog, 'message'>
}

/** How drafts of one kind are written, and found again. */
export interface Log<D extends Draft, O> {
  /** Puts the change into the queue before it returns; resolves after the commit. */
  commit(context: RoomContext, draft: D): Promise<O>
  /** The answer to the retry of a committed change; undefined if it is not committed. Writes nothing. */
  recall(context: RoomContext, draft: D): Promise<O | undefined>
}

export const creations: Log<Creation, SendResult> = { commit: create, recall: findCreated }
export const alterations: Log<Alteration, ChangeResult> = { commit: alter, recall: findAltered }

export async function create(
  context: Committing<Creating & Answering>,
  draft: Creation,
): Promise<SendResult> {
  const { room, services } = context
  const message = toMessage(room, draft)
  const committing = services.writer.append(message)
  services.hub.get(room.appId, room.id)?.typing.stop(draft.author.id)
  return answerTo(context, message, await committing)
}

export async function findCreated(
  context: Committing<{ writer: Pick<RoomWriter, 'findAppended'> } & Answering>,
  draft: Creation,
): Promise<SendResult | undefined> {
  const message = toMessage(context.room, draft)
  const appended = await context.services.writer.findAppended(message)
  return appended && answerTo(context, message, appended)
}

async function answerTo(
  { actor, room, services }: Committing<Answering>,
  message: NewMessage,
  appended: Appended,
): Promise<SendResult> {
  // A retry gets what is in the log, possibly under an earlier name.
  const stored =
    appended.outcome === 'known'
      ? await services.logOf(room).message(appended.seq, turnKey(actor))
      : undefined
  return { epoch: room.epoch, message: stored ?? toWireMessage({ message, appended }) }
}

/** Decisions that need the room's lock (author, existence, who was first) are made there: CHANGE-1 to 3. */
export async function alter(
  context: Committing<{ writer: Pick<RoomWriter, 'change'> }>,
  draft: Alteration,
): Promise<ChangeResult> {
  const { rev } = await context.services.writer.change(toRoomChange(context, draft))
  return { epoch: context.room.epoch, rev }
}

export async function findAltered(
  context: Committing<{ writer: Pick<RoomWriter, 'findChanged'> }>,
  draft: Alteration,
): Promise<ChangeResult | undefined> {
  const changed = await context.services.writer.findChanged(toRoomChange(context, draft))
  return changed && { epoch: context.room.epoch, rev: changed.rev }
}

/** Field by field, as every message passes here: objects built by spreading are several times as slow, here and later. */
function toMessage(room: RoomRef, draft: Creation): NewMessage {
  return {
    roomKey: room.key,
    roomId: room.id,
    channel: room.channel,
    epoch: room.epoch,
    id: draft.id,
    author: draft.author,
    text: draft.text,
    replyTo: draft.replyTo,
    meta: draft.meta,
    fingerprint: draft.fingerprint,
  }
}

function toRoomChange({ actor, room }: Committing<unknown>, draft: Alteration): RoomChange {
  return {
    roomKey: room.key,
    roomId: room.id,
    channel: room.channel,
    epoch: room.epoch,
    id: draft.id,
    by: authorOf(actor),
    change: draft.change,
    sent: draft.sent,
    conditions: draft.conditions,
  }
}

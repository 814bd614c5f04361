/** What readers get of what was committed: the whole row of a creation, the patch of a change. */
import { applyChange, patchOf, type MessagePatch, type MessageRow } from '@alcove/sdk/protocol'
import type { Changed } from '../storage/change-repository.js'
import type { Appended, NewMessage } from '../storage/message-repository.js'
import type { RoomChange } from './room-change.js'

export interface Committed {
  message: NewMessage
  appended: Appended
}

export function toWireMessage({ message, appended }: Committed): MessageRow {
  return {
    id: message.id,
    seq: appended.seq,
    rev: appended.rev,
    at: appended.at,
    user: message.author,
    text: message.text,
    ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
    ...(message.meta !== undefined && { meta: JSON.parse(message.meta) as Record<string, unknown> }),
  }
}

/** The row it was applied to is in the database; of that the patch has nothing but its place and its author. */
export function toPatch(asked: RoomChange, { seq, rev, at, author }: Changed): MessagePatch {
  const { id, roomId: room, by, change } = asked
  const before: MessageRow = {
    ...{ id: change.message, seq, rev: rev - 1, at: 0, text: '' },
    user: { id: author ?? '', name: '' },
  }
  return patchOf(change.kind, applyChange(before, { id, room, rev, by, at, change }))
}

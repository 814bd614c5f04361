/** Requests to a room's log other than new messages: how they are stored, and why they may be refused. */
import { createHash } from 'node:crypto'
import type { ChangeAuthor, MessageChange, SettingsChange } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import { RoomGone } from '../errors/room-gone.js'
import type { ChangeConditions, Changed, NewChange } from '../storage/change-repository.js'

/** What a request can change of a room's messages or of the room itself. */
export type Alterable = MessageChange | SettingsChange

/** Any change except a creation. */
export interface RoomChange {
  roomKey: number
  roomId: string
  /** The channel for the room's facts, also when the room is no longer open here. */
  channel: string
  /** The epoch that its author is in. */
  epoch: string
  /** The id of the change: a UUID made by the client, which stands for one `rev` for ever (CHANGE-1). */
  id: string
  by: ChangeAuthor
  change: Alterable
  /** The change as it was sent, if a hook has altered it: identifies a retry. */
  sent?: Alterable | undefined
  conditions: ChangeConditions
}

export function toNewChange(asked: RoomChange): NewChange {
  const { roomKey, epoch, id, by, change, sent = change, conditions } = asked
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(partsOf(sent)))
    .digest('base64url')
  const [kind, message, body] = partsOf(change)
  return { roomKey, epoch, id, kind, message, by, conditions, body, fingerprint }
}

/** A change to the room itself has no message. */
function partsOf(change: Alterable): [kind: Alterable['kind'], message: string | null, body: string] {
  const { kind, message, ...rest }: Alterable & { message?: string } = change
  return [kind, message ?? null, JSON.stringify(rest)]
}

const ACTIONS: { readonly [K in Alterable['kind']]: string } = {
  'message.edited': 'edit message',
  'message.deleted': 'delete message',
  'reaction.added': 'react to message',
  'reaction.removed': 'take a reaction from message',
  'room.updated': 'update room',
}

/** The rules are those of docs/protocol.md; they are decided under the room's lock. */
export function changeRefusal(
  outcome: Changed['outcome'],
  { change }: RoomChange,
): Refusal | RoomGone | undefined {
  const action = ACTIONS[change.kind]
  switch (outcome) {
    case 'applied':
    case 'known':
    case 'unchanged':
      return undefined
    case 'conflict':
      return new Refusal('change_conflict', `unable to ${action}; the change's id belongs to another`)
    case 'gone':
      return new RoomGone()
    case 'missing':
      return new Refusal('message_not_found', `unable to ${action}; it is not in this room`)
    case 'deleted':
      return new Refusal('message_deleted', `unable to ${action}; it is deleted`)
    case 'forbidden':
      return new Refusal('forbidden', `unable to ${action}; somebody else wrote it`)
    case 'too_late':
      return new Refusal('edit_window_closed', `unable to ${action}; it is too old to be changed`)
    case 'too_many':
      return change.kind === 'message.edited'
        ? new Refusal('too_many_edits', `unable to ${action}; it was edited too often`)
        : new Refusal('too_many_reactions', `unable to ${action}; it has too many different reactions`)
    case 'too_many_own':
      return new Refusal(
        'too_many_reactions',
        `unable to ${action}; it has as many different reactions of one person as it may have`,
      )
  }
}

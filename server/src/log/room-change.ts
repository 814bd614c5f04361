/** Requests to a room's log other than new messages: how they are stored, and why they may be refused. */
import { createHash } from 'node:crypto'
import type { ChangeAuthor, MessageChange } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import type { Changed, NewChange } from '../storage/change-repository.js'

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
  change: MessageChange
  /** The change as it was sent, if a hook has altered it: identifies a retry. */
  sent?: MessageChange
  /** May delete messages of others, and any message at any time (CHANGE-2). An app or an admin may edit them too. */
  mayModerate: boolean
  /** In milliseconds since 1970: messages committed before this are outside the author's window. */
  notBefore: number
  /** How many different emoji a message may have (REACT-3). */
  mostReactions?: number
}

export function toNewChange(asked: RoomChange): NewChange {
  const { roomKey, epoch, id, by, change, sent = change, mayModerate, notBefore, mostReactions } = asked
  const { kind, message, ...rest } = change
  const body = JSON.stringify(rest)
  const fingerprint = fingerprintOf(sent)
  return { roomKey, epoch, id, kind, message, by, mayModerate, notBefore, mostReactions, body, fingerprint }
}

function fingerprintOf({ kind, message, ...rest }: RoomChange['change']): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, message, JSON.stringify(rest)]))
    .digest('base64url')
}

type Refused = Exclude<Changed['outcome'], 'applied' | 'known' | 'unchanged'>

const ACTIONS: { readonly [K in MessageChange['kind']]: string } = {
  'message.edited': 'edit',
  'message.deleted': 'delete',
  'reaction.added': 'react to',
  'reaction.removed': 'take a reaction from',
}

/** The rules are those of docs/protocol.md; they are decided under the room's lock. */
export function changeRefusal(outcome: Refused, { change }: RoomChange): Refusal {
  const action = ACTIONS[change.kind]
  switch (outcome) {
    case 'conflict':
      return new Refusal('change_conflict', `unable to ${action} message; the change's id belongs to another`)
    case 'gone':
      return new Refusal('not_joined', `unable to ${action} message; the room began anew, join it again`)
    case 'missing':
      return new Refusal('message_not_found', `unable to ${action} message; it is not in this room`)
    case 'deleted':
      return new Refusal('message_deleted', `unable to ${action} message; it is deleted`)
    case 'forbidden':
      return new Refusal('forbidden', `unable to ${action} message; somebody else wrote it`)
    case 'too_late':
      return new Refusal('edit_window_closed', `unable to ${action} message; it is too old to be changed`)
    case 'too_many':
      return new Refusal(
        'too_many_reactions',
        `unable to ${action} message; it has too many different reactions`,
      )
  }
}

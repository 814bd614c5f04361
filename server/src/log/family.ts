/**
 * The two families of writes: new messages, which are nearly all of them and have a separate statement, and every other
 * change. Each defines how it is stored, what its outcomes mean to the caller, and what readers receive.
 */
import type { MessagePatch, MessageRow, RoomPatch } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import { RoomGone } from '../errors/room-gone.js'
import type { Changed, ChangeRepository } from '../storage/change-repository.js'
import type { Appended, MessageRepository, NewMessage } from '../storage/message-repository.js'
import { toPatch, toWireMessage } from './committed-row.js'
import { changeRefusal, toNewChange, type RoomChange } from './room-change.js'

/** What one item added to the room's log. */
export interface Written {
  rev: number
  row?: MessageRow | MessagePatch
  info?: RoomPatch
}

export interface Family<Item, Result> {
  /** Runs in one transaction; returns an answer for each, in order. */
  store(items: readonly Item[]): Promise<readonly Result[]>
  /** Looks up the outcomes, to resolve a COMMIT whose answer was lost. */
  lookUp(items: readonly Item[]): Promise<readonly (Result | undefined)[]>
  refusalOf(item: Item, result: Result): Refusal | RoomGone | undefined
  /** Undefined if nothing was written, because the change was known already or refused. */
  writtenOf(item: Item, result: Result): Written | undefined
}

export function createMessages(
  repository: Pick<MessageRepository, 'append' | 'lookUp'>,
): Family<NewMessage, Appended> {
  return {
    store: (messages) => repository.append(messages),
    lookUp: (messages) => repository.lookUp(messages),
    refusalOf(_message, { outcome }) {
      switch (outcome) {
        case 'added':
        case 'known':
          return undefined
        case 'conflict':
          return new Refusal('message_conflict', 'unable to send message; its id belongs to another message')
        case 'gone':
          return new RoomGone()
      }
    },
    writtenOf: (message, appended) =>
      appended.outcome === 'added'
        ? { rev: appended.rev, row: toWireMessage({ message, appended }) }
        : undefined,
  }
}

export function createChanges(repository: ChangeRepository): Family<RoomChange, Changed> {
  return {
    store: (changes) => repository.apply(changes.map(toNewChange)),
    lookUp: (changes) => repository.lookUp(changes.map(toNewChange)),
    refusalOf: (change, { outcome }) => changeRefusal(outcome, change),
    writtenOf(asked, changed) {
      if (changed.outcome !== 'applied') return undefined
      const { rev } = changed
      const { change } = asked
      return 'info' in change
        ? { rev, info: { ...change.info, rev } }
        : { rev, row: toPatch(asked, change, changed) }
    },
  }
}

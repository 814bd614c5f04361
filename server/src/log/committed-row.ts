/** What readers receive of a commit: the whole row of a new message, the patch of a change. */
import {
  patchOf,
  type MessageChange,
  type MessagePatch,
  type MessageRow,
  type Reacted,
} from '@alcove/sdk/protocol'
import type { Changed } from '../storage/change-repository.js'
import { toReactions, type Appended, type NewMessage } from '../storage/message-repository.js'
import type { RoomChange } from './room-change.js'

export interface Committed {
  message: NewMessage
  appended: Appended
}

export function toWireMessage({ message, appended }: Committed): MessageRow {
  const { id, author, text, replyTo, meta } = message
  const { seq, rev, at } = appended
  const row: MessageRow = { id, seq, rev, at, user: author, text }
  if (replyTo !== undefined) row.replyTo = replyTo
  if (meta !== undefined) row.meta = JSON.parse(meta) as Record<string, unknown>
  return row
}

/** The row before the change is in the database, and only the database knows how many reactions there are after it. */
export function toPatch({ by }: RoomChange, change: MessageChange, changed: Changed): MessagePatch {
  const { seq, rev, at, author, reactions = null } = changed
  const before = { id: change.message, seq, user: { id: author ?? '', name: '' } }
  const patch = patchOf(before, { rev, at, by, change })
  return 'reactions' in patch ? { ...patch, reactions: toReactions(reactions) ?? null } : patch
}

/**
 * The reactions of one run to one message become one patch, the last, which has the counts after all of them (REACT-6).
 * A change of another kind between them touches other fields, and after a deletion there are no reactions.
 */
export function withoutRepeats(rows: readonly (MessageRow | MessagePatch)[]): (MessageRow | MessagePatch)[] {
  const all = new Map<number, Reacted[]>()
  const last = new Map<number, MessageRow | MessagePatch>()
  for (const row of rows) {
    if (!('reacted' in row) || !row.reacted) continue
    const earlier = all.get(row.seq)
    if (earlier) earlier.push(...row.reacted)
    else all.set(row.seq, [...row.reacted])
    last.set(row.seq, row)
  }
  if (last.size === 0) return [...rows]
  return rows.flatMap((row) => {
    if (!('reacted' in row)) return row
    return last.get(row.seq) === row ? { ...row, reacted: all.get(row.seq) ?? [] } : []
  })
}

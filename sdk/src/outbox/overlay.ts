/**
 * What is shown before the server has answered: unsent messages behind the committed ones, changes that wait over the
 * messages they change. Pure.
 */
import { applyChange, type ChangeOf } from '../protocol/index.js'
import { isReaction, NO_REACTIONS, reactedTo } from '../reactions.js'
import type { Message } from '../types.js'
import { targetOf, type Entry } from './entry.js'

/**
 * Costs nothing without entries; else their number, and as many messages as lie behind the oldest that they change.
 * @param messages the committed ones, in an array that may be written to
 */
export function overlay(messages: Message[], entries: readonly Entry[]): Message[] {
  const changes = new Map<string, Entry[]>()
  for (const entry of entries) {
    const target = targetOf(entry)
    if (target === undefined) messages.push(messageOf(entry))
    else changes.set(target, [...(changes.get(target) ?? []), entry])
  }
  for (let place = messages.length; changes.size > 0 && place-- > 0;) {
    const message = messages[place]!
    const over = changes.get(message.id)
    if (!over) continue
    changes.delete(message.id)
    messages[place] = over.reduce(changed, message)
  }
  return messages
}

function messageOf(entry: Entry): Message {
  const { id, change, at, by: user, state } = entry
  const { kind: _, ...draft } = change as ChangeOf<'message.created'>
  return state === 'committed'
    ? entry.commit.row!
    : {
        ...draft,
        ...{ id, seq: undefined, rev: undefined, at, user, state, reactions: NO_REACTIONS },
        ...errorOf(entry),
      }
}

/** A message as it is with a change laid over it; what the server has made of it since stays as it is. */
function changed(message: Message, entry: Entry): Message {
  const { seq, rev } = message
  const commit = entry.state === 'committed' ? entry.commit : undefined
  if (message.deleted || (commit && rev !== undefined && commit.rev <= rev)) return message
  const { change } = entry
  if (isReaction(change)) {
    const reactions = reactedTo(message.reactions, change)
    return reactions === message.reactions ? message : { ...message, reactions }
  }
  const { state, pending: _, error, reactions, ...known } = message
  const by = { kind: 'user' as const, id: entry.by.id }
  const after = commit?.rev ?? rev ?? 0
  const row = applyChange({ ...known, seq: seq ?? 0, rev: after }, { ...entry, room: '', rev: after, by })
  return {
    ...row,
    seq,
    rev: seq === undefined ? undefined : row.rev,
    state,
    reactions: row.deleted ? NO_REACTIONS : reactions,
    ...(error && { error }),
    ...(!commit && { pending: row.deleted ? 'delete' : 'edit' }),
    ...errorOf(entry),
  }
}

const errorOf = (entry: Entry): Pick<Message, 'error'> =>
  'error' in entry && entry.error ? { error: entry.error } : {}

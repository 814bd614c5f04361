/**
 * What is shown before the server has answered: unsent messages behind the committed ones, changes that wait over the
 * messages they change. Pure.
 */
import { formsAfter, NO_FORMS, sentForms } from '../message.js'
import { applyPatch, patchFields, type ChangeOf, type MessageChange } from '../protocol/index.js'
import type { Message } from '../types.js'
import { targetOf, type Entry } from './entry.js'
import { kindOf } from './kinds.js'

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
        ...{ id, seq: undefined, rev: undefined, at, user, state, ...NO_FORMS },
        ...errorOf(entry),
      }
}

/** A message as it is with a change laid over it; what the server has made of it since stays as it is. */
function changed(message: Message, entry: Entry): Message {
  const { user, rev } = message
  const commit = entry.state === 'committed' ? entry.commit : undefined
  const change = entry.change as MessageChange
  const { pending, isDone } = kindOf(change.kind)
  if (message.deleted || (commit && rev !== undefined && commit.rev <= rev) || isDone?.(message, change))
    return message
  const by = { kind: 'user' as const, id: entry.by.id }
  const fields = patchFields({ user, ...sentForms(message) }, { at: entry.at, by, change })
  return {
    ...applyPatch(message, fields),
    ...formsAfter(message, fields),
    ...(commit ? { rev: commit.rev } : pending && { pending, ...errorOf(entry) }),
  }
}

const errorOf = (entry: Entry): Pick<Message, 'error'> =>
  'error' in entry && entry.error ? { error: entry.error } : {}

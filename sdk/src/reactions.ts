/** Reactions as one reader sees them: how many people used each emoji, and whether the reader is one of them. Pure. */
import { unable } from './errors.js'
import type { Kind } from './outbox/kind.js'
import {
  isRow,
  MAX_EMOJI_BYTES,
  type ChangeOf,
  type MessageRow,
  type PatchFields,
  type ReactionChange,
  type Reactions,
} from './protocol/index.js'
import type { Reaction } from './types.js'

/** @throws ChatError `invalid_request` for anything that cannot be an emoji; the server decides whether it is one */
export function reaction(kind: ReactionChange['kind'], message: string, emoji: string): ReactionChange {
  if (typeof emoji !== 'string' || !emoji || emoji.length > MAX_EMOJI_BYTES)
    throw unable('change message', 'invalid_request', 'it is no emoji')
  return { kind, message, emoji }
}

const kind = {
  fields: { emoji: 'string' },
  anybody: 'react',
  merged: (waiting, next) => ('emoji' in waiting && waiting.emoji === next.emoji ? next : undefined),
  // A reaction that is there already counts once.
  isDone: ({ reactions }, { kind, emoji }) =>
    (kind === 'reaction.added') === reactions.some((reaction) => reaction.mine && reaction.emoji === emoji),
} satisfies Omit<Kind<ReactionChange>, 'verb' | 'request'>

export const REACTIONS: { readonly [K in ReactionChange['kind']]: Kind<ChangeOf<K>> } = {
  'reaction.added': { request: 'reaction:add', verb: 'react', ...kind },
  'reaction.removed': { request: 'reaction:remove', verb: 'unreact', ...kind },
}

/** One shared array for all messages without reactions, so that equal values are identical. */
export const NO_REACTIONS: readonly Reaction[] = []

/**
 * The reactions after a row or a patch.
 * @param given in a patch, `reacted` holds only the reader's own entries (`ownFrame`)
 * @param own the reader's own, which come beside a row
 */
export function reactionsAfter(
  known: readonly Reaction[],
  given: MessageRow | PatchFields,
  own?: readonly string[],
): readonly Reaction[] {
  if (isRow(given)) return listed(known, given.reactions, new Set(own))
  const { reactions, reacted = [] } = given
  if (reactions === undefined) return known
  const mine = new Set(known.flatMap((reaction) => (reaction.mine ? reaction.emoji : [])))
  for (const { emoji, on } of reacted) mine[on ? 'add' : 'delete'](emoji)
  return listed(known, reactions, mine)
}

function listed(
  known: readonly Reaction[],
  counts: Reactions | null | undefined,
  mine: ReadonlySet<string>,
): readonly Reaction[] {
  const next = Object.entries(counts ?? {}).map(([emoji, count]) => ({ emoji, count, mine: mine.has(emoji) }))
  const isSame = (reaction: Reaction, place: number) => {
    const before = known[place]
    return (
      before?.emoji === reaction.emoji && before.count === reaction.count && before.mine === reaction.mine
    )
  }
  if (next.length === known.length && next.every(isSame)) return known
  return next.length > 0 ? next : NO_REACTIONS
}

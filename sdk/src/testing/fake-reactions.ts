/** Reactions in a fake room. Rows have only counts; who reacted is read from the room's journal. */
import { isEmoji, qualified, type ChangeOf, type MessageRow, type Personal } from '../protocol/index.js'
import type { ReactionChange, Recorded } from '../protocol/index.js'
import type { FakeKind } from './fake-kind.js'
import { refusal } from './refusal.js'

const kind: FakeKind<ReactionChange> = {
  checked(change) {
    if (!isEmoji(change.emoji)) throw refusal('change message', 'invalid_request')
    return { ...change, emoji: qualified(change.emoji) }
  },
  isDone: ({ kind, message, emoji }, { journal, user }) =>
    hasReacted(journal, message, emoji, user) === (kind === 'reaction.added'),
  refusal({ kind, message: id, emoji }, { message: { reactions = {} }, journal, user, limits }) {
    if (kind === 'reaction.removed') return undefined
    const all = Object.keys(reactions)
    const own = all.filter((emoji) => hasReacted(journal, id, emoji, user))
    const isBeyond = (used: readonly string[], most: number) => used.length >= most && !used.includes(emoji)
    const { reactionsPerMessage, reactionsPerMessagePerUser } = limits
    return isBeyond(all, reactionsPerMessage) || isBeyond(own, reactionsPerMessagePerUser)
      ? 'too_many_reactions'
      : undefined
  },
}

export const FAKE_REACTIONS: { readonly [K in ReactionChange['kind']]: FakeKind<ChangeOf<K>> } = {
  'reaction.added': kind,
  'reaction.removed': kind,
}

/** The reader's own reactions, as part of an answer. */
export function ownReactions(
  rows: readonly MessageRow[],
  journal: readonly Recorded[],
  user: string,
): Pick<Personal, 'mine'> {
  const own = rows.flatMap(({ id, seq, reactions = {} }) => {
    const emoji = Object.keys(reactions).filter((emoji) => hasReacted(journal, id, emoji, user))
    return emoji.length > 0 ? [[seq, emoji]] : []
  })
  return own.length > 0 ? { mine: Object.fromEntries(own) } : {}
}

function hasReacted(journal: readonly Recorded[], message: string, emoji: string, user: string): boolean {
  const last = journal.findLast(
    ({ change, by }) =>
      'emoji' in change && change.message === message && change.emoji === emoji && by.id === user,
  )
  return last?.change.kind === 'reaction.added'
}

/** Reactions as one reader sees them: how many people used each emoji, and whether the reader is one of them. Pure. */
import {
  isRow,
  type Change,
  type HistoryResult,
  type LogPart,
  type MessagePatch,
  type MessageRow,
  type ReactionChange,
  type Reactions,
  type RoomChanged,
} from './protocol/index.js'

/** One emoji on a message. */
export interface Reaction {
  readonly emoji: string
  /** How many people. */
  readonly count: number
  /** Whether the reader is one of them. */
  readonly mine: boolean
}

/** The part of a row that is specific to this reader. */
export interface Own {
  readonly mine?: readonly string[]
}

type Given = (MessageRow | MessagePatch) & Own

/** One shared array for all messages without reactions, so that equal values are identical. */
export const NO_REACTIONS: readonly Reaction[] = []

/** The reactions after a row or patch; in a patch, `reacted` holds only the reader's own entries (`ownFrame`). */
export function reactionsAfter(known: readonly Reaction[], given: Given): readonly Reaction[] {
  if (isRow(given)) return listed(known, given.reactions, new Set(given.mine))
  const { reactions, reacted = [] } = given
  if (reactions === undefined) return known
  const mine = new Set(known.flatMap((reaction) => (reaction.mine ? reaction.emoji : [])))
  for (const { emoji, on } of reacted) mine[on ? 'add' : 'delete'](emoji)
  return listed(known, reactions, mine)
}

/**
 * The reactions after the reader's own change; adding one that exists, or removing one that does not, changes nothing.
 */
export function reactedTo(
  known: readonly Reaction[],
  { kind, emoji }: Pick<ReactionChange, 'kind' | 'emoji'>,
): readonly Reaction[] {
  const mine = kind === 'reaction.added'
  const before = known.find((reaction) => reaction.emoji === emoji)
  if ((before?.mine ?? false) === mine) return known
  if (!before) return [...known, { emoji, count: 1, mine }]
  const count = before.count + (mine ? 1 : -1)
  return known.flatMap((reaction) => (reaction !== before ? reaction : count ? { emoji, count, mine } : []))
}

export function isReaction(change: Change): change is ReactionChange {
  return change.kind.startsWith('reaction.')
}

/** The rows of an answer, each with the reader's own reactions. */
export function ownRows<Part extends LogPart | HistoryResult>(part: Part): Part {
  const { mine } = part
  if (!mine) return part
  return { ...part, messages: part.messages.map((row) => withOwn(row, mine[row.seq])) }
}

const withOwn = (row: MessageRow, mine?: readonly string[]): MessageRow & Own =>
  mine ? { ...row, mine } : row

/** The frame without the entries of other people, which the counts already contain. */
export function ownFrame(frame: RoomChanged, me: string | undefined): RoomChanged {
  const own = (given: MessageRow | MessagePatch): MessageRow | MessagePatch =>
    'reacted' in given ? { ...given, reacted: given.reacted?.filter(({ user }) => user === me) ?? [] } : given
  return { ...frame, messages: frame.messages.map(own) }
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

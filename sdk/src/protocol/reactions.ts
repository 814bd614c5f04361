/**
 * Reactions: what an emoji is, how many people used each, and which are one reader's own (REACT-1 to REACT-9). Pure.
 */

/** How many people reacted with each emoji, in order of first use. The same for everybody. */
export type Reactions = Readonly<Record<string, number>>

/** Who reacted how, in the patch for a run of reactions: all users find their own in it. */
export interface Reacted {
  emoji: string
  /** The user's id. */
  user: string
  /** Whether the reaction is there now. */
  on: boolean
}

/** A reader's own reactions by message `seq`; messages without any are left out. */
export type OwnReactions = Readonly<Record<number, readonly string[]>>

/** Adds or removes the user's own reaction. */
export interface ReactionRequest {
  room: string
  /** The change's id. */
  change: string
  /** The message's. */
  id: string
  emoji: string
}

export interface ReactionRequests {
  'reaction:add': ReactionRequest
  'reaction:remove': ReactionRequest
}

export type ReactionChange =
  | { kind: 'reaction.added'; message: string; emoji: string }
  | { kind: 'reaction.removed'; message: string; emoji: string }

export const MAX_EMOJI_BYTES = 64

/**
 * What everybody sees as one emoji: one of those that Unicode recommends, or a single picture that is newer than this
 * engine; not a skin tone by itself. The flag `v` needs Node 20, Chrome 112, Firefox 116 or Safari 17, so only the
 * server asks. A function, so that bundlers drop it where it is unused.
 */
const oneEmoji = () =>
  new RegExp(
    String.raw`^(?:(?!\p{Emoji_Modifier})\p{RGI_Emoji}|(?!\p{Emoji})(?=\p{Extended_Pictographic})[\u{1F6D8}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{1FA70}-\u{1FAFF}])$`,
    'v',
  )

let pattern: RegExp | undefined

/**
 * The emoji in Unicode's fully-qualified form (UTS 51), whichever way a keyboard or a library spells it, so that none is
 * counted as two: a picture that is text by default has the selector U+FE0F unless a skin tone follows, and no other
 * has it.
 */
export const qualified = (emoji: string): string =>
  emoji
    .replace(/(\p{Extended_Pictographic})\uFE0F/gu, '$1')
    .replace(
      /(?!\p{Emoji_Presentation})(?=\p{Emoji})\p{Extended_Pictographic}(?!\uFE0E|\p{Emoji_Modifier})/gu,
      '$&\uFE0F',
    )
    .replace(/^([\d#*])\u20E3$/, '$1\uFE0F\u20E3')

/** Whether the text is exactly one emoji in any spelling, at most MAX_EMOJI_BYTES long. */
export const isEmoji = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.length <= MAX_EMOJI_BYTES &&
  (pattern ??= oneEmoji()).test(qualified(value))

/**
 * The counts with one reaction more or less; an emoji that nobody uses any more is removed, and added at the end if it
 * returns.
 */
export function counted(
  reactions: Reactions | undefined,
  { kind, emoji }: ReactionChange,
): Reactions | undefined {
  // What every object inherits is no number, and counts nothing.
  const before = Number(reactions?.[emoji]) || 0
  const next = { ...reactions, [emoji]: before + (kind === 'reaction.added' ? 1 : -1) }
  if (next[emoji]! < 1) delete next[emoji]
  return Object.keys(next).length > 0 ? next : undefined
}

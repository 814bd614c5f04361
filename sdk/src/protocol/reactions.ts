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
 * One emoji in Unicode's fully-qualified form (UTS 51). Matched by properties, not by `\p{RGI_Emoji}`, which needs the
 * flag `v` and does not match emoji that are newer than the engine.
 */
const picture = () =>
  [
    // Takes a skin tone.
    String.raw`\p{Emoji_Modifier_Base}\p{Emoji_Modifier}`,
    // Shown as a picture by default; so are half a flag and a skin tone, which are not emoji by themselves.
    String.raw`(?!\p{Regional_Indicator}|\p{Emoji_Modifier})\p{Emoji_Presentation}`,
    // Shown as text by default; digits have the property Emoji as well.
    String.raw`(?!\p{Emoji_Presentation})(?=\p{Emoji})\p{Extended_Pictographic}\uFE0F`,
    // Code points reserved for future emoji.
    String.raw`(?!\p{Emoji})(?=\p{Extended_Pictographic})[\u{1F6D8}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{1FA70}-\u{1FAFF}]`,
  ].join('|')

/** The longest family has four people. A function, so that bundlers drop it where it is unused. */
const oneEmoji = () =>
  new RegExp(
    [
      `^(?:(?:${picture()})(?:\\u200D(?:${picture()})){0,3}`,
      // Flags of countries, and keycaps.
      String.raw`\p{Regional_Indicator}{2}`,
      // England, Scotland and Wales: with any other tags it looks like the black flag.
      String.raw`\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}`,
      String.raw`[\d#*]\uFE0F\u20E3)$`,
    ].join('|'),
    'u',
  )

let pattern: RegExp | undefined

/** Whether the text is exactly one emoji in its canonical spelling, at most MAX_EMOJI_BYTES long. */
export const isEmoji = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_EMOJI_BYTES && (pattern ??= oneEmoji()).test(value)

/**
 * The counts with one reaction more or less; an emoji that nobody uses any more is removed, and added at the end if it
 * returns.
 */
export function counted(
  reactions: Reactions | undefined,
  { kind, emoji }: ReactionChange,
): Reactions | undefined {
  const next = { ...reactions, [emoji]: (reactions?.[emoji] ?? 0) + (kind === 'reaction.added' ? 1 : -1) }
  if (next[emoji]! < 1) delete next[emoji]
  return Object.keys(next).length > 0 ? next : undefined
}

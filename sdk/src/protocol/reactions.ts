/** Reactions: what an emoji is, how many people used which, and what of it is one reader's own (REACT-1 to REACT-9). Pure. */

/** How many people reacted with each emoji: those used first come first. The same for everybody. */
export type Reactions = Readonly<Record<string, number>>

/** Who did what, in the patch that a run of reactions makes: everybody finds their own in it. */
export interface Reacted {
  emoji: string
  /** The user's id. */
  user: string
  /** Whether the reaction is there now. */
  on: boolean
}

/** A reader's own reactions by the `seq` of the message; messages without any are left out. */
export type OwnReactions = Readonly<Record<number, readonly string[]>>

/** Adds or removes one's own. */
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
 * One picture, as Unicode spells it where it is fully qualified (UTS 51): by its properties and not by `\p{RGI_Emoji}`, which
 * needs the flag `v`, and which no older engine knows for emoji that are newer than itself.
 */
const picture = () =>
  [
    // With a colour of skin.
    String.raw`\p{Emoji_Modifier_Base}\p{Emoji_Modifier}`,
    // Shown as a picture by itself; half a flag and a colour of skin are so, too, and are none.
    String.raw`(?!\p{Regional_Indicator}|\p{Emoji_Modifier})\p{Emoji_Presentation}`,
    // Shown as text unless it is asked for as a picture; digits are Emoji, too.
    String.raw`(?!\p{Emoji_Presentation})(?=\p{Emoji})\p{Extended_Pictographic}\uFE0F`,
    // What is kept free for the emoji of years to come.
    String.raw`(?!\p{Emoji})(?=\p{Extended_Pictographic})[\u{1F6D8}-\u{1F6FF}\u{1F900}-\u{1F9FF}\u{1FA70}-\u{1FAFF}]`,
  ].join('|')

/** Four people are the longest family. A function, so that nobody carries it who does not ask. */
const oneEmoji = () =>
  new RegExp(
    [
      `^(?:(?:${picture()})(?:\\u200D(?:${picture()})){0,3}`,
      // Flags of countries, of their parts, and keys.
      String.raw`\p{Regional_Indicator}{2}`,
      String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{4,6}\u{E007F}`,
      String.raw`[\d#*]\uFE0F\u20E3)$`,
    ].join('|'),
    'u',
  )

let pattern: RegExp | undefined

/** Whether it is one emoji and nothing else, in its one spelling; none is longer than MAX_EMOJI_BYTES. */
export const isEmoji = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_EMOJI_BYTES && (pattern ??= oneEmoji()).test(value)

/** With one more or one less; an emoji that nobody uses any more is gone, and comes last when it comes again. */
export function counted(
  reactions: Reactions | undefined,
  { kind, emoji }: ReactionChange,
): Reactions | undefined {
  const count = (reactions?.[emoji] ?? 0) + (kind === 'reaction.added' ? 1 : -1)
  const { [emoji]: _, ...others } = reactions ?? {}
  const next = count > 0 ? { ...reactions, [emoji]: count } : others
  return Object.keys(next).length > 0 ? next : undefined
}

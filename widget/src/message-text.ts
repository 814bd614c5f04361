/** What a message's text is, apart from its links. */

const EMOJI_LENGTH = 40
/** No two of its alternatives take the same character: that would cost exponential time. */
const ONLY_EMOJI =
  /^(?:(?:\p{RI}\p{RI}|\p{Extended_Pictographic}(?:[\p{M}\p{Emoji_Modifier}]|\u200d\p{Extended_Pictographic})*)\s?){1,3}$/u

/** One to three emoji and nothing else: shown large, without a bubble. */
export const isOnlyEmoji = (text: string): boolean => text.length < EMOJI_LENGTH && ONLY_EMOJI.test(text)

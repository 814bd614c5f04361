/** Properties of a message's text, other than its links. */

const EMOJI_LENGTH = 40
/** No two alternatives match the same character, which would take exponential time. */
const ONLY_EMOJI =
  /^(?:(?:\p{RI}\p{RI}|\p{Extended_Pictographic}(?:[\p{M}\p{Emoji_Modifier}]|\u200d\p{Extended_Pictographic})*)\s?){1,3}$/u

/** Whether the text is only one to three emoji, which are shown large and without a bubble. */
export const isOnlyEmoji = (text: string): boolean => text.length < EMOJI_LENGTH && ONLY_EMOJI.test(text)

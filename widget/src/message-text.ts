/** What a message's text is made of. It is read once for each message, however often the list is drawn. */
import type { Message } from '@alcove/sdk'
import { linkify, type TextPart } from './linkify.js'

export interface MessageText {
  parts: readonly TextPart[]
  /** One to three emoji and nothing else: shown large, without a bubble. */
  isOnlyEmoji: boolean
  /** Shown in part until the reader asks for the rest. */
  isLong: boolean
}

const EMOJI_LENGTH = 40
/** No two of its alternatives take the same character: that would cost exponential time. */
const ONLY_EMOJI =
  /^(?:(?:\p{RI}\p{RI}|\p{Extended_Pictographic}(?:[\p{M}\p{Emoji_Modifier}]|\u200d\p{Extended_Pictographic})*)\s?){1,3}$/u

/** Above this a text would fill the list of a chat of the usual height. */
const LONG_LINES = 14
/** Of a narrow bubble. */
const LINE_LENGTH = 40

const read = new WeakMap<Message, MessageText>()

export function messageText(message: Message): MessageText {
  let known = read.get(message)
  if (!known) read.set(message, (known = readText(message.text)))
  return known
}

export function readText(text: string): MessageText {
  return {
    parts: linkify(text),
    isOnlyEmoji: text.length < EMOJI_LENGTH && ONLY_EMOJI.test(text),
    isLong: countLines(text) > LONG_LINES,
  }
}

function countLines(text: string): number {
  let lines = 0
  for (const line of text.split('\n')) lines += Math.max(1, Math.ceil(line.length / LINE_LENGTH))
  return lines
}

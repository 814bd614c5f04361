/** What a message's text may be (SEND-2), of a new one and of one that is edited. */
import { isVisible, normalText, type Limits } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'

/**
 * NFC, and what the database can hold. Otherwise text is text.
 * @param action for "unable to …"
 * @throws Refusal `message_empty`, `message_too_long`
 */
export function checkedText(given: string, limits: Limits, action: 'send message' | 'edit message'): string {
  // Before normalising: NFC may grow a text, and a huge one should cost nothing.
  if (given.length > limits.messageBytes) throw tooLong(limits, action)
  const text = normalText(storable(given))
  if (!isVisible(text)) throw new Refusal('message_empty', `unable to ${action}; it has no visible character`)
  if (isLonger(text, limits.messageCharacters) || Buffer.byteLength(text) > limits.messageBytes)
    throw tooLong(limits, action)
  return text
}

/** Well-formed, without NUL (which Postgres cannot hold) and without byte order marks at its start (which PGlite takes for such). */
export function storable(given: string): string {
  return given
    .toWellFormed()
    .replaceAll('\0', '')
    .replace(/^\ufeff+/, '')
}

/** Characters are no more than code units: hardly any text has to be taken apart to count them. */
function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters
}

function tooLong(limits: Limits, action: string): Refusal {
  return new Refusal(
    'message_too_long',
    `unable to ${action}; at most ${limits.messageCharacters} characters and ${limits.messageBytes} bytes are allowed`,
  )
}

/** The rules for the text of a new or edited message (SEND-2). */
import { isVisible, normalText, type Limits } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'

/**
 * The text in NFC and in a form the database can hold; otherwise unchanged.
 * @param action for "unable to …"
 * @throws Refusal `message_empty`, `message_too_long`
 */
export function checkedText(given: string, limits: Limits, action: 'send message' | 'edit message'): string {
  // Checked before normalising, because NFC may lengthen a text and a huge one should cost nothing.
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

/** There are at most as many characters as code units, so hardly any text has to be iterated to count them. */
function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters
}

function tooLong(limits: Limits, action: string): Refusal {
  return new Refusal(
    'message_too_long',
    `unable to ${action}; at most ${limits.messageCharacters} characters and ${limits.messageBytes} bytes are allowed`,
  )
}

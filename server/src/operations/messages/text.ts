/** What a message's text may be (SEND-2), of a new one and of one that is edited. */
import { isVisible, normalText, type Limits } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'

/**
 * NFC, well-formed, without NUL (which Postgres cannot hold) and without byte order marks at its start (which PGlite
 * takes for such). Otherwise text is text.
 * @param what "unable to …"
 * @throws Refusal `message_empty`, `message_too_long`
 */
export function checkedText(given: string, limits: Limits, what: 'send message' | 'edit message'): string {
  // Before normalising: NFC may grow a text, and a huge one should cost nothing.
  if (given.length > limits.messageBytes) throw tooLong(limits, what)
  const text = normalText(
    given
      .toWellFormed()
      .replaceAll('\0', '')
      .replace(/^\ufeff+/, ''),
  )
  if (!isVisible(text)) throw new Refusal('message_empty', `unable to ${what}; it has no visible character`)
  if (isLonger(text, limits.messageCharacters) || Buffer.byteLength(text) > limits.messageBytes)
    throw tooLong(limits, what)
  return text
}

/** Characters are no more than code units: hardly any text has to be taken apart to count them. */
function isLonger(text: string, characters: number): boolean {
  return text.length > characters && [...text].length > characters
}

function tooLong(limits: Limits, what: string): Refusal {
  return new Refusal(
    'message_too_long',
    `unable to ${what}; at most ${limits.messageCharacters} characters and ${limits.messageBytes} bytes are allowed`,
  )
}

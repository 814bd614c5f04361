/** What may be sent: the server's rules and error codes, applied before anything leaves the client. Pure. */
import { unable } from './errors.js'
import { isVisible, normalText, type ClientLimits } from './protocol/index.js'
import type { Draft } from './types.js'

/** A draft as it is sent and stored: absent fields are left out. */
export interface CheckedDraft {
  text: string
  replyTo?: string
  meta?: Record<string, unknown>
}

/** Space for the room id, the message id and their envelope. */
const FRAME_OVERHEAD = 512

/**
 * Length in UTF-8, where a lone surrogate becomes the replacement character. React Native has no `TextEncoder` before
 * 0.74.
 */
export function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0)!
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/**
 * The draft as it will be sent: text normalised, `meta` copied.
 * @throws ChatError `invalid_request`, `message_empty`, `message_too_long`
 */
export function checkDraft(input: unknown, limits: ClientLimits, what = 'send message'): CheckedDraft {
  const draft = (typeof input === 'string' ? { text: input } : (input ?? {})) as Partial<Draft>
  const { replyTo, meta } = draft
  if (typeof draft.text !== 'string') throw invalid('text must be a string', what)
  if (replyTo !== undefined && (typeof replyTo !== 'string' || !replyTo))
    throw invalid('replyTo must be the id of a message')
  const text = normalText(draft.text)
  if (!isVisible(text)) throw unable(what, 'message_empty', 'the text is empty')
  if ([...text].length > limits.messageCharacters || byteLength(text) > limits.messageBytes)
    throw unable(what, 'message_too_long', `at most ${limits.messageCharacters} characters`)
  const checked = {
    text,
    ...(replyTo !== undefined && { replyTo }),
    ...(meta !== undefined && { meta: checkMeta(meta, limits) }),
  }
  // The server would close the connection over this frame, and the next connection over the same message.
  if (byteLength(JSON.stringify(checked)) > limits.frameBytes - FRAME_OVERHEAD)
    throw unable(what, 'message_too_long', 'it does not fit a frame')
  return checked
}

function checkMeta(meta: unknown, limits: ClientLimits): Record<string, unknown> {
  let json: string
  try {
    json = JSON.stringify(meta)
  } catch {
    json = ''
  }
  if (!json?.startsWith('{') || byteLength(json) > limits.metaBytes)
    throw invalid(`meta must be a JSON object of at most ${limits.metaBytes} bytes`)
  return JSON.parse(json) as Record<string, unknown>
}

const invalid = (reason: string, what = 'send message') => unable(what, 'invalid_request', reason)

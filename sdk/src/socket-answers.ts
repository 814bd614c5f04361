/** What the answers and the end of a Socket.IO connection mean to the SDK, in browsers and Node alike. */
import { ChatError } from './errors.js'
import type { WireError } from './protocol/index.js'

export type Answer = { ok: true } | { ok: false; error: WireError }

/** @param answer from a server or something in front of it, in any form */
export function settle<T>(
  answer: Answer | undefined,
  resolve: (result: T) => void,
  reject: (error: ChatError) => void,
): void {
  if (answer?.ok) resolve(answer as T)
  else reject(ChatError.fromWire(answer?.error))
}

/** @param reason the server's reason if it gave one, otherwise the failure */
export const refusal = (reason: WireError | undefined, cause?: unknown): ChatError =>
  reason?.code
    ? ChatError.fromWire(reason)
    : new ChatError('server_unreachable', 'unable to connect; no way to the server', { cause })

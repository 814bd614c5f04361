/** What answers and ends of a Socket.IO connection mean to the SDK: the same in browsers and in Node. */
import { ChatError } from './errors.js'
import type { WireError } from './protocol/index.js'

export type Answer = { ok: true } | { ok: false; error: WireError }

/** @param answer of a server, or of what stands in its place: of any form */
export function settle<T>(
  answer: Answer | undefined,
  resolve: (result: T) => void,
  reject: (error: ChatError) => void,
): void {
  if (answer?.ok) resolve(answer as T)
  else reject(ChatError.fromWire(answer?.error))
}

/** @param reason the server's, if it gave one; the failure otherwise */
export const refusal = (reason: WireError | undefined, cause?: unknown): ChatError =>
  reason?.code
    ? ChatError.fromWire(reason)
    : new ChatError('server_unreachable', 'unable to connect; no way to the server', { cause })

/**
 * Asks the server over plain HTTP why a connection failed. A browser tells a page nothing about a refused
 * WebSocket; this turns "something is wrong" into "no such app", "this origin is not allowed" or "the node is full".
 */
import { ChatError } from './errors.js'
import { isRetryable, type ErrorCode } from './protocol/index.js'

/** What stays until somebody changes it, of all that may be answered here. Anything else that is final is no answer. */
const STANDING: readonly unknown[] = ['unknown_app', 'origin_not_allowed'] satisfies ErrorCode[]

/** An RFC 9457 problem document, as far as it is read here. */
interface Problem {
  code: unknown
  detail: unknown
  retryAfterMs: unknown
}

/** The refusal, or nothing when the server is reachable, or cannot be asked. */
export type AskAccess = (signal: AbortSignal) => Promise<ChatError | undefined>

export function httpAccess(server: URL, app: string): AskAccess {
  return async (signal) => {
    try {
      const response = await fetch(
        `${server.href.replace(/\/$/, '')}/v1/apps/${encodeURIComponent(app)}/access`,
        {
          credentials: 'omit',
          cache: 'no-store',
          signal,
        },
      )
      if (response.ok) return
      const { code, detail, retryAfterMs } = (await response.json()) as Partial<Problem>
      // A proxy may answer in words of its own. A limit on this question says nothing about the connection.
      if (code === 'rate_limited' || !(isRetryable(code) || STANDING.includes(code))) return
      return new ChatError(
        code as ErrorCode,
        typeof detail === 'string' ? detail : 'unable to connect; not allowed',
        typeof retryAfterMs === 'number' ? { retryAfterMs } : {},
      )
    } catch {
      // Not reachable by HTTP either: the connection's own error says so already.
    }
    return
  }
}

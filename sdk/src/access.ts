/**
 * Asks the server over plain HTTP why a connection failed. Browsers give a page no details about a refused WebSocket;
 * this request turns "something is wrong" into "no such app", "this origin is not allowed" or "the node is full".
 */
import { ChatError } from './errors.js'
import { isRetryable, type ErrorCode } from './protocol/index.js'

/**
 * The possible answers that stay true until somebody changes something. Any other final error does not count as an
 * answer.
 */
const STANDING: readonly unknown[] = ['unknown_app', 'origin_not_allowed'] satisfies ErrorCode[]

/** The parts of an RFC 9457 problem document that are read here. */
interface Problem {
  code: unknown
  detail: unknown
  retryAfterMs: unknown
}

/** Returns the refusal, or nothing when the server accepts us or cannot be asked. */
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
      // A proxy may answer with its own content. A rate limit on this request says nothing about the connection.
      if (code === 'rate_limited' || !(isRetryable(code) || STANDING.includes(code))) return
      return new ChatError(
        code as ErrorCode,
        typeof detail === 'string' ? detail : 'unable to connect; not allowed',
        typeof retryAfterMs === 'number' ? { retryAfterMs } : {},
      )
    } catch {
      // Not reachable over HTTP either, which the connection's own error already reports.
    }
    return
  }
}

/**
 * Asks the server over plain HTTP why a connection failed. A browser tells a page nothing about a refused
 * WebSocket; this turns "something is wrong" into "no such app" or "this origin is not allowed".
 */
import { ChatError } from './errors.js'
import type { ErrorCode } from './protocol/index.js'

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
      const problem = (await response.json()) as { code?: ErrorCode; detail?: string }
      if (problem.code) return new ChatError(problem.code, problem.detail ?? 'unable to connect; not allowed')
    } catch {
      // Not reachable by HTTP either: the connection's own error says so already.
    }
    return
  }
}

/** Structured logs, one JSON object a line. Tokens, auth payloads, names and message bodies are never passed in. */
import { pino, type Logger } from 'pino'

export type Log = Logger

export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // A second line of defence, should a whole handshake or header set ever be logged.
    redact: ['token', '*.token', 'auth', '*.auth', 'secret', '*.secret', '*.authorization', '*.cookie'],
  })
}

/** Structured logs, one JSON object a line. Tokens, auth payloads, names and message bodies are never passed in. */
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { standardOutput } from './log-destination.js'

export type { Logger }

export function createLogger(level: string, destination: DestinationStream = standardOutput()): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // A second line of defence in case a whole handshake or set of headers is ever logged.
    redact: [
      // What database engines put into their errors: parameters and rows, that is, what people wrote.
      ...['params', 'detail', 'where', 'internalQuery'].map((name) => `err.${name}`),
      ...['token', '*.token', 'auth', '*.auth', 'secret', '*.secret', '*.authorization', '*.cookie'],
    ],
  }
  return pino(options, destination)
}

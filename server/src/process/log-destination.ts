/**
 * The destination of the log. A line that cannot be written is dropped and counted: a full disk, or a reader that is
 * gone or has stopped reading, must neither freeze a node nor end it. The number of dropped lines is logged once there
 * is room again.
 */
import { fstatSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'

export interface LogDestination {
  write(line: string): void
  /** Lines that could not be written since the process started. */
  readonly dropped: number
  /** Resolves once the accepted lines are written, or after the given time. @returns whether they are */
  flush(withinMs: number): Promise<boolean>
}

/** Writes one line or throws; a partly written line counts as not written. */
interface Sink {
  write(line: string): void
  flush(withinMs: number): Promise<boolean>
}

/** The limit for queued lines: a few thousand of them. */
const MAX_WAITING_BYTES = 1024 * 1024
const STANDARD_OUTPUT = 1

export function createLogDestination(sink: Sink, now: () => Date = () => new Date()): LogDestination {
  let dropped = 0
  let unsaid = 0
  return {
    write(line) {
      try {
        if (unsaid > 0) sink.write(gapLine(unsaid, now()))
        unsaid = 0
        sink.write(line)
      } catch {
        dropped += 1
        unsaid += 1
      }
    },
    get dropped() {
      return dropped
    },
    flush: (withinMs) => sink.flush(withinMs),
  }
}

const gapLine = (lines: number, at: Date): string =>
  `${JSON.stringify({ level: 'warn', time: at.toISOString(), dropped: lines, msg: 'lines of the log could not be written' })}\n`

/** Regular files, and devices such as /dev/null: written synchronously, with errors reported immediately. */
export function fileSink(descriptor: number): Sink {
  let isLineOpen = false
  return {
    write(line) {
      // The rest of a line that did not fit must not corrupt the next one.
      const bytes = Buffer.from(isLineOpen ? `\n${line}` : line)
      for (let written = 0; written < bytes.length;) {
        written += writeSync(descriptor, bytes, written)
        isLineOpen = written < bytes.length
      }
    },
    flush: () => Promise.resolve(true),
  }
}

/** Pipes, sockets and terminals: Node writes as much as they accept, and keeps the rest in memory. */
export function streamSink(stream: Writable): Sink {
  let failure: Error | undefined
  stream.on('error', (error) => (failure = error))
  return {
    write(line) {
      if (failure) throw failure
      if (stream.writableLength + line.length > MAX_WAITING_BYTES) throw new Error('nobody reads the log')
      stream.write(line)
    },
    flush: (withinMs) =>
      new Promise((resolve) => {
        if (failure || stream.writableLength === 0) return resolve(!failure)
        const timer = setTimeout(() => resolve(false), withinMs)
        stream.write('', () => {
          clearTimeout(timer)
          resolve(true)
        })
      }),
  }
}

let ofProcess: LogDestination | undefined

/** The destination of this process, shared by all loggers. */
export function standardOutput(): LogDestination {
  return (ofProcess ??= createLogDestination(
    isWrittenAtOnce(STANDARD_OUTPUT) ? fileSink(STANDARD_OUTPUT) : streamSink(process.stdout),
  ))
}

function isWrittenAtOnce(descriptor: number): boolean {
  try {
    // Uses bigint stats, which Node caches separately: the last result of plain `fstat` influences `realpathSync`, and
    // after a pipe the next `require` through a symlink would not find its module.
    const stats = fstatSync(descriptor, { bigint: true })
    return stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY)
  } catch {
    // Closed by the parent process: each write then fails.
    return true
  }
}

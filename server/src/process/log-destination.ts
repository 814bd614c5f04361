/**
 * Where the log goes. A line that cannot be written is dropped and counted: a full disk, a reader that is gone or one
 * that has stopped reading must neither freeze a node nor end it. What was dropped is said once there is room again.
 */
import { fstatSync, writeSync } from 'node:fs'
import type { Writable } from 'node:stream'

export interface LogDestination {
  write(line: string): void
  /** Lines that could not be written since the process began. */
  readonly dropped: number
  /** Resolves once what was accepted is written, or after the given time. @returns whether it is */
  flush(withinMs: number): Promise<boolean>
}

/** Writes one line or throws; a line of which only a part fits counts as not written. */
interface Sink {
  write(line: string): void
  flush(withinMs: number): Promise<boolean>
}

/** Of lines that wait for a reader: some thousand. */
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

/** Regular files, and devices such as /dev/null: written at once, and what stands in the way is told at once. */
export function fileSink(descriptor: number): Sink {
  let isLineOpen = false
  return {
    write(line) {
      // What is left of a line that did not fit must not spoil the next one.
      const bytes = Buffer.from(isLineOpen ? `\n${line}` : line)
      for (let written = 0; written < bytes.length;) {
        written += writeSync(descriptor, bytes, written)
        isLineOpen = written < bytes.length
      }
    },
    flush: () => Promise.resolve(true),
  }
}

/** Pipes, sockets and terminals: Node writes as much as they take, and keeps the rest in memory. */
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

/** The one of this process; whoever logs shares it. */
export function standardOutput(): LogDestination {
  return (ofProcess ??= createLogDestination(
    isWrittenAtOnce(STANDARD_OUTPUT) ? fileSink(STANDARD_OUTPUT) : streamSink(process.stdout),
  ))
}

function isWrittenAtOnce(descriptor: number): boolean {
  try {
    // In large numbers, which Node keeps apart: what it saw last with plain ones decides how `realpathSync` goes on, and
    // after a pipe the next `require` through a link would not find its module.
    const stats = fstatSync(descriptor, { bigint: true })
    return stats.isFile() || (stats.isCharacterDevice() && !process.stdout.isTTY)
  } catch {
    // Closed by whoever started us: each write then says so.
    return true
  }
}

/**
 * Who may read from the database next. Reads never stand in the way of what is written: few of them are with the engine at
 * once (the embedded one gets one, so a commit waits for at most one), and while there are commits reads leave the
 * engine alone as long as they used it. Readers take turns, one read each, so that a greedy one waits for itself.
 */
import { Refusal } from '../errors/refusal.js'
import type { Database } from './database.js'

interface Way {
  /** Reads that are with the engine at once. */
  atOnce: number
  /** Whether a read takes time from the commits of others. */
  isShared: boolean
}

/** PostgreSQL has ten connections, four of which commit. The embedded engine runs one statement after the other. */
const WAYS: Record<Database['engine'], Way> = {
  pglite: { atOnce: 1, isShared: true },
  postgres: { atOnce: 5, isShared: false },
}
/** What may wait: a function and a promise each. */
const MAX_WAITING = 10_000
/** A connection waits for one read, and a campus of 3,000 guests is one reader. */
const MAX_WAITING_OF_ONE = MAX_WAITING / 2
const RETRY_MS = 1_000
/** Whoever writes now likely writes again. */
const WRITES_GO_ON_MS = 1_000
/** A read that took long because the machine stood still is no reason to keep everybody waiting. */
const MAX_REST_MS = 50

/**
 * The turn of one read, for all who wait for it. It is in the line of each of them and comes with the first: who joins does
 * not wait behind what else the others read, and whoever asks for many things gets no more turns by it.
 */
export interface Turn {
  /** @returns false once the read has begun: what it finds may be older than the question */
  join(reader: string): boolean
  /** Stands in line for every reader, also for those who join later. */
  lineUp(enter: (reader: string) => void): void
  /** Nobody can join any more. @returns all who did */
  begin(): Iterable<string>
}

export function createTurn(first: string): Turn {
  const readers = new Set([first])
  let hasBegun = false
  let enter: ((reader: string) => void) | undefined
  return {
    join(reader) {
      if (hasBegun) return false
      if (!readers.has(reader)) {
        readers.add(reader)
        enter?.(reader)
      }
      return true
    },
    lineUp(enterLine) {
      enter = enterLine
      for (const reader of readers) enter(reader)
    },
    begin() {
      hasBegun = true
      return readers
    },
  }
}

export interface ReadTurns {
  /** Runs the read when the turn has come. @throws Refusal `overloaded` */
  take<T>(turn: Turn, read: () => Promise<T>): Promise<T>
  /** Something is being committed. */
  wrote(): void
}

interface Waiting {
  turn: Turn
  run: () => Promise<void>
}

export function createReadTurns(engine: Database['engine']): ReadTurns {
  const { atOnce, isShared } = WAYS[engine]
  /** Readers in the order of their turns, each with what they wait for. */
  const lines = new Map<string, Set<Waiting>>()
  let waiting = 0
  let running = 0
  let wroteAt = -Infinity

  /** @returns whether there was room for it in the reader's line */
  function enter(reader: string, read: Waiting): boolean {
    const line = lines.get(reader) ?? new Set()
    if (line.size >= MAX_WAITING_OF_ONE) return false
    lines.set(reader, line.add(read))
    return true
  }

  function leave(reader: string, read: Waiting): void {
    const line = lines.get(reader)
    line?.delete(read)
    if (line?.size === 0) lines.delete(reader)
  }

  /** The next one of the reader whose turn it is. They go to the end; whoever waits for the same keeps their place. */
  function next(): (() => Promise<void>) | undefined {
    const [first] = lines
    if (!first) return undefined
    const [reader, line] = first
    lines.delete(reader)
    lines.set(reader, line)
    const [read] = line
    if (!read) return undefined
    for (const one of read.turn.begin()) leave(one, read)
    waiting -= 1
    return read.run
  }

  async function runAll(): Promise<void> {
    running += 1
    for (let run = next(); run; run = next()) {
      const startedAt = performance.now()
      await run()
      const endedAt = performance.now()
      if (isShared && endedAt - wroteAt < WRITES_GO_ON_MS)
        await rest(Math.min(endedAt - startedAt, MAX_REST_MS))
    }
    running -= 1
  }

  return {
    take(turn, read) {
      return new Promise((resolve, reject) => {
        const mine: Waiting = { turn, run: () => read().then(resolve, reject) }
        let places = 0
        if (waiting < MAX_WAITING) turn.lineUp((reader) => (places += enter(reader, mine) ? 1 : 0))
        if (places === 0) {
          turn.begin()
          reject(new Refusal('overloaded', 'unable to read; too many wait to read', RETRY_MS))
          return
        }
        waiting += 1
        if (running < atOnce) void runAll()
      })
    },
    wrote() {
      wroteAt = performance.now()
    },
  }
}

const rest = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/**
 * Decides who may read from the database next. Reads never hold up writes: only a few run at once (one in the embedded
 * engine, so that a commit waits for at most one), and while there are commits, reads pause as long as they used the
 * engine. Readers take turns, one read each, so that a greedy one only delays itself.
 */
import { Refusal } from '../errors/refusal.js'
import type { Database } from './database.js'

interface Way {
  /** How many reads run at once. */
  atOnce: number
  /** Whether a read takes time from other clients' commits. */
  isShared: boolean
}

/** PostgreSQL has ten connections, four of which commit. The embedded engine runs one statement after the other. */
const WAYS: Record<Database['engine'], Way> = {
  pglite: { atOnce: 1, isShared: true },
  postgres: { atOnce: 5, isShared: false },
}
/** How many reads may wait, a function and a promise each. */
const MAX_WAITING = 10_000
/** Per reader: a connection waits for one read, and a campus of 3,000 guests is one reader. */
const MAX_WAITING_OF_ONE = MAX_WAITING / 2
const RETRY_MS = 1_000
/** How long after a commit another is expected. */
const WRITES_GO_ON_MS = 1_000
/** The longest pause: a read that took long because the machine stalled must not keep everybody waiting. */
const MAX_REST_MS = 50

/**
 * The turn of one read, shared by all its readers. It is queued for each of them and comes when the first is due: a
 * reader that joins does not wait for the others' reads, and asking for many things gains no extra turns.
 */
export interface Turn {
  /** @returns false once the read has started, because its result may be older than the request */
  join(reader: string): boolean
  /** Queued for every reader, including those who join later. */
  lineUp(enter: (reader: string) => void): void
  /** Ends joining. @returns all readers */
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
  /** Runs the read when its turn has come. @throws Refusal `overloaded` */
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
  /** Readers in the order of their turns, each with their queued reads. */
  const lines = new Map<string, Set<Waiting>>()
  let waiting = 0
  let running = 0
  let wroteAt = -Infinity

  /** @returns whether there was room in the reader's queue */
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

  /**
   * The next read of the reader whose turn it is, who goes to the end; others waiting for the same read keep their
   * position.
   */
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

/**
 * Who may read from the database next. Reads never stand in the way of what is written: few of them are with the engine at
 * once (the embedded one gets one, so a commit waits for at most one), and while there are commits reads leave the
 * engine alone as long as they used it. Readers take turns, one read each, so that a greedy one waits for itself.
 */
import { Refusal } from '../errors.js'
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
const MAX_WAITING_OF_ONE = 1_000
const RETRY_MS = 1_000
/** Whoever writes now likely writes again. */
const WRITES_GO_ON_MS = 1_000
/** A read that took long because the machine stood still is no reason to keep everybody waiting. */
const MAX_REST_MS = 50

export interface ReadTurns {
  /** Runs the read when it is the reader's turn. @throws Refusal `overloaded` */
  take<T>(reader: string, read: () => Promise<T>): Promise<T>
  /** Something is being committed. */
  wrote(): void
}

export function createReadTurns(engine: Database['engine']): ReadTurns {
  const { atOnce, isShared } = WAYS[engine]
  /** Readers in the order of their turns, each with what they wait for. */
  const queues = new Map<string, (() => Promise<void>)[]>()
  let waiting = 0
  let running = 0
  let wroteAt = -Infinity

  /** The reader's next one; the reader goes to the end of the line. */
  function next(): (() => Promise<void>) | undefined {
    const [first] = queues
    if (!first) return undefined
    const [reader, queue] = first
    queues.delete(reader)
    const run = queue.shift()
    if (queue.length > 0) queues.set(reader, queue)
    waiting -= 1
    return run
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
    take(reader, read) {
      const queue = queues.get(reader) ?? []
      if (waiting >= MAX_WAITING || queue.length >= MAX_WAITING_OF_ONE)
        return Promise.reject(new Refusal('overloaded', 'unable to read; too many wait to read', RETRY_MS))
      return new Promise((resolve, reject) => {
        queue.push(() => read().then(resolve, reject))
        queues.set(reader, queue)
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

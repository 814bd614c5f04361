/**
 * At most one read in flight and one waiting: a thousand callers at once cost two queries. A caller only joins
 * a read that starts after it asked, so whoever subscribed before asking misses nothing.
 *
 * A read starts at the end of the current turn of the event loop at the earliest, so that all requests which arrived in
 * this turn share it. The embedded engine needs that: it answers within the turn, and no read would ever be in flight.
 */
import { setImmediate } from 'node:timers/promises'
import { createTurn, type Turn } from './storage/read-turns.js'

/** @param from what a caller needs; the read is told the lowest of all who share it, once its turn has begun */
export type SharedTurn<T> = (reader: string, from?: number) => Promise<T>

export function createSharedTurn<T>(read: (turn: Turn, lowest: () => number) => Promise<T>): SharedTurn<T> {
  let latest: { turn: Turn; lowest: number; answer: Promise<T> } | undefined

  async function start(turn: Turn, before: Promise<unknown> | undefined): Promise<T> {
    await before?.catch(() => {})
    await setImmediate()
    const mine = latest
    try {
      return await read(turn, () => mine?.lowest ?? 0)
    } finally {
      // The answer may be large; nobody needs it kept.
      if (latest === mine) latest = undefined
    }
  }

  return (reader, from = 0) => {
    if (!latest?.turn.join(reader)) {
      const turn = createTurn(reader)
      latest = { turn, lowest: from, answer: start(turn, latest?.answer) }
    }
    latest.lowest = Math.min(latest.lowest, from)
    return latest.answer
  }
}

/** One for each thing that is asked for, as long as somebody waits for it. */
export function createSharedTurns<Key, T>(
  read: (turn: Turn, key: Key) => Promise<T>,
): (reader: string, key: Key) => Promise<T> {
  const shares = new Map<Key, { ask: SharedTurn<T>; callers: number }>()
  return async (reader, key) => {
    const share = shares.get(key) ?? { ask: createSharedTurn((turn) => read(turn, key)), callers: 0 }
    shares.set(key, share)
    share.callers += 1
    try {
      return await share.ask(reader)
    } finally {
      share.callers -= 1
      if (share.callers === 0) shares.delete(key)
    }
  }
}

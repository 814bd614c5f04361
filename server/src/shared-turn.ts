/**
 * At most one read in flight and one waiting: a thousand concurrent callers cost two queries. A caller only joins a
 * read that starts after it asked, so callers that subscribed before asking miss nothing.
 *
 * A read starts at the end of the current turn of the event loop at the earliest, so that all requests that arrived in
 * this turn share it. The embedded engine needs that, because it answers within the turn and no read would ever be in
 * flight.
 */
import { setImmediate } from 'node:timers/promises'
import { createTurn, type Turn } from './storage/read-turns.js'

/** @param from what a caller needs; the read receives the lowest value of all its callers when its turn starts */
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
      // The answer may be large and is not needed any more.
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

/** One turn per key, as long as somebody is waiting for it. */
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

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

/** What one caller needs of a read, and what all its callers need together. */
export interface Gathering<Need, All> {
  first(need: Need): All
  /** Whether the read can do this as well; if not, it is full, and the caller gets the next one. */
  hasRoom?(all: All, need: Need): boolean
  add(all: All, need: Need): All
}

interface Gathered<All, T> {
  readonly turn: Turn
  all: All
  answer: Promise<T>
}

type GatheredTurn<Need, T> = (reader: string, need: Need) => Promise<T>

/** @param read receives what all its callers need, once its turn has come and nobody joins any more */
function createGatheredTurn<Need, All, T>(
  { first, hasRoom = () => true, add }: Gathering<Need, All>,
  read: (turn: Turn, all: () => All) => Promise<T>,
): GatheredTurn<Need, T> {
  let latest: Gathered<All, T> | undefined

  async function start(
    mine: Omit<Gathered<All, T>, 'answer'>,
    before: Promise<unknown> | undefined,
  ): Promise<T> {
    await before?.catch(() => {})
    await setImmediate()
    try {
      return await read(mine.turn, () => mine.all)
    } finally {
      // The answer may be large and is not needed any more.
      if (latest === mine) latest = undefined
    }
  }

  return (reader, need) => {
    if (latest && hasRoom(latest.all, need) && latest.turn.join(reader)) {
      latest.all = add(latest.all, need)
    } else {
      const mine = { turn: createTurn(reader), all: first(need) }
      latest = Object.assign(mine, { answer: start(mine, latest?.answer) })
    }
    return latest.answer
  }
}

/** @param from what a caller needs; the read receives the lowest value of all its callers when its turn starts */
export type SharedTurn<T> = (reader: string, from?: number) => Promise<T>

const LOWEST: Gathering<number, number> = { first: (from) => from, add: Math.min }

export function createSharedTurn<T>(read: (turn: Turn, lowest: () => number) => Promise<T>): SharedTurn<T> {
  const ask = createGatheredTurn(LOWEST, read)
  return (reader, from = 0) => ask(reader, from)
}

/** One turn per key, as long as somebody is waiting for it. */
export function createSharedTurns<Key, T>(
  read: (turn: Turn, key: Key) => Promise<T>,
): (reader: string, key: Key) => Promise<T> {
  const ask = perKey((key: Key) => createSharedTurn((turn) => read(turn, key)))
  return (reader, key) => ask(reader, key, 0)
}

/** The same for callers who do not all need the same of a key. */
export function createGatheredTurns<Key, Need, All, T>(
  gathering: Gathering<Need, All>,
  read: (turn: Turn, key: Key, all: () => All) => Promise<T>,
): (reader: string, key: Key, need: Need) => Promise<T> {
  return perKey((key: Key) => createGatheredTurn(gathering, (turn, all) => read(turn, key, all)))
}

function perKey<Key, Need, T>(create: (key: Key) => GatheredTurn<Need, T>) {
  const shares = new Map<Key, { ask: GatheredTurn<Need, T>; callers: number }>()
  return async (reader: string, key: Key, need: Need): Promise<T> => {
    const share = shares.get(key) ?? { ask: create(key), callers: 0 }
    shares.set(key, share)
    share.callers += 1
    try {
      return await share.ask(reader, need)
    } finally {
      share.callers -= 1
      if (share.callers === 0) shares.delete(key)
    }
  }
}

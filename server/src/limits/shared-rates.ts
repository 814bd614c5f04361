/**
 * Rates that all nodes count together in Redis. A missing or late count holds nobody up: the node's own count then
 * applies (limits/rate-limits.ts). If plenty is left, one request at a time proceeds before its count is answered, so
 * that occasional writers never wait. While one count is under way the next ones collect, so that a busy node asks for
 * many in one step.
 */
import { setImmediate } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { pointsOf, type Limit } from './limit.js'
import { inTime, Late } from '../cluster/in-time.js'
import { RedisAway, type RedisLink } from '../cluster/redis.js'

export interface Refused {
  limit: Limit
  waitMs: number
}

export interface SharedRates {
  /**
   * Takes the points of each limit. In a window that other nodes exhaust at the same moment, each node may take one too
   * many.
   * @returns the first limit with no points left
   */
  take(limits: readonly Limit[]): Promise<Refused | undefined>
}

/** How much later an ack may be, once. Shorter than the deadline after which the whole link counts as slow. */
const DEADLINE_MS = 50
/** The pause after a late answer, because the next ones are likely to be late too. */
const PAUSE_MS = 1_000
/** How many requests are counted in one step. */
const MAX_TAKES = 1_000
/** Windows known to be nearly or completely used up. */
const MAX_SCARCE = 50_000
/** From this used share on, requests wait for the answer. */
const SCARCE_SHARE = 0.5

/**
 * Three arguments a key: points to take, window in milliseconds, points in a window. Answers with two numbers a key:
 * points taken in this window, and milliseconds until it ends (where plenty is left: of a whole window). A foreign
 * value under the key is overwritten.
 */
const COUNT = `
local answers = {}
for i, key in ipairs(KEYS) do
  local taken, window, points = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local count, left = redis.pcall('INCRBY', key, taken), window
  local isNew = type(count) ~= 'number' or count == taken
  if not isNew and count >= points * ${SCARCE_SHARE} then
    left = redis.call('PTTL', key)
    isNew = left < 0 or left > window
  end
  if isNew then
    redis.call('SET', key, taken, 'PX', window)
    count, left = taken, window
  end
  answers[2 * i - 1], answers[2 * i] = count, left
end
return answers
`

interface Take {
  limits: readonly Limit[]
  answer: (refused: Refused | undefined) => void
  fail: (error: unknown) => void
}

/** Everything that one step takes from one window. */
interface Tally {
  points: number
  windowMs: number
  takes: number
  /** Filled in by the answer: how many points were taken, up to this request. */
  taken: number
  leftMs: number
}

export function createSharedRates(parts: { redis: RedisLink; metrics: Metrics; log: Logger }): SharedRates {
  const { redis, metrics, log } = parts
  const countScript = redis.script('alcoveCountRates', COUNT)
  /** A caller that has used up a window is refused here until it ends, so that a flood causes no traffic to Redis. */
  const scarce = new LRUCache<string, 'scarce' | 'used up'>({ max: MAX_SCARCE })
  /** Requests that proceed while their count is under way. */
  const onCredit = new Set<string>()
  const waiting: Take[] = []
  let isCounting = false
  let pausedUntil = 0

  function join(limits: readonly Limit[]): Promise<Refused | undefined> {
    return new Promise((answer, fail) => {
      waiting.push({ limits, answer, fail })
      if (!isCounting) void countAll()
    })
  }

  async function countAll(): Promise<void> {
    isCounting = true
    // Waits one turn of the event loop: requests of that turn share the first step, and one that proceeds reaches the
    // database before this costs time.
    await setImmediate()
    while (waiting.length > 0) {
      const step = waiting.splice(0, MAX_TAKES)
      try {
        await count(step)
      } catch (error) {
        // Requests queued behind a late count proceed without one too, instead of waiting for the next late one.
        const failed = error instanceof RedisAway ? step : [...step, ...waiting.splice(0)]
        for (const take of failed) take.fail(error)
      }
    }
    isCounting = false
  }

  async function count(step: readonly Take[]): Promise<void> {
    const tallies = tallyOf(step)
    // A late count does not mean that Redis is slow for everything else, so the link's own deadline still applies.
    await inTime(Promise.all(together([...tallies]).map(ask)), DEADLINE_MS)
    for (const { limits, answer } of step) {
      let refused: Refused | undefined
      for (const limit of limits) {
        const key = keyOf(limit)
        const tally = tallies.get(key)!
        tally.taken += pointsOf(limit)
        if (tally.taken > tally.points) refused ??= { limit, waitMs: tally.leftMs }
      }
      answer(refused)
    }
    for (const [key, tally] of tallies) remember(key, tally)
  }

  function remember(key: string, { taken, points, leftMs }: Tally): void {
    if (taken < points * SCARCE_SHARE) return
    scarce.set(key, taken < points ? 'scarce' : 'used up', { ttl: Math.max(1, leftMs) })
  }

  /** On a Redis Cluster the keys are on different machines. */
  function together(tallies: [string, Tally][]): [string, Tally][][] {
    return redis.publisher.isCluster ? tallies.map((one) => [one]) : [tallies]
  }

  async function ask(tallies: [string, Tally][]): Promise<void> {
    const answers = (await countScript(
      tallies.map(([key]) => redis.names.rate(key)),
      tallies.flatMap(([, { takes, windowMs, points }]) => [takes, windowMs, points]),
    )) as number[]
    tallies.forEach(([, tally], index) => {
      tally.taken = answers[2 * index]! - tally.takes
      tally.leftMs = answers[2 * index + 1]!
    })
  }

  function goOnAlone(limits: readonly Limit[], error?: unknown): undefined {
    metrics.localRates.inc(limits.length)
    if (error === undefined || error instanceof RedisAway) return
    const isKnown = performance.now() < pausedUntil
    pausedUntil = performance.now() + PAUSE_MS
    if (!isKnown && !(error instanceof Late)) log.warn({ err: error }, 'rates cannot be counted in Redis')
  }

  async function askInTime(limits: readonly Limit[]): Promise<Refused | undefined> {
    try {
      return await join(limits)
    } catch (error) {
      return goOnAlone(limits, error)
    }
  }

  async function takeOnCredit(limits: readonly Limit[], keys: readonly string[]): Promise<void> {
    for (const key of keys) onCredit.add(key)
    await askInTime(limits)
    for (const key of keys) onCredit.delete(key)
  }

  return {
    async take(limits) {
      if (performance.now() < pausedUntil) return goOnAlone(limits)
      const keys = limits.map(keyOf)
      const at = keys.findIndex((key) => scarce.get(key) === 'used up')
      if (at >= 0) return { limit: limits[at]!, waitMs: scarce.getRemainingTTL(keys[at]!) }
      if (keys.some((key) => onCredit.has(key) || scarce.has(key))) return askInTime(limits)
      void takeOnCredit(limits, keys)
      return undefined
    },
  }
}

function tallyOf(step: readonly Take[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const { limits } of step) {
    for (const limit of limits) {
      const key = keyOf(limit)
      const known = tallies.get(key)
      if (known) known.takes += pointsOf(limit)
      else {
        const { points, windowSeconds } = limit.rate
        tallies.set(key, {
          points,
          windowMs: Math.ceil(windowSeconds * 1_000),
          takes: pointsOf(limit),
          taken: 0,
          leftMs: 0,
        })
      }
    }
  }
  return tallies
}

/** Limits differ between apps and may change: every (name, rate) pair has its own windows. */
function keyOf({ name, key, rate: { points, windowSeconds } }: Limit): string {
  return `${name}/${points}/${windowSeconds}:${key}`
}

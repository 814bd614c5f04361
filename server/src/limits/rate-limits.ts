/**
 * The rate limits. Each limit is a window that allows its burst immediately and its rate on average. A node checks its
 * own count first: what that refuses is refused without asking Redis, and what it allows is allowed while Redis is
 * down. Only then do all nodes count together.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { pointsOf, type Limit, type Rate } from './limit.js'
import type { SharedRates } from './shared-rates.js'
import { Refusal } from '../errors/refusal.js'

/** 24 days, after which Node's timers end at once. */
const LONGEST_WINDOW_SECONDS = 2_147_483

export interface RateLimits {
  /** Takes one point. @throws Refusal `rate_limited` with the time to wait */
  take(name: string, key: string, rate: Rate, action: string): Promise<void>
  /**
   * Takes the points of each limit, narrowest first: a caller beyond a personal limit takes nothing from shared ones. A
   * refused caller has taken nothing on this node.
   * @throws Refusal `rate_limited` for the first limit with no points left
   */
  takeAll(limits: readonly Limit[]): Promise<void>
  /** Takes points for a cost known only afterwards: nothing is refused now, but the next request may be. */
  charge(limits: readonly Limit[]): Promise<void>
}

/** @param shared absent in a single process */
export function createRateLimits(shared?: SharedRates): RateLimits {
  // Limits differ between apps; every (name, points, seconds) has its own counters. Nested, because building one key from
  // them for each of a request's windows costs as much as counting.
  const limiters = new Map<string, Map<number, Map<number, RateLimiterMemory>>>()

  function limiterOf({ name, rate: { points, windowSeconds } }: Limit): RateLimiterMemory {
    return limiters.get(name)?.get(points)?.get(windowSeconds) ?? addLimiter(name, points, windowSeconds)
  }

  function addLimiter(name: string, points: number, windowSeconds: number): RateLimiterMemory {
    const ofName = getOrAdd(limiters, name, () => new Map<number, Map<number, RateLimiterMemory>>())
    const ofPoints = getOrAdd(ofName, points, () => new Map<number, RateLimiterMemory>())
    const duration = Math.min(windowSeconds, LONGEST_WINDOW_SECONDS)
    const limiter = new RateLimiterMemory({ keyPrefix: '', points, duration })
    ofPoints.set(windowSeconds, limiter)
    return limiter
  }

  async function takeAll(limits: readonly Limit[]): Promise<void> {
    // Also the one that refuses, so that a long window with too few points left takes nothing from short ones after it.
    let taken = 0
    try {
      for (const limit of limits) {
        taken += 1
        await limiterOf(limit).consume(limit.key, pointsOf(limit))
      }
      if (!shared) return
      // A caller refused here has also taken from the shared windows, until this node knows: once or twice per window.
      const refused = await shared.take(limits)
      if (refused) throw refusal(refused.limit, refused.waitMs)
    } catch (error) {
      // The local and the shared windows start at different moments: points refused by one must not be missing in the
      // other.
      for (const limit of limits.slice(0, taken)) await limiterOf(limit).reward(limit.key, pointsOf(limit))
      throw error instanceof RateLimiterRes ? refusal(limits[taken - 1]!, error.msBeforeNext) : error
    }
  }

  return {
    takeAll,
    take: (name, key, rate, action) => takeAll([{ name, key, rate, action, points: 1 }]),
    async charge(limits) {
      for (const limit of limits) await limiterOf(limit).penalty(limit.key, limit.points)
      // Nobody waits for it, and its failure is harmless.
      void shared?.take(limits)
    },
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

function refusal({ action, rate: { points, windowSeconds } }: Limit, waitMs: number): Refusal {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs))
  return new Refusal(
    'rate_limited',
    `unable to ${action}; more than ${points} in ${windowSeconds} s`,
    retryAfterMs,
  )
}

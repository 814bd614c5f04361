/**
 * How often who may do what. Each limit is a window that allows its burst at once and its rate on average. A node asks
 * itself first: what it refuses alone is refused without a word to Redis, and what it grants is granted while Redis is
 * away. Only then do all nodes count together.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { pointsOf, type Limit, type Rate } from './limit.js'
import type { SharedRates } from './shared-rates.js'
import { Refusal } from '../errors/refusal.js'

export interface RateLimits {
  /** Takes one point. @throws Refusal `rate_limited` with the time to wait */
  take(name: string, key: string, rate: Rate, action: string): Promise<void>
  /**
   * The points of each, narrowest first: who is beyond a limit of theirs takes nothing from what they share with others. Who
   * is refused has taken nothing on this node.
   * @throws Refusal `rate_limited` of the first that has none left
   */
  takeAll(limits: readonly Limit[]): Promise<void>
  /** Takes what was found out afterwards to be due: nobody is refused for it now, but the next one may be. */
  charge(limits: readonly Limit[]): Promise<void>
}

/** @param shared absent in a process that is alone */
export function createRateLimits(shared?: SharedRates): RateLimits {
  // Apps differ in their limits; every (name, rate) pair has its own counter store.
  const limiters = new Map<string, RateLimiterMemory>()

  function limiterOf({ name, rate: { points, windowSeconds } }: Limit): RateLimiterMemory {
    const id = `${name}/${points}/${windowSeconds}`
    const known = limiters.get(id)
    if (known) return known
    const made = new RateLimiterMemory({ keyPrefix: id, points, duration: windowSeconds })
    limiters.set(id, made)
    return made
  }

  async function takeHere(limit: Limit): Promise<void> {
    try {
      await limiterOf(limit).consume(limit.key, pointsOf(limit))
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result
      // A long one that finds too little left takes nothing from the short ones behind it.
      await limiterOf(limit).reward(limit.key, pointsOf(limit))
      throw refusal(limit, result.msBeforeNext)
    }
  }

  async function takeAll(limits: readonly Limit[]): Promise<void> {
    const taken: Limit[] = []
    try {
      for (const limit of limits) {
        await takeHere(limit)
        taken.push(limit)
      }
      // Who is refused here took from the others' share too, until it is known here: a step or two a window.
      const refused = await shared?.take(limits)
      if (refused) throw refusal(refused.limit, refused.waitMs)
    } catch (error) {
      // The windows here and of all nodes begin at different moments: what one of them refused must not be missing in the other.
      for (const limit of taken) await limiterOf(limit).reward(limit.key, pointsOf(limit))
      throw error
    }
  }

  return {
    takeAll,
    take: (name, key, rate, action) => takeAll([{ name, key, rate, action, points: 1 }]),
    async charge(limits) {
      for (const limit of limits) await limiterOf(limit).penalty(limit.key, limit.points)
      // Nobody waits for it, and it fails by itself.
      void shared?.take(limits)
    },
  }
}

function refusal({ action, rate: { points, windowSeconds } }: Limit, waitMs: number): Refusal {
  const retryAfterMs = Math.max(1, Math.ceil(waitMs))
  return new Refusal(
    'rate_limited',
    `unable to ${action}; more than ${points} in ${windowSeconds} s`,
    retryAfterMs,
  )
}

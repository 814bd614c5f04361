/** How often who may do what. Each limit is a window that allows its burst at once and its rate on average. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../errors.js'

export interface Rate {
  /** Requests in one window. */
  points: number
  windowSeconds: number
}

export interface RateLimits {
  /** Takes one point. @throws Refusal `rate_limited` with the time to wait */
  take(name: string, key: string, rate: Rate, action: string): Promise<void>
}

export function createRateLimits(): RateLimits {
  // Apps differ in their limits; every (name, rate) pair has its own counter store.
  const limiters = new Map<string, RateLimiterMemory>()

  function limiterOf(name: string, { points, windowSeconds }: Rate): RateLimiterMemory {
    const id = `${name}/${points}/${windowSeconds}`
    const known = limiters.get(id)
    if (known) return known
    const made = new RateLimiterMemory({ keyPrefix: id, points, duration: windowSeconds })
    limiters.set(id, made)
    return made
  }

  return {
    async take(name, key, rate, action) {
      try {
        await limiterOf(name, rate).consume(key)
      } catch (result) {
        if (!(result instanceof RateLimiterRes)) throw result
        throw new Refusal(
          'rate_limited',
          `unable to ${action}; more than ${rate.points} in ${rate.windowSeconds} s`,
          result.msBeforeNext,
        )
      }
    },
  }
}

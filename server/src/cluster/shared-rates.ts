/**
 * Rates as all nodes count them together, in Redis. Nobody waits for it: where the count is away or late there is none,
 * and the node's own stands (realtime/rate-limits.ts).
 */
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import type { Limit } from '../realtime/rate-limits.js'
import { RATE_PREFIX } from './keys.js'
import { inTime, Late, RedisAway, type RedisClient, type RedisLink } from './redis.js'

export interface SharedRates {
  /** Takes one point. @returns how long to wait where none was left */
  take(limit: Limit): Promise<{ waitMs: number } | undefined>
}

/** An ack may be so much later, once. Short of the deadline after which the whole link counts as slow. */
const DEADLINE_MS = 50
/** After a late answer nobody asks for so long: the next ones are likely late too. */
const PAUSE_MS = 1_000

/**
 * The library counts whole seconds, and windows here may be shorter than one: durations it is given are milliseconds,
 * and so this script takes them. What something else wrote under the key is overwritten.
 */
const COUNT = `
local window = tonumber(ARGV[2])
local count = redis.pcall('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if type(count) ~= 'number' or left < 0 or left > window then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', window)
  return { tonumber(ARGV[1]), window }
end
return { count, left }
`

export function createSharedRates(parts: { redis: RedisLink; metrics: Metrics; log: Log }): SharedRates {
  const { redis, metrics, log } = parts
  const limiters = new Map<string, RateLimiterRedis>()
  let pausedUntil = 0

  function limiterOf(
    client: RedisClient,
    { name, rate: { points, windowSeconds } }: Limit,
  ): RateLimiterRedis {
    const id = `${name}/${points}/${windowSeconds}`
    const known = limiters.get(id)
    if (known) return known
    const made = new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `${RATE_PREFIX}:${id}`,
      points,
      duration: Math.ceil(windowSeconds * 1_000),
      customIncrTtlLuaScript: COUNT,
      // Whoever has used up a window is refused here until it ends: a flood is no traffic for Redis.
      inMemoryBlockOnConsumed: points,
    })
    limiters.set(id, made)
    return made
  }

  async function count(client: RedisClient, limit: Limit): Promise<{ waitMs: number } | undefined> {
    try {
      await limiterOf(client, limit).consume(limit.key)
      return undefined
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result
      return { waitMs: result.msBeforeNext }
    }
  }

  function goOnAlone(error: unknown): undefined {
    metrics.localRates.inc()
    if (error instanceof RedisAway) return
    pausedUntil = performance.now() + PAUSE_MS
    if (!(error instanceof Late)) log.warn({ err: error }, 'rates cannot be counted in Redis')
  }

  return {
    async take(limit) {
      if (performance.now() < pausedUntil) return goOnAlone(new RedisAway('unable to count; Redis was late'))
      try {
        // A late count is no reason to take Redis for slow in all else, so the link's own deadline stays.
        return await inTime(
          redis.run((client) => count(client, limit)),
          DEADLINE_MS,
        )
      } catch (error) {
        return goOnAlone(error)
      }
    },
  }
}

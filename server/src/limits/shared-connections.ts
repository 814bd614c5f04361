/**
 * How many connections users and addresses have on all nodes. Each node writes its own totals, never differences, so
 * that the next write for a user corrects anything that was lost. While Redis is down, a node uses its own numbers and
 * enters them again afterwards.
 */
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import type { NodeLease } from '../cluster/node-lease.js'
import { RedisAway, type RedisLink } from '../cluster/redis.js'
import { createAppSayer } from '../cluster/said-apps.js'

/** User or address to its number of slots on this node. */
export type Counts = ReadonlyMap<string, number>

export interface SharedConnections {
  /**
   * Enters this node's counts if all nodes together stay within the limits. @returns the first limit that is reached
   */
  claim(appId: string, claims: readonly Claim[]): Promise<Claim | undefined>
  /** This node has fewer connections than it has recorded. */
  set(appId: string, field: string, count: number): void
  /** This node's counts, for when everything has to be entered again. */
  follow(counts: () => Iterable<[appId: string, counts: Counts]>): void
}

export interface Claim {
  field: string
  /** On this node, including the new one. */
  count: number
  limit: number
}

/** KEYS nodes of the app, this node's hash. A key of the wrong type was not written by us. */
const OWN_TYPES = `
for index, kind in ipairs({ 'set', 'hash' }) do
  local found = redis.call('TYPE', KEYS[index]).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', KEYS[index]) end
end
`

/**
 * ARGV this node, all its names so far, the other hashes' common prefix, then field, count and limit of each claim.
 * Replies which claim is beyond its limit, or 0. The others' hashes are in the same slot; a node without one has no
 * connection.
 */
const CLAIM = `${OWN_TYPES}
local fields, totals = {}, {}
for at = 4, #ARGV, 3 do
  fields[#fields + 1] = ARGV[at]
  totals[#totals + 1] = tonumber(ARGV[at + 1])
end
for _, node in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local key = ARGV[3] .. node
  if redis.call('TYPE', key).ok ~= 'hash' then
    redis.call('SREM', KEYS[1], node)
  elseif not string.find(ARGV[2], ' ' .. node .. ' ', 1, true) then
    for index, count in ipairs(redis.call('HMGET', key, unpack(fields))) do
      totals[index] = totals[index] + (tonumber(count or 0) or 0)
    end
  end
end
for index, total in ipairs(totals) do
  if total > tonumber(ARGV[3 + index * 3]) then return index end
end
for index, field in ipairs(fields) do
  redis.call('HSET', KEYS[2], field, ARGV[2 + index * 3])
end
redis.call('SADD', KEYS[1], ARGV[1])
return 0
`

/**
 * ARGV this node, then field and count of each. For an app without connections nothing remains: a node without a hash
 * is not one of its nodes.
 */
const TELL = `${OWN_TYPES}
for at = 2, #ARGV, 2 do
  if tonumber(ARGV[at + 1]) > 0 then
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1])
  else
    redis.call('HDEL', KEYS[2], ARGV[at])
  end
end
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('SADD', KEYS[1], ARGV[1])
else
  redis.call('SREM', KEYS[1], ARGV[1])
end
`

const NAMES_KEPT = 10
const ENTER_AT_ONCE = 500

export function createSharedConnections(parts: {
  redis: RedisLink
  lease: NodeLease
  metrics: Metrics
  log: Logger
}): SharedConnections {
  const { redis, lease, metrics, log } = parts
  const keysAt = (appId: string, node: string) => [
    redis.names.connectedNodes(appId),
    redis.names.connections(appId, node),
  ]
  const claimScript = redis.script('alcoveClaimConnection', CLAIM, 2)
  const setScript = redis.script('alcoveSetConnections', TELL, 2)
  const sayApp = createAppSayer(parts)
  /** The counts under a former name are ours as well until they are cleaned up, and are already included. */
  const names: string[] = []

  function ownNames(): string {
    if (names.at(-1) !== lease.name) names.push(lease.name)
    if (names.length > NAMES_KEPT) names.shift()
    return ` ${names.join(' ')} `
  }

  function distrust(error: unknown): void {
    lease.doubt()
    if (error instanceof RedisAway) return
    metrics.clusterNonsense.inc({ kind: 'connections' })
    log.warn({ err: error }, 'connections could not be counted in Redis; this node counts its own')
  }

  return {
    async claim(appId, claims) {
      try {
        const { name } = lease
        const [refused] = await Promise.all([
          claimScript(keysAt(appId, name), [
            name,
            ownNames(),
            redis.names.connections(appId, ''),
            ...claims.flatMap(({ field, count, limit }) => [field, count, limit]),
          ]),
          sayApp(appId),
        ])
        return claims[Number(refused) - 1]
      } catch (error) {
        distrust(error)
        return undefined
      }
    },
    set(appId, field, count) {
      const { name } = lease
      setScript(keysAt(appId, name), [name, field, count]).catch(distrust)
    },
    follow(counts) {
      lease.onRenamed(async () => {
        ownNames()
        const { name } = lease
        for (const [appId, ofApp] of counts()) {
          const fields = [...ofApp.keys()]
          for (let at = 0; at < fields.length; at += ENTER_AT_ONCE) {
            // Read at the time of sending, because later changes are sent after it.
            const some = fields.slice(at, at + ENTER_AT_ONCE)
            const present = some.flatMap((field) => (ofApp.has(field) ? [field, ofApp.get(field)!] : []))
            await setScript(keysAt(appId, name), [name, ...present])
          }
          await sayApp(appId)
        }
      })
    },
  }
}

/** Says in Redis in which apps this node keeps something under its name: there the others clear up after it. */
import type { NodeLease } from './node-lease.js'
import type { RedisLink } from './redis.js'

/** Make it before listening for the lease's new name. @returns says it, once for each name of the node. */
export function createAppSayer({ redis, lease }: { redis: RedisLink; lease: NodeLease }) {
  const said = new Map<string, string>()

  // Redis may have been emptied, and something kept under the former name since: it is cleared away next.
  lease.onRenamed(async () => {
    for (const [appId, name] of said) {
      if (name === lease.name) continue
      await redis.run((client) => client.sadd(redis.names.nodeApps(name), appId))
      said.delete(appId)
    }
  })

  return function sayApp(appId: string): Promise<unknown> | undefined {
    const { name } = lease
    if (said.get(appId) === name) return
    said.set(appId, name)
    return redis.run((client) => client.sadd(redis.names.nodeApps(name), appId))
  }
}

/** Records in Redis in which apps this node has data under its name, so that the others can clean up after it. */
import type { NodeLease } from './node-lease.js'
import type { RedisLink } from './redis.js'

/**
 * Create it before listening for the lease's new name. @returns a function that records an app, once per name of the
 * node.
 */
export function createAppSayer({ redis, lease }: { redis: RedisLink; lease: NodeLease }) {
  const said = new Map<string, string>()

  // Redis may have been emptied, and data stored under the former name since: that name is cleaned up next.
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

/** This node's part in a cluster, or the same parts for a process that is alone. */
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import type { RealtimeServer } from '../realtime/gateway.js'
import { createMemoryRosters, type Rosters } from '../rooms/roster.js'
import { createLocalFanOut, createRedisFanOut, type FanOut, type Hear } from './fan-out.js'
import { holdNodeLease, type NodeLease } from './node-lease.js'
import { openRedis, type RedisLink } from './redis.js'
import { createRedisRosters } from './redis-rosters.js'

export interface ClusterPart {
  fanOut: FanOut
  rosters: Rosters
  /** Absent in a process that is alone. */
  shared: { redis: RedisLink; lease: NodeLease } | undefined
  /** Hands what this node holds to the others; call when its clients are gone. */
  retire(): Promise<void>
  close(): void
}

export function joinCluster(parts: {
  redisUrl: string | undefined
  deployment: string
  io: RealtimeServer
  hear: Hear
  metrics: Metrics
  log: Log
}): ClusterPart {
  const { redisUrl: url, deployment, io, hear, metrics, log } = parts
  if (url === undefined) {
    return {
      fanOut: createLocalFanOut(io),
      rosters: createMemoryRosters(),
      shared: undefined,
      retire: () => Promise.resolve(),
      close() {},
    }
  }
  const redis = openRedis({ url, deployment, metrics, log })
  const fanOut = createRedisFanOut({ io, redis, hear, metrics, log })
  const lease = holdNodeLease({ redis, metrics, log })
  const rosters = createRedisRosters({ redis, lease, fanOut, metrics, log })
  return {
    fanOut,
    rosters,
    shared: { redis, lease },
    retire: () => lease.retire(),
    close() {
      rosters.close()
      lease.close()
      redis.close()
    },
  }
}

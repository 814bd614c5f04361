/** This node's connection to the cluster, or its equivalents for a single process. */
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import type { SocketServer } from './socket-server.js'
import { createMemoryRosters, type Rosters } from '../cluster/roster.js'
import type { Receivers } from './cluster-message.js'
import { createLocalFanOut, createRedisFanOut, type FanOut } from './fan-out.js'
import { holdNodeLease, type NodeLease } from '../cluster/node-lease.js'
import { openRedis, type RedisLink } from '../cluster/redis.js'
import { createRedisRosters } from '../cluster/redis-rosters.js'

export interface ClusterPart {
  fanOut: FanOut
  rosters: Rosters
  /** Absent in a single process. */
  shared: { redis: RedisLink; lease: NodeLease } | undefined
  /** Hands this node's data over to the others; to be called when its clients are gone. */
  retire(): Promise<void>
  close(): void
}

export function joinCluster(parts: {
  redisUrl: string | undefined
  deployment: string
  io: SocketServer
  /** Called with the first message from another node. */
  receivers: () => Receivers
  metrics: Metrics
  log: Logger
}): ClusterPart {
  const { redisUrl: url, deployment, io, receivers, metrics, log } = parts
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
  const fanOut = createRedisFanOut({ io, redis, receivers, metrics, log })
  const lease = holdNodeLease({ redis, metrics, log })
  const rosters = createRedisRosters({
    redis,
    lease,
    metrics,
    log,
    announce: (channel) => fanOut.send(channel, { kind: 'members:changed' }),
  })
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

/** A client for an address: which of ioredis' three it is, and how it is told about TLS and credentials. */
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { RedisAddress } from './redis-address.js'

export type RedisClient = Redis | Cluster

export const CONNECT_TIMEOUT_MS = 2_000
const MAX_RETRY_DELAY_MS = 1_000

export function openClient(address: RedisAddress, options: RedisOptions): RedisClient {
  const { credentials, tls } = address
  const common: RedisOptions = {
    ...options,
    ...credentials,
    ...(tls && { tls }),
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: retryDelayMs,
    // Ours alone are subscribed again, in the order that subscriptions.ts needs, and with somebody to hear of a refusal.
    autoResubscribe: false,
  }
  if (address.kind === 'single') return new Redis({ ...common, ...address.at, db: address.db })
  if (address.kind === 'sentinel') {
    const { sentinels, name, db, sentinelCredentials: sentinel } = address
    return new Redis({
      ...common,
      sentinels,
      name,
      db,
      sentinelRetryStrategy: retryDelayMs,
      ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
      ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
      ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    })
  }
  const { maxRetriesPerRequest, enableOfflineQueue = true } = options
  return new Cluster(address.nodes, {
    redisOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxRetriesPerRequest,
      ...credentials,
      ...(tls && { tls }),
    },
    enableOfflineQueue,
    shardedSubscribers: true,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    clusterRetryStrategy: retryDelayMs,
    // A certificate is made out to the name that was given, not to the address it resolves to.
    ...(tls && { dnsLookup: (name, found) => found(null, name) }),
  })
}

/** Jitter: the nodes of a cluster must not come back as a herd. */
export function retryDelayMs(attempt: number): number {
  return 50 + Math.random() * Math.min(MAX_RETRY_DELAY_MS, 100 * attempt)
}

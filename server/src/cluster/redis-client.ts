/** Creates the client for an address: one of ioredis' three kinds, with its TLS options and credentials. */
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
    // subscriptions.ts resubscribes itself, in the order it needs and with refusals handled.
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
    // A certificate is issued for the configured name, not for the address it resolves to.
    ...(tls && { dnsLookup: (name, found) => found(null, name) }),
  })
}

/** Jitter, so that the nodes of a cluster do not all reconnect at once. */
export function retryDelayMs(attempt: number): number {
  return 50 + Math.random() * Math.min(MAX_RETRY_DELAY_MS, 100 * attempt)
}

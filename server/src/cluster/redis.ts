/**
 * The connections of this node to Redis, and whether Redis answers. Nothing here may make anybody wait: while Redis
 * is away every command is refused at once, and a command that is late counts as refused (its caller goes on with
 * what this node knows). Owns the connections; what is stored and published is for others.
 */
import { setImmediate } from 'node:timers/promises'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../log.js'
import type { Metrics } from '../metrics.js'
import { namesOf, type RedisNames } from './keys.js'
import { parseRedisUrl } from './redis-address.js'

export type RedisClient = Redis | Cluster

/** Redis cannot answer just now, or did not in time. */
export class RedisAway extends Error {
  override readonly name = 'RedisAway'
}

/** A Lua script: runs as one step, on keys of one slot. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

export interface RedisLink {
  /** Of all that this deployment keeps there. */
  readonly names: RedisNames
  /** For the adapter alone. */
  readonly publisher: RedisClient
  readonly subscriber: RedisClient
  /** It answers in time. */
  readonly isUp: boolean
  /** What is published is not lost, though it may be late. */
  readonly isConnected: boolean
  /** @throws RedisAway at once while Redis is away, and after the deadline */
  run<T>(command: (client: RedisClient) => Promise<T>, deadlineMs?: number): Promise<T>
  /** @param keyCount where it is always the same */
  script(name: string, lua: string, keyCount?: number): RedisScript
  /** Redis was away and is back, with all subscriptions: what was told meanwhile is lost. @returns the undo */
  onBack(listener: () => void): () => void
  close(): void
}

const CONNECT_TIMEOUT_MS = 2_000
const PULSE_EVERY_MS = 1_000
/** A connection that is silent for so long is half open, and replaced. */
const PULSE_TIMEOUT_MS = 2_000
/** Long for a network of one's own, short for someone who waits. */
const DEADLINE_MS = 1_000
const MAX_RETRY_DELAY_MS = 1_000

export function openRedis(parts: { url: string; deployment: string; metrics: Metrics; log: Log }): RedisLink {
  const { url, metrics, log } = parts
  const address = parseRedisUrl(url)
  const listeners = new Set<() => void>()
  /** `slow`: it is connected but was late; skipped until the next pulse. `away`: what was published is lost. */
  let state: 'away' | 'slow' | 'up' = 'away'
  const openedAt = performance.now()
  let isAwayTold = false
  let lastFault: string | undefined
  let wasUp = false
  let isClosed = false

  // Fails at once where it cannot be sent. No automatic pipelining: a connection that closes in the middle of one
  // ends the process (ioredis 5.11, "results[i] is not iterable").
  const impatient = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  }
  const publisher = connect(impatient)
  const subscriber = connect({ maxRetriesPerRequest: null })
  const commands = connect(impatient)
  const clients = [publisher, subscriber, commands]

  function connect(options: RedisOptions): RedisClient {
    const common: RedisOptions = {
      ...options,
      connectTimeout: CONNECT_TIMEOUT_MS,
      retryStrategy: retryDelayMs,
      // After a failover the old master answers as a replica: find the new one.
      reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
    }
    const client = open(common)
    // Of every failed attempt; that Redis is away is logged once, with the last of them.
    client.on('error', (error: Error) => (lastFault = error.message))
    client.on('close', () => leave('connection closed'))
    // Whatever made it give up, such as a failover in the middle of its search for the master: a node never does.
    client.on('end', () => {
      leave('connection ended')
      if (!isClosed) setTimeout(() => !isClosed && void client.connect().catch(() => {}), retryDelayMs(1))
    })
    client.on('ready', () => void pulse())
    return client
  }

  function open(options: RedisOptions): RedisClient {
    if (address.kind === 'single') return new Redis(address.url, options)
    if (address.kind === 'sentinel') {
      return new Redis({
        ...options,
        ...address.credentials,
        sentinels: address.sentinels,
        name: address.name,
        db: address.db,
        sentinelRetryStrategy: retryDelayMs,
      })
    }
    const { connectTimeout, maxRetriesPerRequest, enableOfflineQueue = true } = options
    const cluster = new Cluster(address.nodes, {
      redisOptions: { connectTimeout, maxRetriesPerRequest, ...address.credentials },
      enableOfflineQueue,
      shardedSubscribers: true,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      clusterRetryStrategy: retryDelayMs,
    })
    // A slot has moved, or a master has: what was published before its new subscription is lost.
    cluster.on('subscribersReady', () => state === 'up' && tellBack())
    return cluster
  }

  function leave(reason: string): void {
    if (isClosed || isAwayTold) return
    state = 'away'
    isAwayTold = true
    metrics.redisUp.set(0)
    log.warn({ reason, lastFault }, 'Redis is away; this node goes on alone')
  }

  function arrive(): void {
    const before = state
    state = 'up'
    isAwayTold = false
    lastFault = undefined
    metrics.redisUp.set(1)
    if (before !== 'away') return
    log.info(wasUp ? 'Redis is back' : 'Redis is there')
    wasUp = true
    tellBack()
  }

  function tellBack(): void {
    for (const listener of listeners) listener()
  }

  let isPulsing = false
  /**
   * All three connections answer: on the subscriber's, that comes after its renewed subscriptions. Those of a Redis
   * Cluster have connections of their own, which the client watches itself.
   */
  async function pulse(): Promise<void> {
    if (isPulsing || isClosed) return
    if (!clients.every((client) => client.status === 'ready')) {
      // Not yet connected is not away.
      if (performance.now() - openedAt > CONNECT_TIMEOUT_MS) leave('not connected')
      return
    }
    isPulsing = true
    try {
      await Promise.all(clients.map((client) => inTime(client.ping(), PULSE_TIMEOUT_MS)))
      if (clients.every((client) => client.status === 'ready')) arrive()
    } catch (error) {
      if (isClosed) return
      leave('no answer')
      // Only a half-open connection is replaced; one that is being made is left to it.
      if (error instanceof Late)
        for (const client of clients) if (client.status === 'ready') client.disconnect(true)
    } finally {
      isPulsing = false
    }
  }

  const timer = setInterval(() => void pulse(), PULSE_EVERY_MS)

  async function run<T>(command: (client: RedisClient) => Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
    if (state !== 'up') throw new RedisAway('unable to ask Redis; it is away')
    try {
      return await inTime(command(commands), deadlineMs)
    } catch (error) {
      if (error instanceof Late && state === 'up') state = 'slow'
      if (isReply(error)) {
        // Its arguments are people's names, which belong into no log.
        delete error.command
        throw error
      }
      throw new RedisAway('unable to ask Redis; no answer', { cause: error })
    }
  }

  return {
    names: namesOf(parts.deployment),
    publisher,
    subscriber,
    get isUp() {
      return state === 'up'
    },
    get isConnected() {
      return state !== 'away'
    },
    run,
    script(name, lua, keyCount) {
      commands.defineCommand(name, { lua, ...(keyCount !== undefined && { numberOfKeys: keyCount }) })
      return (keys, args) =>
        run((client) =>
          (client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!(
            ...(keyCount === undefined ? [keys.length] : []),
            ...keys,
            ...args,
          ),
        )
    },
    onBack(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      isClosed = true
      clearInterval(timer)
      for (const client of clients) client.disconnect()
    },
  }
}

export class Late extends Error {}

/** @throws Late. An answer that is there, only not read yet because this process was busy, is in time. */
export async function inTime<T>(answer: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => void setImmediate().then(() => fail(new Late('no answer in time'))), deadlineMs)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Redis answered, with an error of its own: the command was wrong, not the connection. */
function isReply(error: unknown): error is Error & { command?: unknown } {
  return (
    error instanceof Error &&
    error.name === 'ReplyError' &&
    !/^(CLUSTERDOWN|LOADING|READONLY|TRYAGAIN)/.test(error.message)
  )
}

/** Jitter: the nodes of a cluster must not come back as a herd. */
function retryDelayMs(attempt: number): number {
  return 50 + Math.random() * Math.min(MAX_RETRY_DELAY_MS, 100 * attempt)
}

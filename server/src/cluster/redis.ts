/**
 * This node's connections to Redis, whether Redis answers, and what it refuses. Nothing here may make anybody wait:
 * while Redis is down every command is refused immediately, and a late one counts as refused (its caller continues with
 * what this node knows). Owns the connections, not the data that is stored and published.
 */
import type { RedisOptions } from 'ioredis'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { inTime, Late } from './in-time.js'
import { PROBE } from './probe.js'
import { namesOf, type RedisNames } from './keys.js'
import { parseRedisUrl } from './redis-address.js'
import { CONNECT_TIMEOUT_MS, openClient, retryDelayMs, type RedisClient } from './redis-client.js'
import { codeOf, isReply, meaningOf } from './redis-replies.js'
import { createSubscriptions, type Subscriptions } from './subscriptions.js'

/** Redis cannot answer now, did not answer in time, or refuses the command. */
export class RedisAway extends Error {
  override readonly name = 'RedisAway'
}

/** A Lua script: runs as one step, on keys of one slot. */
export type RedisScript = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/** What nodes need from Redis, which may grant one and refuse another. */
export type Need = 'publish' | 'subscribe' | 'store'

export interface RedisLink {
  /** The names of everything this deployment keeps there. */
  readonly names: RedisNames
  /** For the adapter only. */
  readonly publisher: RedisClient
  readonly subscriptions: Subscriptions
  /** Whether Redis answers in time. */
  readonly isUp: boolean
  /** Whether published messages get through, even if late. */
  readonly isConnected: boolean
  /** What is unavailable and why, for `/readyz`: without addresses, names, or messages from Redis. */
  readonly fault: string | undefined
  /** @throws RedisAway immediately while Redis is down, otherwise after the deadline */
  run<T>(command: (client: RedisClient) => Promise<T>, deadlineMs?: number): Promise<T>
  /** @param keyCount if it is always the same */
  script(name: string, lua: string, keyCount?: number): RedisScript
  /** Publishing failed: an error reply makes this node degraded until publishing is granted again. */
  onUnpublished(error: unknown): void
  /**
   * Called when Redis was down or refused something and is back with all subscriptions: everything published meanwhile
   * is lost. @returns the undo
   */
  onBack(listener: () => void): () => void
  close(): void
}

const PULSE_EVERY_MS = 1_000
/** A connection that is silent for this long is half open and is replaced. */
const PULSE_TIMEOUT_MS = 2_000
/** Long for a local network, short for a person who waits. */
const DEADLINE_MS = 1_000
/**
 * If an operation was refused but the pulse is not, permission counts as granted again after this long without a
 * refusal.
 */
const QUIET_MS = 5_000

const WITHOUT: Record<Need, string> = {
  publish: 'nodes cannot hear each other',
  subscribe: 'nodes cannot hear each other',
  store: 'nodes cannot share who is there and what is used up',
}

/** `slow`: connected but late; skipped until the next pulse. `away`: published messages are lost. */
type State = 'away' | 'slow' | 'up'

export function openRedis(parts: {
  url: string
  deployment: string
  metrics: Metrics
  log: Logger
}): RedisLink {
  const { metrics, log } = parts
  const names = namesOf(parts.deployment)
  const address = parseRedisUrl(parts.url)
  const listeners = new Set<() => void>()
  const openedAt = performance.now()
  let state: State = 'away'
  let isClosed = false
  let wasUp = false
  /** The error of the last failed attempt since Redis was available. */
  let lastFault: Error | undefined
  let awayCode = 'no answer'
  /** The error codes of this outage that were logged. */
  const loggedCodes = new Set<string>()
  const refusals = new Map<Need, { code: string; until: number }>()

  // A command that cannot be sent fails immediately. No automatic pipelining: a connection that closes in the middle of
  // one ends the process (ioredis 5.11, "results[i] is not iterable").
  const impatient = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  }
  const publisher = connect(impatient)
  const subscriber = connect({ maxRetriesPerRequest: null })
  const commands = connect(impatient)
  const clients = [publisher, subscriber, commands]
  const subscriptions = createSubscriptions(subscriber, (error) => refuseOperation('subscribe', error))
  let isSubscriberNew = true
  subscriber.on('ready', () => (isSubscriberNew = true))
  for (const client of clients) client.on('ready', () => void pulse())

  function connect(options: RedisOptions): RedisClient {
    const client = openClient(address, options)
    // Emitted for every failed attempt; the outage is logged once, with the last error.
    client.on('error', (error: Error) => (lastFault = error))
    client.on('close', () => leave('connection closed'))
    // The client may give up, for example if a failover interrupts its search for the master; a node never does.
    client.on('end', () => {
      leave('connection ended')
      if (!isClosed) setTimeout(() => !isClosed && void client.connect().catch(() => {}), retryDelayMs(1))
    })
    // A slot or a master has moved: everything published before the new subscription is lost.
    if (client.isCluster) client.on('subscribersReady', () => state === 'up' && announceBack())
    return client
  }

  function leave(reason: string, fault: Error | undefined = lastFault): void {
    if (isClosed) return
    state = 'away'
    refusals.clear()
    metrics.redisUp.set(0)
    awayCode = codeOf(fault)
    // Logged once, and again if Redis itself gives a more precise reason than the network did.
    if (loggedCodes.size > 0 && !(isReply(fault) && !loggedCodes.has(awayCode))) return
    loggedCodes.add(awayCode)
    log.warn({ reason, lastFault: fault?.message }, 'Redis is away; this node goes on alone')
  }

  function arrive(): void {
    const before = state
    const wasAwayLogged = loggedCodes.size > 0
    state = 'up'
    lastFault = undefined
    loggedCodes.clear()
    showUp()
    if (before !== 'away') return
    const message = wasUp ? 'Redis is back' : 'Redis is there'
    // At startup nothing has changed.
    if (wasAwayLogged) log.info(message)
    else log.debug(message)
    wasUp = true
    announceBack()
  }

  const showUp = () => metrics.redisUp.set(state !== 'away' && refusals.size === 0 ? 1 : 0)

  function announceBack(): void {
    subscriptions.restore()
    for (const listener of listeners) listener()
  }

  /** Refused to an operation, which may not be repeated for a long time. */
  function refuseOperation(need: Need, error: unknown): void {
    if (isReply(error) && meaningOf(error) !== 'away') refuse(need, error, performance.now() + QUIET_MS)
  }

  function refuse(need: Need, error: Error, until = 0): void {
    if (isClosed || state === 'away') return
    const code = codeOf(error)
    metrics.redisRefusals.inc({ code })
    const before = new Map(refusals)
    const known = refusals.get(need)
    refusals.set(need, { code, until: Math.max(until, known?.until ?? 0) })
    showUp()
    // Losing either publishing or subscribing counts as the same outage.
    const isLogged = [...before].some(
      ([other, refusal]) => WITHOUT[other] === WITHOUT[need] && refusal.code === code,
    )
    if (isLogged) return
    log.warn({ reason: error.message }, `Redis refuses what this node needs; ${WITHOUT[need]}`)
  }

  function grant(granted: readonly Need[]): void {
    const before = refusals.size
    for (const need of granted)
      if (performance.now() > (refusals.get(need)?.until ?? Infinity)) refusals.delete(need)
    if (before === 0 || refusals.size > 0) return
    showUp()
    log.info('Redis grants again what this node needs')
    announceBack()
  }

  const probes: Record<Need, () => Promise<unknown>> = {
    publish: () => publisher.spublish(`${names.probe}#out`, ''),
    // The client itself monitors these connections.
    subscribe: () =>
      subscriptions.probe(`${names.probe}#in`).catch((error: unknown) => {
        if (!subscriber.isCluster || isReply(error)) throw error
      }),
    store: async () => {
      // For a database number that Redis does not have, the client silently uses database 0.
      if (state === 'away' && 'db' in address && address.db > 0) await commands.select(address.db)
      return probeScript([names.probe], [])
    },
  }

  let isPulsing = false
  /**
   * Checks that all three connections answer and that the nodes' needs are granted. On the subscriber's connection this
   * comes after its renewed subscriptions.
   */
  async function pulse(): Promise<void> {
    if (isPulsing || isClosed) return
    if (!clients.every((client) => client.status === 'ready')) {
      // Not yet connected does not count as an outage.
      if (performance.now() - openedAt > CONNECT_TIMEOUT_MS) leave('not connected')
      return
    }
    isPulsing = true
    try {
      if (isSubscriberNew) subscriptions.restore()
      isSubscriberNew = false
      const needs = Object.keys(probes) as Need[]
      const answers = await Promise.all(needs.map((need) => answerOf(probes[need]())))
      if (!isClosed) judge(needs.map((need, index) => [need, answers[index]]))
    } finally {
      isPulsing = false
    }
  }

  function judge(answers: [Need, Error | undefined][]): void {
    const away = answers.find(([, error]) => error && !(isReply(error) && meaningOf(error) !== 'away'))?.[1]
    if (away) {
      leave(isReply(away) ? away.message : 'no answer', isReply(away) ? away : lastFault)
      // Replaces a half-open connection, but not one that is still connecting. After a failover the old master answers
      // as a replica; reconnecting finds the new one.
      if (away instanceof Late || codeOf(away) === 'READONLY')
        for (const client of clients) if (client.status === 'ready') client.disconnect(true)
      return
    }
    if (!clients.every((client) => client.status === 'ready')) return
    arrive()
    for (const [need, error] of answers) if (error) refuse(need, error)
    grant(answers.flatMap(([need, error]) => (error ? [] : [need])))
  }

  const timer = setInterval(() => void pulse(), PULSE_EVERY_MS)

  async function run<T>(command: (client: RedisClient) => Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
    if (state !== 'up') throw new RedisAway('unable to ask Redis; it is away')
    try {
      return await inTime(command(commands), deadlineMs)
    } catch (error) {
      if (error instanceof Late && state === 'up') state = 'slow'
      if (!isReply(error)) throw new RedisAway('unable to ask Redis; no answer', { cause: error })
      // The arguments contain people's names, which must not be logged.
      delete error.command
      if (meaningOf(error) === 'fault') throw error
      refuseOperation('store', error)
      throw new RedisAway(`unable to ask Redis; ${codeOf(error)}`, { cause: error })
    }
  }

  function script(name: string, lua: string, keyCount?: number): RedisScript {
    const call = define(commands, name, lua, keyCount)
    return (keys, args) => run(() => call(keys, args))
  }
  const probeScript = define(commands, 'alcoveProbe', PROBE, 1)

  return {
    names,
    publisher,
    subscriptions,
    get isUp() {
      return state === 'up'
    },
    get isConnected() {
      return state !== 'away'
    },
    get fault() {
      if (state !== 'up') return state === 'away' ? awayCode : 'no answer'
      const [refused] = refusals
      return refused && `${WITHOUT[refused[0]]}: ${refused[1].code}`
    },
    run,
    script,
    onUnpublished: (error) => refuseOperation('publish', error),
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

function define(client: RedisClient, name: string, lua: string, keyCount: number | undefined): RedisScript {
  client.defineCommand(name, { lua, ...(keyCount !== undefined && { numberOfKeys: keyCount }) })
  return (keys, args) =>
    (client as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[name]!(
      ...(keyCount === undefined ? [keys.length] : []),
      ...keys,
      ...args,
    )
}

/** @returns the problem, if any */
async function answerOf(probe: Promise<unknown>): Promise<Error | undefined> {
  try {
    await inTime(probe, PULSE_TIMEOUT_MS)
    return undefined
  } catch (error) {
    return error as Error
  }
}

/**
 * Takes facts to the clients in a channel, and to the other nodes over Redis' sharded channels. Local clients never wait
 * for Redis. What cannot be published is dropped: readers elsewhere find it by the head check (P5). What other nodes
 * tell goes to the rooms of this one, which tell their readers; what no node of ours would say is dropped here.
 */
import { randomUUID } from 'node:crypto'
import type { RoomChanged, ServerToClientEvents } from '@alcove/sdk/protocol'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { broadcast } from './broadcast.js'
import type { SocketServer } from './socket-server.js'
import { parseClusterMessage, type ReceivedMessage, type ClusterMessage } from './cluster-message.js'
import type { RedisLink } from '../cluster/redis.js'

export interface FanOut {
  /** Other nodes with somebody in the channel, for their clients. Waits for nothing; ours are not reported. */
  publish(channel: string, fact: RoomChanged): void
  /** Everyone in the channel on this node. @returns as `broadcast` */
  deliver<E extends keyof ServerToClientEvents>(channel: string, event: E, fact: FactOf<E>): number
  /** Other nodes, not their clients: those with somebody in the channel, or all of them. */
  send(channel: string | 'all', message: ClusterMessage): void
  /** Once what others tell in the channel reaches this node; at once where there are no others. Never rejects. */
  subscribed(channel: string): Promise<void>
  /** Subscribes again where frames were found missing: a lost subscription is otherwise silent. */
  renew(channel: string): void
}

type FactOf<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0]

/** Called for facts and notes of other nodes. @param bytes of all that came */
export type Receive = (channel: string, received: ReceivedMessage, bytes: number) => void

/** What may wait for Redis to take it. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
/** A reader waits no longer for a subscription: the head check finds what was missed. */
const SUBSCRIBE_TIMEOUT_MS = 1_000

/** The form of Socket.IO's sharded Redis adapter: a broadcast of an event. */
const BROADCAST = 3
const EVENT = 2

export function createLocalFanOut(io: SocketServer): FanOut {
  const deliver: FanOut['deliver'] = (channel, event, fact) => broadcast(io, channel, event, fact)
  return { publish() {}, deliver, send() {}, subscribed: () => Promise.resolve(), renew() {} }
}

export function createRedisFanOut(parts: {
  io: SocketServer
  redis: RedisLink
  receive: Receive
  metrics: Metrics
  log: Logger
}): FanOut {
  const { io, redis, receive, metrics, log } = parts
  const { publisher, subscriptions } = redis
  const { adapter } = io.sockets
  const { deliver } = createLocalFanOut(io)
  const uid = randomUUID()
  /** Where all nodes listen. */
  const everywhere = `${redis.names.prefix}#/#`
  const addressOf = (channel: string) => `${everywhere}${channel}#`

  subscriptions.subscribe(everywhere)
  // Every socket is also alone in a room of its own.
  adapter.on('create-room', (channel: string) => {
    if (!adapter.sids.has(channel)) subscriptions.subscribe(addressOf(channel))
  })
  adapter.on('delete-room', (channel: string) => {
    if (!adapter.sids.has(channel)) subscriptions.unsubscribe(addressOf(channel))
  })

  /** Bounds what waits for a Redis that takes nothing. */
  let unsentBytes = 0
  function say(rooms: string[], event: string, fact: object): void {
    if (!redis.isConnected || unsentBytes > MAX_UNSENT_BYTES) return metrics.unpublished.inc()
    const packet = { type: EVENT, data: [event, fact], nsp: '/' }
    const data = { packet, opts: { rooms, except: [], flags: {} } }
    const message = JSON.stringify({ uid, type: BROADCAST, data, nsp: '/' })
    const bytes = Buffer.byteLength(message)
    unsentBytes += bytes
    const [channel] = rooms
    publisher
      .spublish(channel === undefined ? everywhere : addressOf(channel), message)
      .catch((error: unknown) => {
        redis.onUnpublished(error)
        metrics.unpublished.inc()
      })
      .finally(() => (unsentBytes -= bytes))
  }

  const ownWords = `{"uid":"${uid}"`
  subscriptions.onMessage((raw) => {
    // Redis sends everything back to its author too.
    if (raw.toString('latin1', 0, ownWords.length) === ownWords) return
    try {
      const message = parseClusterMessage(JSON.parse(raw.toString()))
      if (message) receive(message.channel, message.received, raw.length)
      else reject('message')
    } catch (error) {
      reject('message', error)
    }
  })

  const reported = new Set<string>()
  function reject(kind: string, error?: unknown): void {
    metrics.clusterNonsense.inc({ kind })
    if (reported.has(kind)) return
    reported.add(kind)
    log.warn(
      { kind, ...(error !== undefined && { err: error }) },
      'something else writes into our part of Redis; it is ignored and counted',
    )
  }

  return {
    deliver,
    publish: (channel, fact) => say([channel], 'room:changed', fact),
    send: (channel, message) => say(channel === 'all' ? [] : [channel], message.kind, message),
    async subscribed(channel) {
      // Nothing is published while Redis is away; what was missed is looked for when it is back.
      if (!redis.isConnected) return
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((done) => (timer = setTimeout(done, SUBSCRIBE_TIMEOUT_MS)))
      await Promise.race([subscriptions.of(addressOf(channel)), late])
      clearTimeout(timer)
    },
    renew: (channel) => subscriptions.renew(addressOf(channel)),
  }
}

/**
 * Delivers facts to the clients in a channel, and to the other nodes through the official Redis adapter. Local clients
 * never wait for Redis. Facts that cannot be published are dropped: readers on other nodes recover through the head
 * check (P5). Facts from other nodes go to the rooms of this node, which deliver them to their readers; messages that
 * none of our nodes would send are dropped here.
 */
import { createShardedAdapter } from '@socket.io/redis-adapter'
import type { RoomChanged, ServerToClientEvents } from '@alcove/sdk/protocol'
import type { Logger } from '../process/logger.js'
import type { Metrics } from '../metrics.js'
import { broadcast } from './broadcast.js'
import type { LocalSockets, SocketServer } from './socket-server.js'
import {
  parseClusterMessage,
  type ClusterMessage,
  type ReceivedMessage,
  type Receivers,
} from './cluster-message.js'
import type { RedisLink } from '../cluster/redis.js'

export interface FanOut {
  /**
   * Publishes to other nodes with somebody in the channel, for their clients. Does not wait; our own messages are not
   * reported back.
   */
  publish(channel: string, fact: RoomChanged): void
  /** Delivers to everyone in the channel on this node. @returns as `broadcast` does */
  deliver<E extends keyof ServerToClientEvents>(channel: string, event: E, fact: FactOf<E>): number
  /** Sends to other nodes, not to their clients: those with somebody in the channel, or all of them. */
  send(channel: string | 'all', message: ClusterMessage): void
  /**
   * Resolves once facts of other nodes in the channel reach this node; immediately if there are no others. Never
   * rejects.
   */
  subscribed(channel: string): Promise<void>
  /** Subscribes again after frames were missing, because a lost subscription is otherwise silent. */
  renew(channel: string): void
}

type FactOf<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0]

/** How much may wait to be written to Redis. */
const MAX_UNSENT_BYTES = 4 * 1024 * 1024
/** The longest a reader waits for a subscription; the head check finds anything missed. */
const SUBSCRIBE_TIMEOUT_MS = 1_000

export function createLocalFanOut(io: LocalSockets): FanOut {
  const deliver: FanOut['deliver'] = (channel, event, fact) => broadcast(io, channel, event, fact)
  return { publish() {}, deliver, send() {}, subscribed: () => Promise.resolve(), renew() {} }
}

/** The parts of the adapter that it exposes to subclasses. */
interface Adapter {
  publish(message: object): void
  doPublish(message: object): Promise<string>
  encode(message: object): string | Buffer
  onRawMessage(raw: Buffer, channel: Buffer): void
  onMessage(message: unknown): void
  readonly uid: string
}

const BROADCAST = 3

export function createRedisFanOut(parts: {
  io: SocketServer
  redis: RedisLink
  receivers: () => Receivers
  metrics: Metrics
  log: Logger
}): FanOut {
  const { io, redis, metrics, log } = parts
  const { subscriptions } = redis
  const createAdapter = createShardedAdapter(redis.publisher, subscriptions.client, {
    channelPrefix: redis.names.prefix,
    subscriptionMode: 'dynamic',
  })
  let adapter: Adapter | undefined
  io.adapter(function (namespace: unknown) {
    const made = createAdapter(namespace) as unknown as Adapter
    guard(made)
    adapter ??= made
    return made
  } as never)
  const { deliver } = createLocalFanOut(io)

  /** Bounds the queue to a Redis that accepts nothing, and admits only messages of our own nodes. */
  function guard(made: Adapter): void {
    const { doPublish, onRawMessage } = made
    /** `say` below puts the uid first. */
    const ownWords = `{"uid":"${made.uid}"`
    let unsentBytes = 0
    let encodedBytes = 0
    // Facts are JSON and need not be searched for binary parts.
    made.encode = (message) => {
      const encoded = JSON.stringify(message)
      encodedBytes = Buffer.byteLength(encoded)
      return encoded
    }
    made.doPublish = async (message) => {
      if (!redis.isConnected || unsentBytes > MAX_UNSENT_BYTES) {
        metrics.unpublished.inc()
        return ''
      }
      const publishing = doPublish.call(made, message)
      const bytes = encodedBytes
      unsentBytes += bytes
      try {
        return await publishing
      } catch (error) {
        redis.onUnpublished(error)
        metrics.unpublished.inc()
        return ''
      } finally {
        unsentBytes -= bytes
      }
    }
    let isUnderstood = false
    let bytes = 0
    made.onRawMessage = (raw, channel) => {
      // Redis delivers a published message to its sender as well.
      if (raw.toString('latin1', 0, ownWords.length) === ownWords) return
      isUnderstood = false
      bytes = raw.length
      try {
        onRawMessage.call(made, raw, channel)
        // The adapter silently drops undecodable messages, and answers to requests we never make.
        if (!isUnderstood) reject('message')
      } catch (error) {
        reject('message', error)
      }
    }
    made.onMessage = (message) => {
      isUnderstood = true
      // Messages that Socket.IO publishes itself are ours as well, and have the uid last.
      if ((message as { uid?: unknown } | null)?.uid === made.uid) return
      const parsed = parseClusterMessage(message)
      if (parsed === undefined) return reject('message')
      const { channel, received } = parsed
      receive(channel, received, bytes)
    }
  }

  let receivers: Receivers | undefined
  function receive<M extends ReceivedMessage>(channel: string, received: M, bytes: number): void {
    receivers ??= parts.receivers()
    const take = receivers[received.kind as M['kind']] as (
      channel: string,
      received: M,
      bytes: number,
    ) => void
    take(channel, received, bytes)
  }

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

  function say(rooms: string[], event: string, fact: object): void {
    adapter?.publish({
      uid: adapter.uid,
      type: BROADCAST,
      data: {
        packet: { type: 2, data: [event, fact], nsp: '/' },
        opts: { rooms, except: [], flags: {} },
      },
    })
  }

  return {
    deliver,
    publish: (channel, fact) => say([channel], 'room:changed', fact),
    send: (channel, message) => say(channel === 'all' ? [] : [channel], message.kind, message),
    async subscribed(channel) {
      // Nothing is published while Redis is down; missed facts are recovered when it returns.
      if (!redis.isConnected) return
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((done) => (timer = setTimeout(done, SUBSCRIBE_TIMEOUT_MS)))
      await Promise.race([subscriptions.of(`${redis.names.prefix}#/#${channel}#`), late])
      clearTimeout(timer)
    },
    renew: (channel) => subscriptions.renew(`${redis.names.prefix}#/#${channel}#`),
  }
}

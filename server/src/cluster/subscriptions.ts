/**
 * The channels this node listens to. The adapter does not wait for its subscriptions, and nobody would learn of one that
 * fails: here they are kept, renewed on every new connection, and a refusal is reported.
 */
import type { RedisClient } from './redis-client.js'

export interface Subscriptions {
  /** The subscriber as the adapter uses it. */
  readonly client: object
  /** Settles once what is published in the channel reaches this node, or cannot; undefined where nobody asked for it. */
  of(channel: string): Promise<unknown> | undefined
  /** Where frames were found missing: a lost subscription is otherwise silent. */
  renew(channel: string): void
  /** Where the connection is new, or what was refused may be granted now. */
  restore(): void
  /** @throws what Redis answers to a subscription */
  probe(channel: string): Promise<unknown>
}

/** A client that gave up has forgotten its channels. Clients of a Redis Cluster keep them by themselves, and each one as often as it was asked for. */
export function createSubscriptions(
  subscriber: RedisClient,
  onFailed: (error: unknown) => void,
): Subscriptions {
  const open = new Map<string, Promise<unknown>>()
  const failed = new Set<string>()

  function subscribeAgain(channel: string): Promise<unknown> {
    if (subscriber.isCluster) void subscriber.sunsubscribe(channel).catch(() => {})
    return subscriber.ssubscribe(channel)
  }

  function follow(channel: string, answer: Promise<unknown>): Promise<unknown> {
    const subscribing = answer.then(
      () => failed.delete(channel),
      (error: unknown) => {
        if (open.has(channel)) failed.add(channel)
        onFailed(error)
      },
    )
    open.set(channel, subscribing)
    return subscribing
  }

  function stop(channel: string): Promise<unknown> {
    open.delete(channel)
    failed.delete(channel)
    return subscriber.sunsubscribe(channel).catch(() => {})
  }

  return {
    client: {
      on: subscriber.on.bind(subscriber),
      ssubscribe: (channel: string) => follow(channel, subscriber.ssubscribe(channel)),
      sunsubscribe: stop,
    },
    of: (channel) => open.get(channel),
    renew: (channel) => void (open.has(channel) && follow(channel, subscribeAgain(channel))),
    restore() {
      for (const channel of [...(subscriber.isCluster ? failed : open.keys())])
        void follow(channel, subscribeAgain(channel))
    },
    probe: subscribeAgain,
  }
}

/**
 * The channels this node is subscribed to. The adapter does not wait for its subscriptions, so a failed one would go
 * unnoticed: here they are kept, renewed on every new connection, and refusals are reported.
 */
import type { RedisClient } from './redis-client.js'

export interface Subscriptions {
  /** The subscriber as the adapter uses it. */
  readonly client: object
  /** Settles once facts published in the channel reach this node, or cannot; undefined if nobody subscribed. */
  of(channel: string): Promise<unknown> | undefined
  /** Called when frames were missing, because a lost subscription is otherwise silent. */
  renew(channel: string): void
  /** Called when the connection is new, or a refused subscription may be granted now. */
  restore(): void
  /** @throws the error reply of Redis to a subscription */
  probe(channel: string): Promise<unknown>
}

/**
 * A client that gave up has forgotten its channels. Redis Cluster clients remember them, each as often as it was
 * requested.
 */
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

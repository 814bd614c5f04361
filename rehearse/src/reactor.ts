/**
 * Reacts to what was written lately, adds and takes back, whatever the connection does; notes what became of each. Often it
 * asks for what is so already: that must change nothing.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, type Person } from './client.js'
import type { Random } from './processes/random.js'
import type { Reacted } from './records.js'

/** Few, so that people meet in them. One is of several code points. */
const EMOJI = ['👍', '❤️', '😂', '👩‍💻'] as const
/** Of the messages shown, those one still looks at. */
const LATELY = 20
/** So many unanswered reactions, and one waits: the SDK's outbox holds 100 entries. */
const MAX_WAITING = 20
/** Of so many reactions one asks for what is so already. */
const REPEATED = 4

export interface Reactor {
  /** In the order they were asked for. */
  readonly reactions: readonly Reacted[]
  readonly waiting: number
  start(): void
  stop(): void
}

export interface ReactingHabits {
  random: Random
  pauseMs: readonly [least: number, most: number]
}

/** Somebody who may not react does nothing. */
export function createReactor({ room }: Person, { random, pauseMs }: ReactingHabits): Reactor {
  const reactions: Reacted[] = []
  let isReacting = false
  let waiting = 0

  function react(): void {
    const standing = room.messages.slice(-LATELY).filter(({ state, deleted }) => state === 'sent' && !deleted)
    const message = standing[random.int(standing.length)]
    if (!message || !room.capabilities.includes('react')) return
    const emoji = random.pick(EMOJI)
    const isMine = message.reactions.some((reaction) => reaction.emoji === emoji && reaction.mine)
    const on = (random.int(REPEATED) === 0) === isMine
    const reacted: Reacted = { message: message.id, emoji, on, outcome: { kind: 'waiting' } }
    reactions.push(reacted)
    waiting += 1
    ;(on ? room.react(message.id, emoji) : room.unreact(message.id, emoji))
      .then(
        () => (reacted.outcome = { kind: 'acked' }),
        (error: unknown) => (reacted.outcome = { kind: 'failed', code: codeOf(error) }),
      )
      .finally(() => (waiting -= 1))
  }

  async function reactOn(): Promise<void> {
    while (isReacting) {
      if (waiting < MAX_WAITING) react()
      await delay(random.between(...pauseMs))
    }
  }

  return {
    reactions,
    get waiting() {
      return waiting
    },
    start() {
      if (isReacting) return
      isReacting = true
      void reactOn()
    },
    stop: () => void (isReacting = false),
  }
}

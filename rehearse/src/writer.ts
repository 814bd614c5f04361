/** Writes without waiting for acks, as people do, and notes what became of each message. */
import { setTimeout as delay } from 'node:timers/promises'
import { ChatError } from '@alcove/sdk'
import type { Person } from './client.js'
import type { Random } from './processes/random.js'
import type { Sent, WriterRecord } from './records.js'

/** So many unanswered messages, and a writer waits: the SDK's outbox holds 100. */
const MAX_WAITING = 20

export interface Writer extends WriterRecord {
  readonly person: Person
  readonly sent: Sent[]
  readonly waiting: number
  start(): void
  stop(): void
  /** One message now. */
  write(): Sent
}

export interface WritingHabits {
  random: Random
  /** Begins every text. */
  mark: string
  pauseMs: readonly [least: number, most: number]
  characters: readonly [least: number, most: number]
}

export function createWriter(person: Person, { random, mark, pauseMs, characters }: WritingHabits): Writer {
  const sent: Sent[] = []
  let isWriting = false
  let waiting = 0

  function write(): Sent {
    const beginning = `${mark}${person.name}:${sent.length}:`
    const message: Sent = {
      text: beginning.padEnd(random.between(...characters), 'x'),
      at: performance.now(),
      outcome: { kind: 'waiting' },
    }
    sent.push(message)
    waiting += 1
    person.room
      .send(message.text)
      .then(
        ({ id, seq }) => (message.outcome = { kind: 'acked', id, seq: seq ?? 0, at: performance.now() }),
        (error: unknown) =>
          (message.outcome = {
            kind: 'failed',
            code: error instanceof ChatError ? error.code : String(error),
          }),
      )
      .finally(() => (waiting -= 1))
    return message
  }

  async function writeOn(): Promise<void> {
    while (isWriting) {
      if (waiting < MAX_WAITING) write()
      await delay(random.between(...pauseMs))
    }
  }

  return {
    name: person.name,
    proxy: person.proxy,
    person,
    sent,
    get waiting() {
      return waiting
    },
    start() {
      if (isWriting) return
      isWriting = true
      void writeOn()
    },
    stop: () => void (isWriting = false),
    write,
  }
}

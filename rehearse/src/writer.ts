/** Writes without waiting for acks, and edits and deletes now and then, as people do; records the outcome of each. */
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf, type Person } from './client.js'
import type { Random } from './processes/random.js'
import type { Changed, Sent, WriterRecord } from './records.js'

/** So many unanswered messages, and a writer waits: the SDK's outbox holds 100. */
const MAX_WAITING = 20
/** And so many bytes: it holds 256 KB. */
const MAX_WAITING_BYTES = 180_000

/** Of one's own messages, those one still looks at. */
const LATELY = 20
/** Of so many changes one is a deletion. */
const DELETIONS = 3

export interface Writer extends WriterRecord {
  readonly person: Person
  readonly sent: Sent[]
  readonly changes: Changed[]
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
  /** Edits and deletions for a hundred messages written, on average. */
  changing: number
}

export function createWriter(person: Person, habits: WritingHabits): Writer {
  const { random, mark, pauseMs, characters, changing } = habits
  const sent: Sent[] = []
  const changes: Changed[] = []
  const deleted = new Set<string>()
  const mostWaiting = Math.min(MAX_WAITING, Math.floor(MAX_WAITING_BYTES / characters[1]))
  let isWriting = false
  let waiting = 0

  const unique = (about: string): string =>
    `${mark}${person.name}:${about}:`.padEnd(random.between(...characters), 'x')

  function write(): Sent {
    const message: Sent = {
      text: unique(`${sent.length}`),
      at: performance.now(),
      outcome: { kind: 'waiting' },
    }
    sent.push(message)
    waiting += 1
    person.room
      .send(message.text)
      .then(
        ({ id, seq }) => (message.outcome = { kind: 'acked', id, seq: seq ?? 0, at: performance.now() }),
        (error: unknown) => (message.outcome = { kind: 'failed', code: codeOf(error) }),
      )
      .finally(() => (waiting -= 1))
    return message
  }

  /** One of one's latest that stands. */
  function change(): void {
    const standing = sent
      .slice(-LATELY)
      .flatMap(({ outcome }) => (outcome.kind === 'acked' && !deleted.has(outcome.id) ? [outcome.id] : []))
    const message = standing[random.int(standing.length)]
    if (message === undefined) return
    const isDeletion = random.int(DELETIONS) === 0
    const text = unique(`edit ${changes.length}`)
    const changed: Changed = { message, ...(!isDeletion && { text }), outcome: { kind: 'waiting' } }
    changes.push(changed)
    if (isDeletion) deleted.add(message)
    waiting += 1
    const { room } = person
    ;(isDeletion ? room.delete(message) : room.edit(message, text))
      .then(
        () => (changed.outcome = { kind: 'acked' }),
        (error: unknown) => (changed.outcome = { kind: 'failed', code: codeOf(error) }),
      )
      .finally(() => (waiting -= 1))
  }

  async function writeOn(): Promise<void> {
    while (isWriting) {
      if (waiting < mostWaiting) {
        write()
        if (random.int(100) < changing) change()
      }
      await delay(random.between(...pauseMs))
    }
  }

  return {
    name: person.name,
    proxy: person.proxy,
    person,
    sent,
    changes,
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

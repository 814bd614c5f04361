/**
 * One room with people in it, on any nodes: writers, readers by other proxies, and listeners that would notice what
 * does not belong here. Knows nothing of faults; the code that causes one lets the scene calm down afterwards and has
 * it checked.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { ChatError } from '@alcove/sdk'
import { check, type Verdict } from './checker.js'
import { enter, openChat, type Person } from './client.js'
import { eavesdrop, type Eavesdropper } from './eavesdropper.js'
import { PRESENCE_WITHIN_MS, watchPresence, type PresenceWatch } from './presence-watch.js'
import type { Random } from './processes/random.js'
import { createReactor, type Reactor } from './reactor.js'
import { createReader, isUpToDate, stored as storedAs, viewOf, type Reader } from './reader.js'
import type { Overheard, Sent, StoredElsewhere, StoredMessage } from './records.js'
import type { TrialApp } from './processes/trial-app.js'
import { waitUntil } from './processes/wait-until.js'
import { createWriter, type Writer, type WritingHabits } from './writer.js'
import type { Violation } from './violations.js'

/** What faults.md allows after everything is back. */
const QUIET_MS = 20_000
/** Edits and deletions for a hundred messages written. */
const CHANGING = 20
/** Writers pause so many times before anybody reacts once. */
const REACTING_PAUSES = 10
const PAGE = 100
const READ_WITHIN_MS = 60_000

export interface SceneOptions {
  /** Addresses of the nodes, or of proxies before them. */
  proxies: readonly string[]
  app: TrialApp
  /** Another tenant: people of the same names in a room of the same name. */
  foreignApp?: TrialApp
  /** Reads the room's rows around the nodes. */
  readDatabase?: (room: string) => Promise<StoredElsewhere[]>
  /** The revs of all its changes, read in the same way. */
  readRevs?: (room: string) => Promise<number[]>
  random: Random
  room: string
  writers: number
  readers: number
  pauseMs?: WritingHabits['pauseMs']
  characters?: WritingHabits['characters']
  changing?: number
  /** How long people may take to be back after the fault, before the quiet time begins. */
  backWithinMs?: number
  allowsReset?: boolean
}

export interface Judgement extends Verdict {
  /** From the end of the fault until every reader had everything. */
  readonly convergedMs: number
  readonly presenceErrorMs: number
}

export interface Scene {
  readonly room: string
  readonly mark: string
  readonly writers: readonly Writer[]
  readonly readers: readonly Reader[]
  readonly presence: PresenceWatch
  readonly acked: number
  start(): void
  stop(): void
  /** Waits for so many more acks. @returns whether they came */
  moreAcks(count: number, withinMs: number): Promise<boolean>
  /** The fault is over: writing ends, and everything must be as if nothing had happened. */
  judge(): Promise<Judgement>
  close(): Promise<void>
}

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { proxies, app, room, random } = options
  const {
    pauseMs = [10, 40],
    characters = [20, 400],
    backWithinMs = 30_000,
    allowsReset = false,
    changing = CHANGING,
  } = options
  const mark = `${room}|`
  const closers: (() => unknown)[] = []
  const come = async (kind: string, number: number, guest = app, where = room): Promise<Person> => {
    const proxy = number % proxies.length
    const person = await enter({
      name: `${kind}${number}`,
      proxy,
      url: proxies[proxy]!,
      app: guest,
      room: where,
    })
    closers.push(() => person.chat.close())
    return person
  }
  const many = <T>(count: number, open: (number: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, number) => open(number)))

  try {
    const readers = (await many(options.readers, (number) => come('reader', number))).map(createReader)
    const writers = (await many(options.writers, (number) => come('writer', number))).map((person) =>
      createWriter(person, { random: random.fork(person.name), mark, pauseMs, characters, changing }),
    )
    const listeners = await many(proxies.length, async (number) => {
      const listener = await eavesdrop({ url: proxies[number]!, app, user: `listener${number}`, room })
      closers.push(() => listener.close())
      return listener
    })
    const strangers = await openNeighbours()
    const people = [...readers, ...writers].map(({ person }) => person)
    const reactors = new Map(people.map((person) => [person, reactorOf(person)]))
    const presence = watchPresence(
      readers.map(({ person }) => person),
      people,
    )
    for (const listener of listeners) presence.expect(listener.userId)
    closers.push(() => presence.close())
    return createScene({
      ...{ writers, readers, reactors, listeners, presence },
      strangers: strangers.flatMap((writer) => [writer, reactorOf(writer.person, 'elsewhere')]),
    })
  } catch (error) {
    await Promise.allSettled(closers.map((close) => close()))
    throw error
  }

  function reactorOf(person: Person, where = 'here'): Reactor {
    const [least, most] = pauseMs
    return createReactor(person, {
      random: random.fork(`${person.name} reacts ${where}`),
      pauseMs: [least * REACTING_PAUSES, most * REACTING_PAUSES],
    })
  }

  /** People whom nobody here may notice: in another room of this app, and in another app's room of this name. */
  async function openNeighbours(): Promise<Writer[]> {
    const habits = { pauseMs: [100, 300] as const, characters, changing }
    const elsewhere = await come('neighbour', 0, app, `${room}-secret`)
    const writers = [createWriter(elsewhere, { ...habits, random: random.fork('secret'), mark: 'secret|' })]
    if (options.foreignApp) {
      const stranger = await come('writer', 0, options.foreignApp)
      writers.push(createWriter(stranger, { ...habits, random: random.fork('foreign'), mark: 'foreign|' }))
    }
    return writers
  }

  function createScene(cast: {
    writers: Writer[]
    readers: Reader[]
    reactors: ReadonlyMap<Person, Reactor>
    listeners: Eavesdropper[]
    strangers: (Writer | Reactor)[]
    presence: PresenceWatch
  }): Scene {
    const { writers, readers, reactors, listeners, strangers, presence } = cast
    const all = [...writers, ...strangers, ...reactors.values()]
    const people = [...reactors.keys()]
    const acked = () =>
      writers.reduce(
        (sum, { sent }) => sum + sent.filter(({ outcome }) => outcome.kind === 'acked').length,
        0,
      )
    const stop = () => all.forEach((one) => one.stop())
    const isBack = ({ person }: { person: Person }) => person.room.status === 'joined'

    async function judge(): Promise<Judgement> {
      const endedAt = performance.now()
      stop()
      const isEverybodyBack = await waitUntil(() => [...writers, ...readers].every(isBack), backWithinMs)
      const quietUntil = performance.now() + QUIET_MS
      const left = () => Math.max(0, quietUntil - performance.now())
      await waitUntil(() => all.every(({ waiting }) => waiting === 0), left())
      const known = Math.max(0, ...writers.flatMap(({ sent }) => sent.map(ackedSeq)))
      const reach = (head: number) => waitUntil(() => readers.every(({ lastSeq }) => lastSeq >= head), left())
      await reach(known)
      const convergedMs = performance.now() - endedAt
      const stored = await readHistory()
      // Messages stored without an ack count as well.
      const storedRevs = new Map(stored.map(({ id, rev }) => [id, rev]))
      const isConverged =
        (await reach(stored.at(-1)?.seq ?? 0)) &&
        (await waitUntil(() => people.every((person) => isUpToDate(person, storedRevs)), left()))
      const untilPresence = Math.max(0, endedAt + PRESENCE_WITHIN_MS - performance.now())
      // Right once is enough: the one who read the history comes and goes too, which is reported a moment later.
      const isPresent = await waitUntil(() => presence.isRight(), untilPresence)
      const presenceProblems = isPresent ? [] : presence.problems()
      const storedElsewhere = await options.readDatabase?.(room)
      const revs = await options.readRevs?.(room)
      const verdict = check({
        room,
        mark,
        writers,
        readers: readers.map((reader) => reader.record()),
        people: [...reactors].map(([person, { reactions }]) => ({
          ...{ name: person.name, reactions },
          view: viewOf(person),
        })),
        stored,
        ...(storedElsewhere && { storedElsewhere }),
        ...(revs && { revs }),
        overheard: listeners.flatMap((listener): readonly Overheard[] => listener.overheard),
        allowsReset,
      })
      const late: Violation[] = [
        ...(isEverybodyBack
          ? []
          : [
              {
                rule: 'I3' as const,
                what: `not everybody was back within ${backWithinMs / 1000} s: ${absent()}`,
              },
            ]),
        ...(isConverged
          ? []
          : [{ rule: 'I3' as const, what: `not converged within ${QUIET_MS / 1000} s of quiet` }]),
        ...presenceProblems.map((what): Violation => ({ rule: 'I7', what })),
      ]
      return {
        ...verdict,
        violations: [...verdict.violations, ...late],
        convergedMs,
        presenceErrorMs: presence.worstErrorMs,
      }
    }

    function absent(): string {
      return [...writers, ...readers]
        .filter((someone) => !isBack(someone))
        .map(({ name, person }) => `${name} is ${person.chat.status}/${person.room.status}`)
        .join(', ')
    }

    /** The room as somebody has it who was never there, from the newest message to the first. */
    async function readHistory(): Promise<StoredMessage[]> {
      const chat = openChat({ name: 'historian', url: proxies[0]!, app })
      try {
        const history = await chat.join(room)
        // A message that is missing from the database keeps the client from showing older ones: that is to be found, not waited for.
        let shown = -1
        while (shown < history.messages.length) {
          shown = history.messages.length
          if (!(await patiently(() => history.loadOlder(PAGE)))) break
        }
        return history.messages.map(storedAs)
      } finally {
        await chat.close()
      }
    }

    return {
      room,
      mark,
      writers,
      readers,
      presence,
      get acked() {
        return acked()
      },
      start: () => all.forEach((one) => one.start()),
      stop,
      moreAcks: (count, withinMs) => {
        const wanted = acked() + count
        return waitUntil(() => acked() >= wanted, withinMs)
      },
      judge,
      async close() {
        stop()
        await Promise.allSettled(closers.map((close) => close()))
      },
    }
  }
}

const ackedSeq = ({ outcome }: Sent): number => (outcome.kind === 'acked' ? outcome.seq : 0)

/** Reading all of a long room at once meets the limits on reading. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + READ_WITHIN_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isWorthIt = error instanceof ChatError && error.retryable && performance.now() < giveUpAt
      if (!isWorthIt) throw error
      await delay(error.retryAfterMs ?? 200)
    }
  }
}

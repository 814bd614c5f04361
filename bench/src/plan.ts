/**
 * What a run does, in order: which measure of which contender with which options. Contenders alternate, so that a
 * machine that slows down meanwhile slows them all.
 */
import type { Contender } from './contenders.js'
import type { MeasureName, OptionsOf } from './measures/index.js'

/** The measures' letters in docs/benchmarks.md; `guard` is the short comparison that `npm test` makes. */
export const SECTIONS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] as const
export type Section = (typeof SECTIONS)[number] | 'guard'

export type Size = 'full' | 'short' | 'guard'

interface JobOf<N extends MeasureName> {
  readonly section: Section
  readonly contender: Contender
  readonly measure: N
  readonly options: OptionsOf<N>
  /** What it takes, start and end of the contender included, as seen on 2 cores. */
  readonly expectedSeconds: number
}

export type Job = { [N in MeasureName]: JobOf<N> }[MeasureName]

export interface Wanted {
  size: Size
  sections: readonly Section[]
  /** Undefined: all. */
  contenders: readonly Contender[] | undefined
}

export function planOf({ size, sections, contenders }: Wanted): Job[] {
  const jobs = { full: fullPlan, short: shortPlan, guard: guardPlan }[size]()
  return jobs.filter(
    (job) =>
      (size === 'guard' || sections.includes(job.section)) &&
      (contenders === undefined || contenders.includes(job.contender)),
  )
}

export const secondsOf = (jobs: readonly Job[]) => jobs.reduce((sum, job) => sum + job.expectedSeconds, 0)

/** Below what a bare room of 300 carries, so that a price is compared at a load that both can bear. */
const BEARABLE_DELIVERIES_PER_SECOND = 150_000
const MAX_WRITERS = 60

const GUARD_MEMBERS = 300
/** Messages a second: far below what Alcove carries on 2 cores, more than a server does that sends each by itself. */
const GUARD_RATE = 2_400

/** What writes most comes last: a database that still puts millions of messages in order is a slower one. */
function fullPlan(): Job[] {
  return [
    ...quietRooms(3, { members: 200, writers: 20, startRate: 50, stepSeconds: 5 }),
    ...idle({ connections: [1_000, 2_500, 5_000], membersPerRoom: 100, watchSeconds: 25, settleSeconds: 12 }),
    ...comings({ members: 1_000, visitors: 1_000, perSecond: 50, staySeconds: 0.5 }),
    ...storms(['bare', 'postgres-1', 'postgres-2', 'pglite'], 2_000, [1, 1_000]),
    ...catchUps({ messages: 10_000, rounds: 3 }),
    ...readerCurve([10, 100, 300, 1_000], [50, 500], 3),
    ...hotRooms(
      [
        'bare',
        'postgres-1',
        'bare-redis-1',
        'pglite',
        'bare-redis-2',
        'postgres-2',
        'bare-redis-3',
        'postgres-3',
      ],
      { members: 300, writers: MAX_WRITERS, stepSeconds: 2 },
    ),
    // A connection may send 200 requests a second: enough of them, so that this is not the limit.
    ...sends('c', ['bare', 'postgres-1', 'pglite'], 1, 200, 4),
    ...sends('h', ['bare', 'postgres-1', 'pglite'], 10, 200, 4),
    ...sends('c', ['bare', 'postgres-1', 'pglite', 'postgres-2'], 100, 200, 4),
    ...sends('h', ['bare', 'postgres-1', 'pglite'], 1_000, 200, 4),
    ...sends('c', ['bare', 'postgres-1', 'pglite'], 10_000, 200, 4),
  ]
}

/** The same in small, to see that everything runs: no figures to go by. */
function shortPlan(): Job[] {
  return [
    ...hotRooms(['bare', 'postgres-1'], { members: 100, writers: MAX_WRITERS, stepSeconds: 0.5 }),
    ...quietRooms(1, { members: 100, writers: 20, startRate: 50, stepSeconds: 2 }),
    ...sends('c', ['postgres-1'], 100, 100, 1),
    ...idle({ connections: [1_000], membersPerRoom: 100, watchSeconds: 1, settleSeconds: 2 }),
    ...storms(['postgres-1'], 500, [1, 250]),
    ...comings({ members: 100, visitors: 50, perSecond: 50, staySeconds: 0.5 }),
    ...catchUps({ messages: 2_000, rounds: 1 }),
    ...readerCurve([10, 100], [50], 1),
    ...sends('h', ['postgres-1'], 10, 100, 1),
  ]
}

/** Each at a rate that it bears: the busier an Alcove room is, the less a message costs, which is what is guarded. */
function guardPlan(): Job[] {
  const startRate = (contender: Contender) =>
    isBare(contender) ? BEARABLE_DELIVERIES_PER_SECOND / GUARD_MEMBERS : GUARD_RATE
  return [
    ...alternating(
      'guard',
      ['bare', 'postgres-1'],
      'hot-room-at',
      (contender) => ({
        members: GUARD_MEMBERS,
        writers: MAX_WRITERS,
        startRate: startRate(contender),
        stepSeconds: 4,
      }),
      12,
    ),
    // A second measure on the same database, in more rooms than its clients may make: it has only to succeed.
    ...sends('guard', ['postgres-1'], 4_000, 100, 1),
  ]
}

function hotRooms(
  contenders: readonly Contender[],
  options: Omit<OptionsOf<'hot-room'>, 'startRate'>,
): Job[] {
  const startRate = (contender: Contender) => (isBare(contender) ? 150 : 600)
  return alternating(
    'a',
    contenders,
    'hot-room',
    (contender) => ({ ...options, startRate: startRate(contender) }),
    5 + options.stepSeconds * 13,
  )
}

function quietRooms(rounds: number, options: OptionsOf<'hot-room-at'>): Job[] {
  return Array.from({ length: rounds }, () =>
    alternating(
      'b',
      ['bare-redis-2', 'postgres-2'],
      'hot-room-at',
      () => options,
      3 + options.stepSeconds * 1.5,
    ),
  ).flat()
}

function sends(
  section: Section,
  contenders: readonly Contender[],
  rooms: number,
  clients: number,
  seconds: number,
): Job[] {
  const options = { rooms, clients, inFlight: 5, seconds }
  return alternating(section, contenders, 'durable-sends', () => options, 4 + seconds + rooms / 2_000)
}

function idle(options: OptionsOf<'idle-connections'>): Job[] {
  const most = Math.max(...options.connections)
  const seconds =
    3 + (options.connections.length + 1) * options.settleSeconds + options.watchSeconds + most / 700
  return alternating('d', ['bare', 'postgres-1'], 'idle-connections', () => options, seconds)
}

function storms(contenders: readonly Contender[], clients: number, rooms: readonly number[]): Job[] {
  return rooms.flatMap((count) =>
    alternating('e', contenders, 'storms', () => ({ clients, rooms: count }), 4 + clients / 400),
  )
}

function comings(options: OptionsOf<'comings-and-goings'>): Job[] {
  const seconds = 14 + options.visitors / options.perSecond + options.members / 200
  return alternating('f', ['bare', 'postgres-1'], 'comings-and-goings', () => options, seconds)
}

function catchUps(options: OptionsOf<'catch-up'>): Job[] {
  return alternating('g', ['postgres-1', 'pglite'], 'catch-up', () => options, 2 + options.messages / 1_500)
}

function readerCurve(members: readonly number[], rates: readonly number[], stepSeconds: number): Job[] {
  return members.flatMap((count) =>
    rates.flatMap((rate) => {
      const options = {
        members: count,
        writers: Math.min(count, MAX_WRITERS),
        startRate: Math.min(rate, Math.floor(BEARABLE_DELIVERIES_PER_SECOND / count)),
        stepSeconds,
      }
      return alternating('h', ['bare', 'postgres-1'], 'hot-room-at', () => options, 2 + stepSeconds * 1.5)
    }),
  )
}

function alternating<N extends MeasureName>(
  section: Section,
  contenders: readonly Contender[],
  measure: N,
  options: (contender: Contender) => OptionsOf<N>,
  expectedSeconds: number,
): Job[] {
  return contenders.map(
    (contender) => ({ section, contender, measure, options: options(contender), expectedSeconds }) as Job,
  )
}

const isBare = (contender: Contender) => contender.startsWith('bare')

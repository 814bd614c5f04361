/** What Alcove wants to reach, held against what was measured. A goal whose measures were not asked for is not there. */
import type { Contender } from '../contenders.js'
import type { MeasureName } from '../measures/index.js'
import { median, plural, rounded, times, whole } from './figures.js'
import { found, runsOf, type Finding, type Goal, type Run } from './report.js'

const HOT_ROOM_TIMES = 5
const HOT_ROOM_COST = 0.2
const QUIET_P99_TIMES = 1.5
const SENDS_PER_SECOND = 10_000
const SENDS_ROOMS = 100
const CONNECTION_TIMES = 1.2
const STATEMENTS_PER_ROOM = 5
/** What a storm may cost besides its rooms: heartbeats, and the nodes' own work. */
const STATEMENTS_BESIDE = 25
const BACK_WITHIN_SECONDS = 10
const CATCH_UP_MS = 1_000
/** More than twice what is measured; a server that sends every message by itself has 1 at least, or breaks down. */
const GUARD_COST = 0.5

export function judge(runs: readonly Run[]): Goal[] {
  return [
    ...hotRoom(runs),
    ...quietRoom(runs),
    ...durableSends(runs),
    ...idleConnections(runs),
    ...storms(runs),
    ...catchUp(runs),
    ...guard(runs),
  ]
}

type Verdict = Pick<Goal, 'measured' | 'isMet'>
type Claim = Pick<Goal, 'section' | 'what' | 'wanted'>

const FAILED: Verdict = { measured: 'failed', isMet: false }
const NOTHING_KEPT_UP: Verdict = { measured: 'no rate was kept up', isMet: false }

/** @param parties whose findings `verdict` is given, in this order */
function goal<N extends MeasureName>(
  runs: readonly Run[],
  measure: N,
  claim: Claim,
  parties: readonly Contender[],
  verdict: (...findings: Finding<N>[][]) => Verdict,
  isMeant: (run: Run<N>) => boolean = () => true,
): Goal[] {
  const asked = parties.map((contender) =>
    runsOf(runs, measure, [claim.section]).filter((run) => run.contender === contender && isMeant(run)),
  )
  if (asked.some((ofOne) => ofOne.length === 0)) return []
  const isWhole = asked.flat().every((run) => run.outcome.ok)
  return [{ ...claim, ...(isWhole ? verdict(...asked.map(found)) : FAILED) }]
}

const atMost = (ratio: number, limit: number): Verdict => ({ measured: times(ratio), isMet: ratio <= limit })

function hotRoom(runs: readonly Run[]): Goal[] {
  type Best = NonNullable<Finding<'hot-room'>['result']['best']>
  const compare = (what: string, wanted: string, verdict: (alcove: Best, bare: Best) => Verdict) =>
    goal(runs, 'hot-room', { section: 'a', what, wanted }, ['postgres-1', 'bare'], ([alcove], [bare]) => {
      const [own, other] = [alcove!.result.best, bare!.result.best]
      return own && other ? verdict(own, other) : NOTHING_KEPT_UP
    })
  return [
    ...compare(
      'hot room: deliveries/s against a bare room',
      `at least ${HOT_ROOM_TIMES}x`,
      (alcove, bare) => {
        const ratio = alcove.deliveriesPerSecond / bare.deliveriesPerSecond
        return {
          measured: `${times(ratio)} (${rounded(alcove.deliveriesPerSecond)} : ${rounded(bare.deliveriesPerSecond)})`,
          isMet: ratio >= HOT_ROOM_TIMES,
        }
      },
    ),
    ...compare(
      "hot room: the node's processor time a delivery",
      `at most ${HOT_ROOM_COST}x`,
      (alcove, bare) => atMost(alcove.nodesMicros / bare.nodesMicros, HOT_ROOM_COST),
    ),
    ...compare("hot room: the same with PostgreSQL's", `at most ${HOT_ROOM_COST}x`, (alcove, bare) =>
      atMost(allMicros(alcove) / allMicros(bare), HOT_ROOM_COST),
    ),
  ]
}

const allMicros = (step: { nodesMicros: number; othersMicros: number }) =>
  step.nodesMicros + step.othersMicros

function quietRoom(runs: readonly Run[]): Goal[] {
  const parties = ['postgres-2', 'bare-redis-2'] as const
  const middle = (rounds: Finding<'hot-room-at'>[], name: 'p50Ms' | 'p99Ms') =>
    median(rounds.map(({ result }) => result[name]))
  return [
    ...goal(
      runs,
      'hot-room-at',
      {
        section: 'b',
        what: 'quiet room: p50 against the bare room with the adapter',
        wanted: 'at most one commit more',
      },
      parties,
      (alcove, bare) => {
        const more = middle(alcove, 'p50Ms') - middle(bare, 'p50Ms')
        const commitMs = median(alcove.map(({ commits }) => commits?.meanMs ?? NaN))
        return {
          measured: `${rounded(more)} ms more (${rounded(middle(alcove, 'p50Ms'))} : ${rounded(middle(bare, 'p50Ms'))}); a commit takes ${rounded(commitMs)} ms`,
          isMet: more <= commitMs,
        }
      },
    ),
    ...goal(
      runs,
      'hot-room-at',
      { section: 'b', what: 'quiet room: p99 against the same', wanted: `at most ${QUIET_P99_TIMES}x` },
      parties,
      (alcove, bare) => {
        const [own, other] = [middle(alcove, 'p99Ms'), middle(bare, 'p99Ms')]
        return {
          measured: `${times(own / other)} (${rounded(own)} : ${rounded(other)} ms)`,
          isMet: own / other <= QUIET_P99_TIMES,
        }
      },
    ),
  ]
}

function durableSends(runs: readonly Run[]): Goal[] {
  return goal(
    runs,
    'durable-sends',
    {
      section: 'c',
      what: `sends/s over ${SENDS_ROOMS} rooms on PostgreSQL`,
      wanted: `at least ${whole(SENDS_PER_SECOND)}`,
    },
    ['postgres-1'],
    ([only]) => ({
      measured: whole(only!.result.sendsPerSecond),
      isMet: only!.result.sendsPerSecond >= SENDS_PER_SECOND,
    }),
    ({ options }) => options.rooms === SENDS_ROOMS,
  )
}

function idleConnections(runs: readonly Run[]): Goal[] {
  const compare = (what: string, name: 'residentKilobytes' | 'heapKilobytes') =>
    goal(
      runs,
      'idle-connections',
      {
        section: 'd',
        what: `idle connection: ${what} against a bare one`,
        wanted: `at most ${CONNECTION_TIMES}x`,
      },
      ['postgres-1', 'bare'],
      ([alcove], [bare]) => {
        const [own, other] = [alcove!, bare!].map(({ result }) => result.points.at(-1)![name]) as [
          number,
          number,
        ]
        return {
          measured: `${times(own / other)} (${rounded(own)} : ${rounded(other)} KB)`,
          isMet: own / other <= CONNECTION_TIMES,
        }
      },
    )
  return [...compare('resident memory', 'residentKilobytes'), ...compare('heap', 'heapKilobytes')]
}

function storms(runs: readonly Run[]): Goal[] {
  const shapes = new Set(runsOf(runs, 'storms', ['e']).map(({ options }) => options.rooms))
  return [...shapes].flatMap((rooms) => {
    const isMeant = (run: Run<'storms'>) => run.options.rooms === rooms
    const clients = runsOf(runs, 'storms', ['e']).find(isMeant)!.options.clients
    const where = `${whole(clients)} clients, ${plural(rooms, 'room')}`
    const limit = STATEMENTS_BESIDE + STATEMENTS_PER_ROOM * rooms
    return [
      ...goal(
        runs,
        'storms',
        { section: 'e', what: `storm of ${where}: statements`, wanted: `at most ${whole(limit)}` },
        ['postgres-1'],
        ([only]) => {
          const { join, reconnect } = only!.result
          return {
            measured: `${whole(join.statements)} joining, ${whole(reconnect.statements)} coming back`,
            isMet: Math.max(join.statements, reconnect.statements) <= limit,
          }
        },
        isMeant,
      ),
      ...goal(
        runs,
        'storms',
        { section: 'e', what: `storm of ${where}: all back`, wanted: `within ${BACK_WITHIN_SECONDS} s` },
        ['postgres-1'],
        ([only]) => ({
          measured: `${rounded(only!.result.reconnect.seconds)} s`,
          isMet: only!.result.reconnect.seconds <= BACK_WITHIN_SECONDS,
        }),
        isMeant,
      ),
    ]
  })
}

function catchUp(runs: readonly Run[]): Goal[] {
  const [first] = runsOf(runs, 'catch-up', ['g'])
  if (!first) return []
  return goal(
    runs,
    'catch-up',
    {
      section: 'g',
      what: `catch-up of ${whole(first.options.messages)} messages on PostgreSQL`,
      wanted: `below ${whole(CATCH_UP_MS)} ms`,
    },
    ['postgres-1'],
    ([only]) => ({
      measured: `${whole(only!.result.milliseconds)} ms`,
      isMet: only!.result.milliseconds < CATCH_UP_MS,
    }),
  )
}

/** Processor time alone: on a busy machine latency and throughput are the machine's. */
function guard(runs: readonly Run[]): Goal[] {
  type Step = Finding<'hot-room-at'>['result']
  const cost = (what: string, micros: (step: Step) => number) =>
    goal(
      runs,
      'hot-room-at',
      { section: 'guard', what, wanted: `at most ${GUARD_COST}x` },
      ['postgres-1', 'bare'],
      ([alcove], [bare]) => atMost(micros(alcove!.result) / micros(bare!.result), GUARD_COST),
    )
  return [
    ...cost("the node's processor time a delivery against a bare room", ({ nodesMicros }) => nodesMicros),
    ...cost("the same with PostgreSQL's", allMicros),
    ...goal(
      runs,
      'hot-room-at',
      { section: 'guard', what: 'acked messages that reached everybody', wanted: 'all, once' },
      ['postgres-1'],
      ([only]) => {
        const { isComplete } = only!.result
        return { measured: isComplete ? 'all, once' : 'not all, or some twice', isMet: isComplete }
      },
    ),
  ]
}

import { expect, it } from 'vitest'
import type { Contender } from '../contenders.js'
import type { HotRoomStep } from '../measures/hot-room.js'
import { judge } from './goals.js'
import type { Run } from './report.js'

const STEP: HotRoomStep = {
  messagesPerSecond: 100,
  deliveriesPerSecond: 30_000,
  p50Ms: 2,
  p99Ms: 10,
  nodesMicros: 10,
  othersMicros: 0,
  bytes: 200,
  refused: 0,
  isComplete: true,
  keptUp: true,
}

type Sketch = Pick<Run, 'section' | 'measure'> & {
  contender: Contender
  options?: object
  result: object
  commitMs?: number
}

const ran = ({ commitMs, result, options = {}, ...rest }: Sketch) =>
  ({
    ...rest,
    name: rest.contender,
    options,
    seconds: 1,
    outcome: {
      ok: true,
      result,
      ...(commitMs !== undefined && { commits: { count: 1, meanMs: commitMs, messagesEach: 1 } }),
    },
  }) as unknown as Run

const failed = (run: Run) => ({ ...run, outcome: { ok: false, error: 'unable to measure' } }) as Run

const hotRoom = (contender: Contender, step: Partial<HotRoomStep> | undefined) =>
  ran({
    section: 'a',
    measure: 'hot-room',
    contender,
    result: { best: step && { ...STEP, ...step }, steps: [] },
  })

const at = (section: 'b' | 'guard', contender: Contender, step: Partial<HotRoomStep>, commitMs = 1) =>
  ran({ section, measure: 'hot-room-at', contender, result: { ...STEP, ...step }, commitMs })

const verdicts = (runs: Run[]) => judge(runs).map(({ measured, isMet }) => [measured, isMet])

it('judges nothing that was not asked for', () => {
  expect(judge([])).toEqual([])
  expect(judge([hotRoom('postgres-1', {}), hotRoom('pglite', {})])).toEqual([])
})

it('(a) wants five times the deliveries at a fifth of the price, of the node and of all', () => {
  const alcove = { deliveriesPerSecond: 150_000, nodesMicros: 2 }
  expect(verdicts([hotRoom('bare', {}), hotRoom('postgres-1', alcove)])).toEqual([
    ['5x (150,000 : 30,000)', true],
    ['0.2x', true],
    ['0.2x', true],
  ])
  const dearer = { deliveriesPerSecond: 149_000, nodesMicros: 1.9, othersMicros: 0.2 }
  expect(verdicts([hotRoom('bare', {}), hotRoom('postgres-1', dearer)])).toEqual([
    ['4.97x (149,000 : 30,000)', false],
    ['0.19x', true],
    ['0.21x', false],
  ])
})

it('holds a goal for missed when a measure failed or no rate was kept up', () => {
  const bare = hotRoom('bare', {})
  expect(verdicts([bare, failed(hotRoom('postgres-1', {}))])).toEqual(Array(3).fill(['failed', false]))
  expect(verdicts([bare, hotRoom('postgres-1', undefined)])).toEqual(
    Array(3).fill(['no rate was kept up', false]),
  )
})

it('(b) allows one commit more in the middle of the rounds, and half more at the end', () => {
  const rounds = (own: Partial<HotRoomStep>) => [
    ...[1, 9, 2].map((p50Ms) => at('b', 'bare-redis-2', { p50Ms, p99Ms: 10 })),
    ...[3.5, 50, 1].map((p50Ms) => at('b', 'postgres-2', { p50Ms, p99Ms: 15, ...own }, 1.6)),
  ]
  expect(verdicts(rounds({}))).toEqual([
    ['1.5 ms more (3.5 : 2); a commit takes 1.6 ms', true],
    ['1.5x (15 : 10 ms)', true],
  ])
  expect(verdicts(rounds({ p50Ms: 3.7, p99Ms: 15.2 })).map(([, isMet]) => isMet)).toEqual([false, false])
})

it('(c) wants 10,000 sends a second over 100 rooms of PostgreSQL on one node', () => {
  const sends = (rooms: number, sendsPerSecond: number, contender: Contender = 'postgres-1') =>
    ran({
      section: 'c',
      measure: 'durable-sends',
      contender,
      options: { rooms },
      result: { rooms, sendsPerSecond },
    })
  expect(verdicts([sends(1, 3), sends(100, 10_000), sends(100, 5, 'pglite')])).toEqual([['10,000', true]])
  expect(verdicts([sends(100, 9_999)])).toEqual([['9,999', false]])
})

it('(d) compares memory where most connections are', () => {
  const idle = (contender: Contender, ...residents: number[]) =>
    ran({
      section: 'd',
      measure: 'idle-connections',
      contender,
      result: {
        points: residents.map((residentKilobytes) => ({
          connections: 1,
          residentKilobytes,
          heapKilobytes: 10,
        })),
        processorMillis: 1,
      },
    })
  expect(verdicts([idle('bare', 50, 20), idle('postgres-1', 20, 24)])).toEqual([
    ['1.2x (24 : 20 KB)', true],
    ['1x (10 : 10 KB)', true],
  ])
  expect(verdicts([idle('bare', 20), idle('postgres-1', 25)])[0]).toEqual(['1.25x (25 : 20 KB)', false])
})

it('(e) wants statements that grow with rooms, and everybody back in ten seconds', () => {
  const storm = (rooms: number, statements: number, seconds: number) => {
    const one = { seconds, p50Ms: 1, p99Ms: 1, statements, processorSeconds: 1 }
    const result = { clients: 2_000, rooms, join: one, reconnect: one }
    return ran({
      section: 'e',
      measure: 'storms',
      contender: 'postgres-1',
      options: { clients: 2_000, rooms },
      result,
    })
  }
  expect(verdicts([storm(1, 30, 10), storm(1_000, 5_025, 3)]).map(([, isMet]) => isMet)).toEqual(
    Array(4).fill(true),
  )
  expect(verdicts([storm(1, 31, 10.1)]).map(([, isMet]) => isMet)).toEqual([false, false])
})

it('(g) wants what was missed within a second', () => {
  const caughtUp = (milliseconds: number) =>
    ran({
      section: 'g',
      measure: 'catch-up',
      contender: 'postgres-1',
      options: { messages: 10_000 },
      result: { milliseconds },
    })
  expect(verdicts([caughtUp(999)])).toEqual([['999 ms', true]])
  expect(verdicts([caughtUp(1_000)])).toEqual([['1,000 ms', false]])
})

it("the guard fails on a price near a bare room's, and on a message that did not reach everybody", () => {
  const isMet = (own: Partial<HotRoomStep>) =>
    judge([at('guard', 'bare', { isComplete: false }), at('guard', 'postgres-1', own)]).map(
      (goal) => goal.isMet,
    )
  expect(isMet({ nodesMicros: 4, othersMicros: 1 })).toEqual([true, true, true])
  expect(isMet({ nodesMicros: 5.1 })).toEqual([false, false, true])
  expect(isMet({ nodesMicros: 4, othersMicros: 2 })).toEqual([true, false, true])
  expect(isMet({ nodesMicros: 3, isComplete: false })).toEqual([true, true, false])
})

import { beforeEach, expect, test } from 'vitest'
import { createFairBucket, type FairBucket } from './fair-bucket.js'

const RATE = 2_000
const TICK_MS = 5
let time = 0
beforeEach(() => (time = 1_000_000))

const create = (burst = RATE): FairBucket => createFairBucket({ burst, perSecond: RATE }, () => time)

function taken(bucket: FairBucket, attempts: number, addressOf: (attempt: number) => string): number {
  return Array.from({ length: attempts }, (_, i) => bucket.take(addressOf(i))).filter(Boolean).length
}

/** Each attacker asks as often as it likes before anybody else does, in every tick. */
function flood(
  bucket: FairBucket,
  { attackers, ticks, newcomersPerTick = 1 }: { attackers: number; ticks: number; newcomersPerTick?: number },
): { refused: number; takenByAttackers: number[] } {
  const takenByAttackers = Array<number>(attackers).fill(0)
  let refused = 0
  let newcomers = 0
  for (let tick = 0; tick < ticks; tick += 1) {
    for (let turn = 0; turn < attackers; turn += 1) {
      const attacker = (tick + turn) % attackers
      takenByAttackers[attacker]! += taken(bucket, 20, () => `attacker ${attacker}`)
    }
    refused += newcomersPerTick - taken(bucket, newcomersPerTick, () => `newcomer ${(newcomers += 1)}`)
    time += TICK_MS
  }
  return { refused, takenByAttackers }
}

test('one address alone may have three quarters at once, and then the whole rate', () => {
  const bucket = create()
  expect(taken(bucket, 5_000, () => 'office')).toBe(1_520)
  time += 1_000
  expect(taken(bucket, 5_000, () => 'office')).toBe(1_520)
  const { takenByAttackers } = flood(bucket, { attackers: 1, ticks: 200, newcomersPerTick: 0 })
  expect(takenByAttackers[0]).toBeGreaterThan(0.9 * RATE)
})

test('the token that is asked for counts as taken', () => {
  expect(taken(create(101), 200, () => 'office')).toBe(76)
})

test('many addresses together may have all of it', () => {
  expect(taken(create(), 5_000, (i) => `home ${i}`)).toBe(RATE)
})

test.each([1, 3, 20, 200])('no newcomer is refused while %d addresses take all they can', (attackers) => {
  const bucket = create()
  // In the first moment the attackers are newcomers too.
  flood(bucket, { attackers, ticks: 200 })
  const { refused, takenByAttackers } = flood(bucket, { attackers, ticks: 200 })
  expect(refused).toBe(0)
  expect(Math.max(...takenByAttackers), 'all of them have the same').toBeLessThan(
    1.5 * Math.min(...takenByAttackers) + 10,
  )
  const all = takenByAttackers.reduce((sum, one) => sum + one)
  expect(all, 'what nobody else wants is theirs').toBeGreaterThan(0.7 * RATE)
})

test('nor does anybody become a newcomer by asking for long', () => {
  const bucket = create()
  flood(bucket, { attackers: 3, ticks: 2_000 })
  expect(flood(bucket, { attackers: 3, ticks: 2_000 }).refused).toBe(0)
})

test('newcomers get nearly the whole rate where they need it', () => {
  const bucket = create()
  flood(bucket, { attackers: 3, ticks: 200 })
  const newcomersPerTick = Math.floor((0.9 * RATE * TICK_MS) / 1_000)
  expect(flood(bucket, { attackers: 3, ticks: 400, newcomersPerTick }).refused).toBe(0)
})

test('an office that reconnects under attack is let in bit by bit, each time more of it', () => {
  const bucket = create()
  let waiting = 5_000
  let tries = 0
  for (; waiting > 0 && tries < 60; tries += 1) {
    flood(bucket, { attackers: 3, ticks: 200 })
    const entered = taken(bucket, waiting, () => 'office')
    expect(entered).toBeGreaterThan(0)
    waiting -= entered
  }
  expect(waiting).toBe(0)
})

test('what was taken long ago does not count', () => {
  const bucket = create()
  taken(bucket, 1_500, () => 'office')
  time += 60_000
  expect(taken(bucket, 1_500, () => 'office')).toBe(1_500)
})

test('a clock set back lets nobody in for free and locks nobody out', () => {
  const bucket = create()
  taken(bucket, RATE, (i) => `home ${i}`)
  time -= 600_000
  expect(bucket.take('one more')).toBe(false)
  time += 1_000
  expect(bucket.take('one more')).toBe(true)
})

test('[P7] addresses are forgotten, however many come and however long the flood lasts', () => {
  const bucket = create()
  for (let second = 0; second < 60; second += 1) {
    for (let i = 0; i < 2_100; i += 1) bucket.take(`home ${second} ${i}`)
    time += 1_000
  }
  expect(bucket.remembered).toBeLessThanOrEqual(4 * RATE)
  let most = 0
  // Never full again in between.
  for (let tick = 0; tick < 20_000; tick += 1) {
    for (let i = 0; i < 12; i += 1) bucket.take(`flood ${tick} ${i}`)
    most = Math.max(most, bucket.remembered)
    time += TICK_MS
  }
  expect(most).toBeLessThanOrEqual(4 * RATE)
  time += 60_000
  bucket.take('home')
  expect(bucket.remembered).toBe(1)
})

test('who took much is not forgotten for the many who come after it', () => {
  const bucket = create()
  taken(bucket, 1_500, () => 'office')
  // More newcomers than are remembered, while most of what the office took is refilled.
  for (let tick = 0; tick < 1_000; tick += 1) {
    taken(bucket, 20, (i) => `home ${tick} ${i}`)
    time += TICK_MS
  }
  expect(bucket.take('office'), 'as little is left').toBe(false)
  expect(bucket.take('newcomer')).toBe(true)
})

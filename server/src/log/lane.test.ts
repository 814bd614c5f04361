import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLane, type Lane, type Waiting } from './lane.js'

/** Named by their places in the line. */
function waiting(family: Waiting['family'], name: number, { roomKey = 1, bytes = 100 } = {}): Waiting {
  const item = { roomKey, name }
  return { family, item, bytes, resolve() {}, reject() {} } as unknown as Waiting
}
const nameOf = ({ item }: Waiting): number => (item as unknown as { name: number }).name

function fill(lane: Lane, families: string): void {
  for (const [index, letter] of [...families].entries())
    lane.add(waiting(letter === 'm' ? 'messages' : 'changes', index))
}

function runsOf(lane: Lane): string[] {
  const runs: string[] = []
  while (!lane.isEmpty) {
    const { family, waiting } = lane.take()
    if (waiting.length === 0) throw new Error('a run of nothing')
    runs.push(`${family === 'messages' ? 'm' : 'c'} ${waiting.map(nameOf).join(' ')}`)
  }
  return runs
}

describe('runs', () => {
  test('messages and changes that come mixed are two transactions, not one for each turn', () => {
    const lane = createLane()
    fill(lane, 'mcmcmmcc')
    expect(runsOf(lane)).toEqual(['m 0 2 4 5', 'c 1 3 6 7'])
  })

  test('changes that were asked for first are not kept waiting by messages that come after them', () => {
    const lane = createLane()
    fill(lane, 'ccmmc')
    expect(runsOf(lane)).toEqual(['c 0 1', 'm 2 3', 'c 4'])
  })

  test('what comes while a run is committed waits for two more runs at most', () => {
    const lane = createLane()
    fill(lane, 'mcmc')
    expect(lane.take().family).toBe('messages')
    lane.add(waiting('messages', 4))
    expect(runsOf(lane)).toEqual(['c 1 3', 'm 4'])
  })

  test('[P7] a run has 500 items at most, and the bytes of one frame', () => {
    const lane = createLane()
    fill(lane, 'm'.repeat(501))
    expect(lane.take().waiting).toHaveLength(500)
    expect(lane.take().waiting).toHaveLength(1)
    for (let name = 0; name < 3; name += 1) lane.add(waiting('changes', name, { bytes: 200 * 1024 }))
    expect(runsOf(lane)).toEqual(['c 0', 'c 1', 'c 2'])
  })

  test('rooms of a run stand in the order of their keys, each in its own order', () => {
    const lane = createLane()
    for (const [name, roomKey] of [2, 1, 2, 1].entries()) lane.add(waiting('messages', name, { roomKey }))
    expect(runsOf(lane)).toEqual(['m 1 3 0 2'])
  })

  test('[P7] what the reactions of a run to one message share counts once, for each message', () => {
    const shared = (key: string) => ({ shared: { key, bytes: 100 * 1024 } })
    const lane = createLane()
    for (const [name, key] of ['a', 'a', 'b', 'a', 'c', 'c'].entries())
      lane.add({ ...waiting('changes', name), ...shared(key) })
    expect(runsOf(lane)).toEqual(['c 0 1 2 3', 'c 4 5'])
  })

  test('[P2] whatever comes when, each family keeps its order, and no change comes before an earlier message', () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          family: fc.constantFrom('messages', 'changes'),
          roomKey: fc.integer({ min: 1, max: 3 }),
        }),
      },
      { weight: 1, arbitrary: fc.constant('take') },
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const lane = createLane()
        const taken: Waiting[] = []
        const take = () => {
          const run = lane.take().waiting
          expect(run.length).toBeGreaterThan(0)
          taken.push(...run)
        }
        steps.forEach((each, name) => {
          if (typeof each !== 'string') lane.add(waiting(each.family, name, { roomKey: each.roomKey }))
          else if (!lane.isEmpty) take()
        })
        while (!lane.isEmpty) take()
        expect(taken).toHaveLength(steps.filter((each) => each !== 'take').length)
        for (const roomKey of [1, 2, 3]) {
          const room = taken.filter(({ item }) => item.roomKey === roomKey)
          const names = (family: Waiting['family']) =>
            room.filter((each) => each.family === family).map(nameOf)
          for (const family of ['messages', 'changes'] as const)
            expect(names(family)).toEqual(names(family).toSorted((a, b) => a - b))
          room.forEach((change, index) => {
            if (change.family === 'changes')
              expect(
                room
                  .slice(index)
                  .some((later) => later.family === 'messages' && nameOf(later) < nameOf(change)),
              ).toBe(false)
          })
        }
      }),
    )
  })
})

describe('[P7] what may wait is bounded', () => {
  const MEGABYTE = 1024 * 1024

  test('in number, of both families together', () => {
    const lane = createLane()
    fill(lane, 'mc'.repeat(2_500))
    expect(lane.add(waiting('messages', 0))).toBe(false)
    expect(lane.add(waiting('changes', 0))).toBe(false)
    const { waiting: run } = lane.take()
    for (let name = 0; name < run.length; name += 1) expect(lane.add(waiting('changes', name))).toBe(true)
    expect(lane.add(waiting('changes', 0))).toBe(false)
  })

  test('in bytes, which are given back with what is taken', () => {
    const lane = createLane()
    expect(lane.add(waiting('messages', 0, { bytes: 10 * MEGABYTE }))).toBe(true)
    expect(lane.add(waiting('changes', 1, { bytes: 6 * MEGABYTE }))).toBe(true)
    expect(lane.add(waiting('changes', 2, { bytes: 1 }))).toBe(false)
    lane.take()
    expect(lane.add(waiting('changes', 2, { bytes: 10 * MEGABYTE }))).toBe(true)
    expect(lane.add(waiting('changes', 3, { bytes: 1 }))).toBe(false)
  })

  test('and is all given up at once where the database is away', () => {
    const lane = createLane()
    fill(lane, 'mcm')
    expect(
      lane
        .clear()
        .map(nameOf)
        .toSorted((a, b) => a - b),
    ).toEqual([0, 1, 2])
    expect(lane.isEmpty).toBe(true)
    expect(lane.add(waiting('messages', 0, { bytes: 16 * MEGABYTE }))).toBe(true)
  })
})

test('[P7] a run ends where its bytes would be more than a frame, which one that fills it exactly is not', () => {
  const lane = createLane()
  for (let name = 0; name < 3; name += 1) lane.add(waiting('messages', name, { bytes: 128 * 1024 }))
  expect(runsOf(lane)).toEqual(['m 0 1', 'm 2'])
})

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
        steps.forEach((each, name) => {
          if (typeof each !== 'string') lane.add(waiting(each.family, name, { roomKey: each.roomKey }))
          else if (!lane.isEmpty) taken.push(...lane.take().waiting)
        })
        while (!lane.isEmpty) taken.push(...lane.take().waiting)
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

import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createReadTurns, createTurn } from './read-turns.js'

/** A read that ends when the test says so. */
function heldReads(engine: 'pglite' | 'postgres') {
  const turns = createReadTurns(engine)
  const started: string[] = []
  const ends: (() => void)[] = []
  return {
    turns,
    started,
    /** @param name what `started` says of it */
    ask: (reader: string, turn = createTurn(reader), name = reader) =>
      turns.take(turn, () => {
        started.push(name)
        return new Promise<void>((end) => ends.push(end))
      }),
    async end() {
      ends.shift()?.()
      await nextTurn()
    },
  }
}

describe('turns', () => {
  test.each([
    ['pglite', 1],
    ['postgres', 5],
  ] as const)('[P7] with %s at most %i reads are with the engine', async (engine, atOnce) => {
    const { ask, started, end } = heldReads(engine)
    const reads = Array.from({ length: 12 }, (_, i) => ask(String(i)))
    for (let ended = 0; ended < 12; ended += 1) {
      expect(started).toHaveLength(Math.min(12, ended + atOnce))
      await end()
    }
    await Promise.all(reads)
  })

  test('a greedy reader waits for itself: who comes later reads next', async () => {
    const { ask, started, end } = heldReads('pglite')
    for (let i = 0; i < 100; i += 1) void ask('greedy')
    void ask('ada')
    void ask('bob')
    for (let i = 0; i < 4; i += 1) await end()
    expect(started).toEqual(['greedy', 'greedy', 'ada', 'bob', 'greedy'])
  })

  test('a read that fails gives its turn on and fails alone', async () => {
    const turns = createReadTurns('pglite')
    const failing = turns.take(createTurn('ada'), () => Promise.reject(new Error('away')))
    const other = turns.take(createTurn('bob'), () => Promise.resolve('read'))
    await expect(failing).rejects.toThrow('away')
    expect(await other).toBe('read')
  })

  test('[P7] so many may wait and no more, of one reader and in all; afterwards everybody may again', async () => {
    const { ask, end } = heldReads('pglite')
    const reads = Array.from({ length: 5_001 }, () => ask('greedy'))
    await expect(ask('greedy')).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1_000 })
    for (let reader = 0; reader < 5_000; reader += 1) reads.push(ask(`reader ${reader}`))
    await expect(ask('ada')).rejects.toMatchObject({ code: 'overloaded' })
    for (let i = 0; i < reads.length; i += 1) await end()
    await Promise.all(reads)
    const again = ask('greedy')
    await end()
    await again
  })
})

describe('a turn of several readers', () => {
  test('comes with the first of them, who may have joined last', async () => {
    const { ask, started, end } = heldReads('pglite')
    for (let i = 0; i < 10; i += 1) void ask('greedy')
    const shared = createTurn('greedy')
    const answer = ask('greedy', shared, 'shared')
    void ask('ada')
    expect(shared.join('bob')).toBe(true)
    void ask('cyd')
    for (let i = 0; i < 5; i += 1) await end()
    await answer
    expect(started.slice(0, 6)).toEqual(['greedy', 'greedy', 'ada', 'shared', 'cyd', 'greedy'])
  })

  test('many of them are one share of who began them all', async () => {
    const { ask, started, end } = heldReads('pglite')
    for (let room = 0; room < 50; room += 1) void ask('greedy', createTurn('greedy'), `room ${room}`)
    for (const reader of ['ada', 'bob', 'ada', 'bob']) void ask(reader)
    for (let i = 0; i < 6; i += 1) await end()
    expect(started).toEqual(['room 0', 'room 1', 'ada', 'bob', 'room 2', 'ada', 'bob'])
  })

  test('[P4] cannot be joined once the read has begun', async () => {
    const { ask, end } = heldReads('pglite')
    const shared = createTurn('ada')
    const answer = ask('ada', shared)
    expect(shared.join('bob')).toBe(false)
    await end()
    await answer
  })

  test('takes nothing from the others who share it: no place, and no room for more', async () => {
    const { ask, started, end } = heldReads('pglite')
    void ask('greedy')
    for (let room = 0; room < 5_000; room += 1) {
      const shared = createTurn('greedy')
      void ask('greedy', shared, 'shared')
      shared.join('ada')
      if (room < 4_999) await end()
    }
    const own = ask('ada')
    void ask('bob')
    for (let i = 0; i < 3; i += 1) await end()
    await own
    expect(started.slice(-3)).toEqual(['shared', 'ada', 'bob'])
  })

  test('[P7] is refused where none of them may wait, and goes on where one of them may', async () => {
    const { ask, started, end } = heldReads('pglite')
    for (let i = 0; i < 5_001; i += 1) void ask('greedy')
    const refused = createTurn('greedy')
    await expect(ask('greedy', refused)).rejects.toMatchObject({ code: 'overloaded' })
    expect(refused.join('ada'), 'nobody waits for what was refused').toBe(false)
    const shared = createTurn('greedy')
    shared.join('ada')
    const answer = ask('greedy', shared, 'shared')
    for (let i = 0; i < 3; i += 1) await end()
    await answer
    expect(started[2]).toBe('shared')
  })
})

describe('while somebody writes', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** How long the second of two reads of 8 ms waits after the first. */
  async function pauseAfterRead(engine: 'pglite' | 'postgres', readMs: number, isWriting: boolean) {
    const turns = createReadTurns(engine)
    const startedAt: number[] = []
    const read = () => {
      startedAt.push(performance.now())
      return new Promise<void>((done) => setTimeout(done, readMs))
    }
    if (isWriting) turns.wrote()
    const reads = Array.from({ length: 6 }, (_, i) => turns.take(createTurn(String(i)), read))
    await vi.runAllTimersAsync()
    await Promise.all(reads)
    return startedAt[5]! - startedAt[0]! - (engine === 'pglite' ? 5 : 1) * readMs
  }

  test.each([
    ['pglite', 8, true, 40],
    ['pglite', 500, true, 50],
    ['pglite', 8, false, 0],
    ['postgres', 8, true, 0],
  ] as const)(
    'reads of %s that take %i ms leave it to others as long, but not longer than 50 ms',
    async (engine, readMs, isWriting, restMs) => {
      expect(await pauseAfterRead(engine, readMs, isWriting)).toBe(restMs)
    },
  )
})

import { expect, test } from 'vitest'
import { until } from '../test/support/until.js'
import type { Turn } from './storage/read-turns.js'
import { createSharedTurn, createSharedTurns } from './shared-turn.js'

/** Reads whose turn comes, and that end, when told to. */
function controlledReads() {
  const reads: { turn: Turn; lowest: () => number; answer: (value: string) => void }[] = []
  const ask = createSharedTurn(
    (turn, lowest) => new Promise<string>((answer) => reads.push({ turn, lowest, answer })),
  )
  const inLine = (count: number) => until(() => expect(reads).toHaveLength(count))
  return { reads, ask, inLine }
}

test('all callers until the turn has come share the read, which gets the lowest value they need', async () => {
  const { reads, ask, inLine } = controlledReads()
  const answers = [ask('ada', 7)]
  await inLine(1)
  answers.push(ask('bob', 3), ask('cyd', 5))
  expect([...reads[0]!.turn.begin()]).toEqual(['ada', 'bob', 'cyd'])
  expect(reads[0]!.lowest()).toBe(3)
  reads[0]!.answer('read')
  expect(await Promise.all(answers)).toEqual(['read', 'read', 'read'])
})

test('[P4] who asks once it has begun gets a later read, which knows nothing of what the first one needed', async () => {
  const { reads, ask, inLine } = controlledReads()
  const early = ask('ada', 3)
  await inLine(1)
  reads[0]!.turn.begin()
  const late = [ask('ada', 9), ask('bob', 8)]
  expect(reads[0]!.lowest()).toBe(3)
  reads[0]!.answer('old')
  expect(await early).toBe('old')
  await inLine(2)
  reads[1]!.turn.begin()
  expect(reads[1]!.lowest()).toBe(8)
  reads[1]!.answer('new')
  expect(await Promise.all(late)).toEqual(['new', 'new'])
})

test('each key has a separate read, and is read again once nobody waits', async () => {
  const begun: string[] = []
  const ask = createSharedTurns((turn, page: string) => {
    turn.begin()
    begun.push(page)
    return page === 'lost' ? Promise.reject(new Error('away')) : Promise.resolve(page)
  })
  expect(await Promise.all([ask('ada', 'first'), ask('bob', 'second'), ask('cyd', 'first')])).toEqual([
    'first',
    'second',
    'first',
  ])
  await expect(ask('ada', 'lost')).rejects.toThrow('away')
  await expect(ask('ada', 'lost')).rejects.toThrow('away')
  expect(await ask('ada', 'first')).toBe('first')
  expect(begun).toEqual(['first', 'second', 'lost', 'lost', 'first'])
})

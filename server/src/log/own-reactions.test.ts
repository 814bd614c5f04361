import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import type { MessageRow } from '@alcove/sdk/protocol'
import { createMetrics } from '../metrics.js'
import type { ReactionOf, ReactionRepository, WantedReactions } from '../storage/reaction-repository.js'
import { createOwnReactionReads } from './own-reactions.js'

const row = (id: string, count: number): MessageRow => ({
  ...{ id, seq: 1, rev: 1, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'hi' },
  reactions: { '👍': count },
})

/** Reads that begin as soon as they may, of a room in which everybody liked everything. */
function start() {
  const statements: WantedReactions[] = []
  const of = vi.fn<ReactionRepository['of']>((_room, wanted, turn) => {
    for (const _ of turn.begin());
    const asked = wanted()
    statements.push(asked)
    const found: ReactionOf[] = [
      ...asked.whole.flatMap((message) => asked.users.map((user) => ({ message, user, emoji: '👍' }))),
      ...asked.of.map((one) => ({ ...one, emoji: '👍' })),
    ]
    return nextTurn(found)
  })
  const metrics = createMetrics()
  const own = createOwnReactionReads({ of }, metrics)
  const counted = async () =>
    (await metrics.reads.get()).values.map(({ labels, value }) => [labels.kind, value])
  return { own, of, statements, counted }
}

describe('[REACT-7] the own reactions of a crowd', () => {
  test('are one statement for all who ask at once, and another for those who come later', async () => {
    const { own, of, statements, counted } = start()
    const rows = [row('m1', 3), row('m2', 4)]
    const ask = (user: string) => own.of(7, user, rows, user)
    const early = ['ada', 'bob', 'cyd'].map(ask)
    await vi.waitFor(() => expect(of).toHaveBeenCalledTimes(1))
    const late = ['eve', 'max'].map(ask)
    const both = [
      { message: 'm1', emoji: '👍' },
      { message: 'm2', emoji: '👍' },
    ]
    expect(await Promise.all([...early, ...late])).toEqual([both, both, both, both, both])
    expect(statements).toEqual([
      { whole: ['m1', 'm2'], users: ['ada', 'bob', 'cyd'], of: [] },
      { whole: ['m1', 'm2'], users: ['eve', 'max'], of: [] },
    ])
    expect(await counted()).toEqual([['own', 2]])
  })

  test('of a message with many reactions are looked up reader by reader, unless they are many as well', async () => {
    const { own, statements } = start()
    const rows = [row('few', 20), row('many', 2_000)]
    const readers = ['ada', 'bob']
    await Promise.all(readers.map((user) => own.of(7, user, rows, user)))
    const crowd = Array.from({ length: 200 }, (_, i) => `user-${i}`)
    await Promise.all(crowd.map((user) => own.of(7, user, rows, user)))
    expect(statements).toEqual([
      { whole: ['few'], users: readers, of: readers.map((user) => ({ message: 'many', user })) },
      { whole: ['few', 'many'], users: crowd, of: [] },
    ])
  })

  test('are those of the rows that each of them was given', async () => {
    const { own, statements } = start()
    const [one, both] = await Promise.all([
      own.of(7, 'ada', [row('m1', 1)], 'ada'),
      own.of(7, 'bob', [row('m1', 1), row('m2', 1)], 'bob'),
    ])
    expect(statements).toHaveLength(1)
    expect(one.map(({ message }) => message)).toEqual(['m1'])
    expect(both.map(({ message }) => message)).toEqual(['m1', 'm2'])
  })

  test('of two rooms are two statements', async () => {
    const { own, of } = start()
    await Promise.all([7, 8].map((room) => own.of(room, 'ada', [row('m1', 1)], 'ada')))
    expect(of.mock.calls.map(([room]) => room)).toEqual([7, 8])
  })

  test('[P7] one statement reads so much at most; who asks for more than is left gets the next one', async () => {
    const { own, statements } = start()
    const rows = Array.from({ length: 50 }, (_, i) => row(`m${i}`, 1_000_000))
    const crowd = Array.from({ length: 100 }, (_, i) => `user-${i}`)
    const found = await Promise.all(crowd.map((user) => own.of(7, user, rows, user)))
    expect(found.every((own) => own.length === 50)).toBe(true)
    expect(statements.map(({ of }) => of.length)).toEqual([2_000, 2_000, 1_000])
  })

  test('a failed read fails those who shared it, and nobody later', async () => {
    const { own, of } = start()
    of.mockImplementationOnce((_room, _wanted, turn) => {
      turn.begin()
      return Promise.reject(new Error('away'))
    })
    const ask = (user: string) => own.of(7, user, [row('m1', 1)], user)
    const early = Promise.allSettled([ask('ada'), ask('bob')])
    expect((await early).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await ask('ada')).toHaveLength(1)
  })
})

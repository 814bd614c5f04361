/** A checker that cannot fail is worthless: each kind of damage is made here and must be found. */
import { describe, expect, it } from 'vitest'
import { check } from './checker.js'
import type { ReaderEntry, SceneRecord, StoredMessage } from './records.js'

const COUNT = 5

const row = (seq: number): StoredMessage => ({ id: `id-${seq}`, seq, rev: seq, text: `mark:${seq}` })
const event = (seq: number): ReaderEntry => ({ kind: 'message', at: seq, ...row(seq) })
const BEGAN: ReaderEntry = { kind: 'began', seq: 0, why: 'joined' }

/** One writer, one reader, five messages, everything right. */
function sound(): SceneRecord & { stored: StoredMessage[] } {
  const stored = Array.from({ length: COUNT }, (_, index) => row(index + 1))
  return {
    room: 'room',
    mark: 'mark:',
    writers: [
      {
        name: 'writer',
        proxy: 0,
        sent: stored.map(({ text, id, seq }) => ({
          text,
          at: 0,
          outcome: { kind: 'acked', id, seq, at: 1 },
        })),
      },
    ],
    readers: [
      reader(
        stored.map(({ seq }) => event(seq)),
        stored,
      ),
    ],
    stored,
    overheard: [{ event: 'room:changed', room: 'room', texts: ['mark:1'] }],
    allowsReset: false,
  }
}

const reader = (entries: ReaderEntry[], view: readonly StoredMessage[]) => ({
  name: 'reader',
  proxy: 1,
  entries: [BEGAN, ...entries],
  view,
  leftovers: 0,
})

const rules = (record: SceneRecord) => [...new Set(check(record).violations.map(({ rule }) => rule))]
/** The sound record with the reader's events as given. */
const seen = (...seqs: number[]): SceneRecord => ({
  ...sound(),
  readers: [reader(seqs.map(event), sound().stored)],
})

describe('checker', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(check(sound())).toEqual({
      violations: [],
      acked: 5,
      stored: 5,
      lost: 0,
      doubled: 0,
      outOfOrder: 0,
    })
  })

  it('[I1] an acked message that is not stored is lost', () => {
    const record = sound()
    record.stored.pop()
    const verdict = check({ ...record, readers: [] })
    expect(verdict).toMatchObject({ lost: 1, violations: [{ rule: 'I1' }] })
  })

  it('[I1] an acked message at another seq, or with another text', () => {
    const record = sound()
    record.stored[0] = { ...row(1), id: 'id-2' }
    record.stored[1] = { ...row(2), id: 'id-1' }
    expect(rules({ ...record, readers: [] })).toEqual(['I1'])
    const changed = sound()
    changed.stored[0] = { ...row(1), text: 'mark:other' }
    expect(rules({ ...changed, readers: [] })).toEqual(['I1'])
  })

  it('[I1] a message stored twice, under one id or two', () => {
    const record = sound()
    record.stored.push({ ...row(6), text: 'mark:1' })
    expect(check({ ...record, readers: [] })).toMatchObject({ doubled: 1, violations: [{ rule: 'I1' }] })
    record.stored[5] = { ...row(6), id: 'id-1', text: 'mark:1' }
    expect(rules({ ...record, readers: [] })).toEqual(['I1'])
  })

  it('[I2] a hole in seq or in rev, and a client that reads another room than the database has', () => {
    const record = sound()
    record.stored[4] = { ...row(5), rev: 6 }
    expect(rules({ ...record, readers: [] })).toEqual(['I2'])
    expect(rules({ ...sound(), storedElsewhere: sound().stored.slice(1) })).toEqual(['I2'])
    expect(rules({ ...sound(), storedElsewhere: sound().stored })).toEqual([])
  })

  it('[I3] a message a reader never saw, in the middle or at the end', () => {
    expect(check(seen(1, 2, 4, 5))).toMatchObject({ lost: 1, doubled: 0, outOfOrder: 0 })
    expect(rules(seen(1, 2, 4, 5))).toEqual(['I3'])
    expect(check(seen(1, 2, 3))).toMatchObject({ lost: 2 })
    expect(rules(seen())).toEqual(['I3'])
  })

  it('[I3] a message a reader saw twice', () => {
    expect(check(seen(1, 2, 2, 3, 4, 5))).toMatchObject({ lost: 0, doubled: 1, outOfOrder: 0 })
    expect(rules(seen(1, 2, 2, 3, 4, 5))).toEqual(['I3'])
  })

  it('[I3] messages a reader saw in another order are not lost, but out of order', () => {
    expect(check(seen(1, 3, 2, 4, 5))).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 1 })
    expect(rules(seen(1, 3, 2, 4, 5))).toEqual(['I3'])
  })

  it('[I3] a ghost: shown and never stored', () => {
    const ghost: ReaderEntry = { kind: 'message', at: 0, id: 'id-6', seq: 6, text: 'mark:6' }
    const record = sound()
    const entries = [...record.stored.map(({ seq }) => event(seq)), ghost]
    expect(rules({ ...record, readers: [reader(entries, record.stored)] })).toEqual(['I3'])
  })

  it('[I3] a list that is not the end of the room, and one with leftovers', () => {
    const record = sound()
    const [whole] = record.readers
    expect(rules({ ...record, readers: [{ ...whole!, view: record.stored.slice(0, 4) }] })).toEqual(['I3'])
    expect(rules({ ...record, readers: [{ ...whole!, view: [row(1), row(3), row(4), row(5)] }] })).toEqual([
      'I3',
    ])
    expect(rules({ ...record, readers: [{ ...whole!, leftovers: 1 }] })).toEqual(['I3'])
    expect(rules({ ...record, readers: [{ ...whole!, view: record.stored.slice(2) }] })).toEqual([])
  })

  it('[I3] a view that begins anew is a violation unless the row allows it, and then must be whole from there', () => {
    const anew: ReaderEntry = { kind: 'began', seq: 3, why: 'behind' }
    const record = sound()
    const restarted = { ...record, readers: [reader([event(1), anew, event(4), event(5)], record.stored)] }
    expect(rules(restarted)).toEqual(['I3'])
    expect(check({ ...restarted, allowsReset: true }).violations).toEqual([])
    const torn = {
      ...record,
      allowsReset: true,
      readers: [reader([event(1), anew, event(5)], record.stored)],
    }
    expect(rules(torn)).toEqual(['I3'])
  })

  it('[I4] a send that ended as nothing at all, and one that failed and is stored', () => {
    const record = sound()
    const waiting = { text: 'mark:6', at: 0, outcome: { kind: 'waiting' as const } }
    const failed = { text: 'mark:5', at: 0, outcome: { kind: 'failed' as const, code: 'room_full' } }
    const honest = { text: 'mark:7', at: 0, outcome: { kind: 'failed' as const, code: 'room_full' } }
    const of = (...sent: (typeof waiting | typeof failed)[]) => ({
      ...record,
      writers: [{ name: 'w', proxy: 0, sent }],
    })
    expect(rules(of(waiting))).toEqual(['I4'])
    expect(rules(of(failed))).toEqual(['I4'])
    expect(rules(of(honest))).toEqual([])
  })

  it('[I5] a foreign event, by its room or by its text, in the SDK or below it', () => {
    const record = sound()
    const heard = (room: string, ...texts: string[]) =>
      rules({ ...record, overheard: [{ event: 'room:changed', room, texts }] })
    expect(heard('another')).toEqual(['I5'])
    expect(heard('room', 'other:1')).toEqual(['I5'])
    expect(heard('room', 'mark:1')).toEqual([])
    const foreign: ReaderEntry = { kind: 'message', at: 0, id: 'id-6', seq: 6, text: 'other:6' }
    const entries = [...record.stored.map(({ seq }) => event(seq)), foreign]
    expect(rules({ ...record, readers: [reader(entries, record.stored)] })).toContain('I5')
  })

  it('says how much more there is instead of all of it', () => {
    const { violations } = check(seen(1, 1, 1, 1, 1, 1, 2, 3, 4, 5))
    expect(violations).toHaveLength(4)
    expect(violations.at(-1)?.what).toBe('and 2 more of this kind')
  })
})

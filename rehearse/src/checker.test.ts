/** A checker that cannot fail is worthless: each kind of damage is made here and must be found. */
import { describe, expect, it } from 'vitest'
import { check } from './checker.js'
import type { PersonRecord, Reacted, ReaderEntry, SceneRecord, StoredMessage } from './records.js'

const COUNT = 5

const row = (seq: number): StoredMessage => ({
  ...{ id: `id-${seq}`, seq, rev: seq, text: `mark:${seq}` },
  reactions: [],
})
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
        changes: [],
        sent: stored.map(({ text, id, seq }) => ({
          text,
          at: 0,
          outcome: { kind: 'acked', id, seq, at: 1 },
        })),
      },
    ],
    readers: [reader(stored.map(({ seq }) => event(seq)))],
    people: [person(stored)],
    stored,
    overheard: [{ event: 'room:changed', room: 'room', texts: ['mark:1'] }],
    allowsReset: false,
  }
}

const reader = (entries: ReaderEntry[]) => ({
  name: 'reader',
  proxy: 1,
  entries: [BEGAN, ...entries],
  leftovers: 0,
})

/** Who sees this, and has reacted to nothing. */
const person = (view: readonly StoredMessage[]): PersonRecord => ({
  name: 'person',
  reactions: [],
  view: view.map((message) => ({ ...message, mine: [] })),
})
/** What the database says, and of how many it knows that they reacted. */
const elsewhere = (stored: readonly StoredMessage[], reactors: Record<number, number> = {}) =>
  stored.map((one) => ({ ...one, reactors: reactors[one.seq] ?? 0 }))
/** Nobody looks. */
const UNSEEN = { readers: [], people: [] }

const rules = (record: SceneRecord) => [...new Set(check(record).violations.map(({ rule }) => rule))]
/** The sound record with the reader's events as given. */
const seen = (...seqs: number[]): SceneRecord => ({
  ...sound(),
  readers: [reader(seqs.map(event))],
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
    const verdict = check({ ...record, ...UNSEEN })
    expect(verdict).toMatchObject({ lost: 1, violations: [{ rule: 'I1' }] })
  })

  it('[I1] an acked message at another seq, or with another text', () => {
    const record = sound()
    record.stored[0] = { ...row(1), id: 'id-2' }
    record.stored[1] = { ...row(2), id: 'id-1' }
    expect(rules({ ...record, ...UNSEEN })).toEqual(['I1'])
    const changed = sound()
    changed.stored[0] = { ...row(1), text: 'mark:other' }
    expect(rules({ ...changed, ...UNSEEN })).toEqual(['I1'])
  })

  it('[I1] a message stored twice, under one id or two', () => {
    const record = sound()
    record.stored.push({ ...row(6), text: 'mark:1' })
    expect(check({ ...record, ...UNSEEN })).toMatchObject({ doubled: 1, violations: [{ rule: 'I1' }] })
    record.stored[5] = { ...row(6), id: 'id-1', text: 'mark:1' }
    expect(rules({ ...record, ...UNSEEN })).toEqual(['I1'])
  })

  it('[I2] a hole in seq or in rev, and a client that reads another room than the database has', () => {
    const record = sound()
    record.stored[4] = { ...row(5), rev: 6 }
    expect(rules({ ...record, ...UNSEEN, revs: [1, 2, 3, 4, 6] })).toEqual(['I2'])
    expect(rules({ ...record, ...UNSEEN, revs: [1, 2, 3, 4, 5, 6] })).toEqual([])
    record.stored[4] = { ...row(5), rev: 4 }
    expect(rules({ ...record, ...UNSEEN })).toEqual(['I2'])
    record.stored[4] = { ...row(5), seq: 6 }
    expect(rules({ ...record, ...UNSEEN })).toContain('I2')
    expect(rules({ ...sound(), storedElsewhere: elsewhere(sound().stored.slice(1)) })).toEqual(['I2'])
    expect(rules({ ...sound(), storedElsewhere: elsewhere(sound().stored) })).toEqual([])
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
    expect(rules({ ...record, readers: [reader(entries)] })).toEqual(['I3'])
  })

  it('[I3] a list that is not the end of the room, and one with leftovers', () => {
    const record = sound()
    const shown = (...view: StoredMessage[]) => rules({ ...record, people: [person(view)] })
    expect(shown(...record.stored.slice(0, 4))).toEqual(['I3'])
    expect(shown(row(1), row(3), row(4), row(5))).toEqual(['I3'])
    expect(shown(...record.stored.slice(2))).toEqual([])
    expect(shown()).toEqual(['I3'])
    const [whole] = record.readers
    expect(rules({ ...record, readers: [{ ...whole!, leftovers: 1 }] })).toEqual(['I3'])
  })

  it('[I3] a view that starts over is a violation unless the row allows it, and must then be complete from there', () => {
    const restart: ReaderEntry = { kind: 'began', seq: 3, why: 'behind' }
    const record = sound()
    const restarted = { ...record, readers: [reader([event(1), restart, event(4), event(5)])] }
    expect(rules(restarted)).toEqual(['I3'])
    expect(check({ ...restarted, allowsReset: true }).violations).toEqual([])
    const torn = {
      ...record,
      allowsReset: true,
      readers: [reader([event(1), restart, event(5)])],
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
      writers: [{ name: 'w', proxy: 0, sent, changes: [] }],
    })
    expect(rules(of(waiting))).toEqual(['I4'])
    expect(rules(of(failed))).toEqual(['I4'])
    expect(rules(of(honest))).toEqual([])
  })

  describe('messages that were changed', () => {
    type Outcome = SceneRecord['writers'][number]['changes'][number]['outcome']
    const acked: Outcome = { kind: 'acked' }

    /** Message 2 edited, message 3 deleted, and message 4 edited twice. */
    function changed(more: { outcome?: Outcome; stored?: Partial<StoredMessage> } = {}): SceneRecord {
      const record = sound()
      record.stored[1] = { ...row(2), rev: 6, text: 'mark:second' }
      record.stored[2] = { ...row(3), rev: 7, text: '' }
      record.stored[3] = { ...row(4), rev: 9, text: 'mark:fourth', ...more.stored }
      const changes = [
        { message: 'id-2', text: 'mark:second', outcome: acked },
        { message: 'id-3', outcome: acked },
        { message: 'id-4', text: 'mark:third', outcome: acked },
        { message: 'id-4', text: 'mark:fourth', outcome: more.outcome ?? acked },
      ]
      const revs = [1, 2, 3, 4, 5, 6, 7, 8, 9]
      const people = [person(record.stored)]
      return { ...record, revs, people, writers: [{ ...record.writers[0]!, changes }] }
    }
    const withReader = (record: SceneRecord, entries: ReaderEntry[], view = record.stored) => ({
      ...record,
      readers: [reader(entries)],
      people: [person(view)],
    })

    it('are as their last acked change left them, and may have been shown as they were before', () => {
      expect(rules(changed())).toEqual([])
      const late = [event(1), { ...event(2), text: 'mark:second' }, event(4), event(5)] as ReaderEntry[]
      expect(rules(withReader(changed(), late)), 'deleted before it was shown').toEqual([])
    })

    it('[I1] an acked edit that is not stored, and one that came back after it was deleted', () => {
      expect(rules(changed({ stored: { text: 'mark:third' } }))).toContain('I1')
      const back = changed()
      expect(rules({ ...back, stored: back.stored.with(2, { ...row(3), rev: 7 }) })).toContain('I1')
    })

    it('[I3] a reader who was shown a text that it never had, or whose list is not as it is stored', () => {
      const record = changed()
      const invented = [
        event(1),
        { ...event(2), text: 'mark:?' },
        event(3),
        event(4),
        event(5),
      ] as ReaderEntry[]
      expect(rules(withReader(record, invented))).toEqual(['I3'])
      const all = [1, 2, 3, 4, 5].map(event)
      expect(rules(withReader(record, all, record.stored.with(1, row(2)))), 'an edit was missed').toEqual([
        'I3',
      ])
      expect(rules(withReader(record, all, record.stored.with(2, row(3)))), 'a deletion').toEqual(['I3'])
    })

    it('[I4] a change that ended as nothing, one that failed and is stored, and a refused one', () => {
      expect(rules(changed({ outcome: { kind: 'waiting' }, stored: { text: 'mark:third' } }))).toEqual(['I4'])
      const failed: Outcome = { kind: 'failed', code: 'timeout' }
      expect(rules(changed({ outcome: failed }))).toContain('I4')
      expect(rules(changed({ outcome: failed, stored: { text: 'mark:third' } }))).toEqual(['I4'])
    })

    it('none of the SDK, which had too much waiting, and sent nothing', () => {
      const full: Outcome = { kind: 'failed', code: 'outbox_full' }
      expect(rules(changed({ outcome: full, stored: { text: 'mark:third' } }))).toEqual([])
      expect(rules(changed({ outcome: full }))).toContain('I4')
    })
  })

  describe('reactions', () => {
    const done = (message: string, emoji: string, on = true): Reacted => ({
      ...{ message, emoji, on },
      outcome: { kind: 'acked' },
    })

    /** Ada and Ben reacted to message 2, where Ada took one of hers back, and Ben to message 3, which was deleted then. */
    function reacted(): SceneRecord & { stored: StoredMessage[] } {
      const record = sound()
      const reactions = [
        { emoji: '👍', count: 2 },
        { emoji: '🎉', count: 1 },
      ]
      record.stored[1] = { ...row(2), rev: 10, reactions }
      record.stored[2] = { ...row(3), rev: 12, text: '' }
      const own = (mine: string[]) =>
        record.stored.map((one) => ({ ...one, mine: one.seq === 2 ? mine : [] }))
      const taken = [done('id-2', '👍'), done('id-2', '❤️'), done('id-2', '❤️', false)]
      const ada = { name: 'ada', reactions: taken, view: own(['👍']) }
      const ben = {
        ...{ name: 'ben', view: own(['👍', '🎉']) },
        reactions: [done('id-2', '👍'), done('id-2', '🎉'), done('id-3', '👍')],
      }
      const deletion = { message: 'id-3', outcome: { kind: 'acked' as const } }
      const writers = record.writers.map((writer) => ({ ...writer, changes: [deletion] }))
      return { ...record, writers, people: [ada, ben, person(record.stored)] }
    }
    const withPeople = (change: (people: readonly PersonRecord[]) => PersonRecord[]) => {
      const record = reacted()
      return rules({ ...record, people: change(record.people) })
    }
    const countedAs = (seq: number, ...reactions: StoredMessage['reactions']) => {
      const { stored } = reacted()
      return stored.with(seq - 1, { ...stored[seq - 1]!, reactions })
    }

    it('are as they were made and taken back, counted for all, and gone with the message', () => {
      expect(check(reacted()).violations).toEqual([])
      const known = (reactors: number) =>
        rules({ ...reacted(), storedElsewhere: elsewhere(reacted().stored, { 2: reactors }) })
      expect(known(3)).toEqual([])
      expect(known(2), 'one who is counted and not known').toEqual(['I2'])
    })

    it('[I1] one that was acked and is not counted, and one that is counted twice or that nobody made', () => {
      const counting = (stored: StoredMessage[]) => rules({ ...reacted(), stored })
      const party = { emoji: '🎉', count: 1 }
      expect(counting(countedAs(2, { emoji: '👍', count: 2 }))).toContain('I1')
      expect(counting(countedAs(2, { emoji: '👍', count: 3 }, party))).toContain('I1')
      expect(counting(countedAs(1, party))).toContain('I1')
      expect(counting(countedAs(3, party)), 'on a deleted message').toContain('I1')
    })

    it('[I2 I3] the same counts in another order', () => {
      const turned = countedAs(2, { emoji: '🎉', count: 1 }, { emoji: '👍', count: 2 })
      expect(withPeople(([ada, ben]) => [ada!, ben!, person(turned)])).toEqual(['I3'])
      expect(rules({ ...reacted(), storedElsewhere: elsewhere(turned, { 2: 3 }) })).toEqual(['I2'])
    })

    it('[I3] one that is not shown as one’s own, and one of somebody else that is', () => {
      const showing = (...mine: string[]) =>
        withPeople(([ada, ...others]) => [
          { ...ada!, view: ada!.view.map((one) => (one.seq === 2 ? { ...one, mine } : one)) },
          ...others,
        ])
      expect(showing()).toEqual(['I3'])
      expect(showing('👍', '🎉')).toEqual(['I3'])
      expect(showing('🎉')).toEqual(['I3'])
      expect(showing('👍')).toEqual([])
    })

    it('[I4] one that ended as nothing, and one that was refused though its message is there', () => {
      const ending = (message: string, outcome: Reacted['outcome']) =>
        withPeople(([ada, ...others]) => [
          { ...ada!, reactions: [...ada!.reactions, { message, emoji: '😂', on: true, outcome }] },
          ...others,
        ])
      expect(ending('id-2', { kind: 'waiting' })).toEqual(['I4'])
      expect(ending('id-2', { kind: 'failed', code: 'message_deleted' })).toEqual(['I4'])
      expect(ending('id-3', { kind: 'failed', code: 'timeout' })).toEqual(['I4'])
      expect(ending('id-3', { kind: 'failed', code: 'message_deleted' })).toEqual([])
    })
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
    expect(rules({ ...record, readers: [reader(entries)] })).toContain('I5')
  })

  it('says how much more there is instead of all of it', () => {
    const { violations } = check(seen(1, 1, 1, 1, 1, 1, 2, 3, 4, 5))
    expect(violations).toHaveLength(4)
    expect(violations.at(-1)?.what).toBe('and 2 more of this kind')
  })
})

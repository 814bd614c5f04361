import { describe, expect, it } from 'vitest'
import { ChatError } from '../errors.js'
import { committed as toCommitted, type Committed } from '../message.js'
import type { MessageChange, MessageRow } from '../protocol/index.js'
import { fromStored, toStored, type Entry } from './entry.js'
import { merged, verbOf } from './kinds.js'
import type { OwnChange } from './kind.js'
import { overlay } from './overlay.js'

const ada = { id: 'ada', name: 'Ada' }
const bob = { id: 'bob', name: 'Bob' }

const row = (seq: number, more: Partial<MessageRow> = {}): MessageRow => ({
  id: `m${seq}`,
  seq,
  rev: seq,
  at: seq,
  user: ada,
  text: `text ${seq}`,
  ...more,
})
const sent = (seq: number, more: Partial<MessageRow> = {}): Committed => toCommitted(row(seq, more))

const created = (text: string): OwnChange => ({ kind: 'message.created', text })
const edited = (message: string, text = 'edited'): MessageChange => ({
  kind: 'message.edited',
  message,
  text,
})
const deleted = (message: string): MessageChange => ({ kind: 'message.deleted', message })

const pending = (
  change: OwnChange,
  more: Partial<Pick<Entry, 'id' | 'by'>> & { error?: ChatError } = {},
): Entry => ({
  id: 'c1',
  at: 100,
  by: ada,
  change,
  state: 'pending',
  ...more,
})
const committed = (change: OwnChange, rev: number): Entry => ({
  ...{ id: 'c1', at: 100, by: ada, change },
  state: 'committed',
  commit: { epoch: 'e', rev },
})

describe('what is shown before the server has answered', () => {
  it('without entries is what is committed, the same array', () => {
    const rows = [sent(1), sent(2)]
    expect(overlay(rows, [])).toBe(rows)
    expect(rows).toEqual([sent(1), sent(2)])
  })

  it('unsent messages come behind, in their order, with what is in them', () => {
    const error = new ChatError('forbidden', 'unable to send message; no')
    const change: OwnChange = { kind: 'message.created', text: 'two', replyTo: 'm1', meta: { card: 1 } }
    const failed: Entry = { id: 'c2', at: 100, by: ada, change, state: 'failed', error }
    const unsent = { id: 'c1', seq: undefined, rev: undefined, at: 100, user: ada, reactions: [] }
    expect(overlay([sent(1)], [pending(created('one')), failed])).toEqual([
      sent(1),
      { ...unsent, text: 'one', state: 'pending' },
      { ...unsent, id: 'c2', text: 'two', replyTo: 'm1', meta: { card: 1 }, state: 'failed', error },
    ])
  })

  it('a message that is acked and not in the log yet is as the server has it', () => {
    const entry: Entry = {
      ...pending(created('one')),
      state: 'committed',
      commit: { epoch: 'e', rev: 7, row: sent(7) },
    }
    expect(overlay([], [entry])).toEqual([sent(7)])
  })

  it('an edit has its text and its time; the row it lies over stays as it is', () => {
    const rows = [sent(1), sent(2, { meta: { card: 1 } }), sent(3)]
    const known = [...rows]
    expect(overlay(rows, [pending(edited('m2'))])).toEqual([
      sent(1),
      { ...sent(2, { meta: { card: 1 } }), text: 'edited', editedAt: 100, pending: 'edit' },
      sent(3),
    ])
    expect(known[1]).toEqual(sent(2, { meta: { card: 1 } }))
  })

  it('a deletion says by whom', () => {
    const shown = {
      id: 'm1',
      seq: 1,
      rev: 1,
      at: 1,
      user: ada,
      text: '',
      state: 'sent',
      pending: 'delete',
      reactions: [],
    }
    expect(overlay([sent(1, { meta: {} })], [pending(deleted('m1'))])).toEqual([
      { ...shown, deleted: { at: 100, by: 'author' } },
    ])
    expect(overlay([sent(1)], [pending(deleted('m1'), { by: bob })])).toEqual([
      { ...shown, deleted: { at: 100, by: 'moderator' } },
    ])
  })

  it('several to one message lie over each other, in their order', () => {
    const over = [pending(edited('m1', 'a')), pending(edited('m1', 'b')), pending(edited('m2', 'c'))]
    expect(overlay([sent(1), sent(2)], over).map(({ text }) => text)).toEqual(['b', 'c'])
    const [message] = overlay([sent(1)], [pending(edited('m1')), pending(deleted('m1'))])
    expect(message).toMatchObject({ text: '', deleted: { by: 'author' }, pending: 'delete' })
  })

  it('says why a change still waits', () => {
    const error = new ChatError('unavailable', 'unable to change message; no')
    expect(overlay([sent(1)], [pending(edited('m1'), { error })])[0]).toMatchObject({ error })
  })

  it('has no field for an error where there is none', () => {
    const shown = overlay([sent(1)], [pending(created('one')), pending(edited('m1'))])
    for (const message of shown) expect(Object.keys(message)).not.toContain('error')
  })

  it('what is deleted stays deleted', () => {
    const tombstone = sent(1, { text: '', deleted: { at: 5, by: 'moderator' } })
    expect(overlay([tombstone], [pending(edited('m1')), pending(deleted('m1'))])).toEqual([tombstone])
  })

  it('a change that is acked lies over the row, without a mark, until the row is as new', () => {
    const shown = { ...sent(1), rev: 5, text: 'edited', editedAt: 100 }
    expect(overlay([sent(1)], [committed(edited('m1'), 5)])).toEqual([shown])
    for (const rev of [5, 6])
      expect(overlay([sent(1, { rev })], [committed(edited('m1'), 5)])).toEqual([sent(1, { rev })])
  })

  it('a change that waits lies over a newer row as well', () => {
    expect(overlay([sent(1, { rev: 9 })], [pending(edited('m1'))])[0]).toMatchObject({
      text: 'edited',
      rev: 9,
    })
  })

  it('a change to a message that is not here shows nothing', () => {
    expect(overlay([sent(1)], [pending(edited('other'))])).toEqual([sent(1)])
  })

  it('a change to an unsent message lies over that', () => {
    expect(overlay([], [pending(created('one'), { id: 'm9' }), pending(edited('m9'))])).toEqual([
      {
        ...{ id: 'm9', seq: undefined, rev: undefined, at: 100, user: ada, state: 'pending' },
        ...{ text: 'edited', editedAt: 100, pending: 'edit', reactions: [] },
      },
    ])
  })
})

describe('two changes to one message, of which the first has not gone out', () => {
  it.each([
    [created('one'), edited('m', 'two'), created('two')],
    [created('one'), deleted('m'), null],
    [edited('m', 'one'), edited('m', 'two'), edited('m', 'two')],
    [edited('m'), deleted('m'), deleted('m')],
    [deleted('m'), edited('m'), undefined],
    [deleted('m'), deleted('m'), undefined],
    [created('one'), created('two'), undefined],
    [edited('m'), created('two'), undefined],
  ])('%j and %j come to %j', (waiting, next, whole) => {
    expect(merged(waiting, next)).toEqual(whole)
  })

  it('an edit keeps what else is in an unsent message', () => {
    const waiting: OwnChange = { kind: 'message.created', text: 'one', meta: { card: 1 } }
    expect(merged(waiting, edited('m', 'two'))).toEqual({ ...waiting, text: 'two' })
  })

  it('are called as the application calls them', () => {
    expect([edited('m'), deleted('m')].map(verbOf)).toEqual(['edit', 'delete'])
  })
})

describe('a stored entry', () => {
  it.each([
    created('one'),
    { kind: 'message.created', text: 'one', replyTo: 'other', meta: { a: 1 } } as const,
    edited('m'),
    { kind: 'message.deleted', message: 'm', reason: 'spam' } as const,
  ])('%j is read as it was', (change) => {
    expect(fromStored('c1', ada, toStored(pending(change)))).toEqual(pending(change))
  })

  it('a failed one says why', () => {
    const error = new ChatError('forbidden', 'unable to send message; no')
    const failed: Entry = { ...pending(created('one')), state: 'failed', error }
    expect(fromStored('c1', ada, toStored(failed))).toEqual(failed)
  })

  it('why one waits is not stored, nor whose it is', () => {
    const error = new ChatError('unavailable', 'unable to send message; no')
    expect(JSON.parse(toStored(pending(created('one'), { error })))).toEqual({ text: 'one', at: 100 })
  })

  it('fields of nobody are not taken over', () => {
    const json =
      '{"text":"one","at":100,"room":"other","user":{"id":"eve"},"state":"committed","__proto__":{"a":1}}'
    expect(fromStored('c1', ada, json)).toStrictEqual(pending(created('one')))
  })

  it.each([
    ...['{"text":', 'null', '5', '[]', '"text"', '{}'],
    ...['message.framed', 'toString', 'constructor', '__proto__', ''].map(
      (kind) => `{"kind":"${kind}","message":"m","text":"one","at":1}`,
    ),
    ...['5', 'null', '["message.created"]'].map((kind) => `{"kind":${kind},"text":"one","at":1}`),
    ...['5', 'null', '{"x":1}', '["one"]'].map((text) => `{"text":${text},"at":1}`),
    ...['"yesterday"', 'null', '1e300', '{}'].map((at) => `{"text":"one","at":${at}}`),
    '{"text":"one"}',
    '{"text":"one","replyTo":5,"at":1}',
    '{"text":"one","meta":"a","at":1}',
    '{"kind":"message.edited","message":5,"text":"x","at":1}',
    '{"kind":"message.edited","text":"x","at":1}',
    '{"kind":"message.deleted","message":"m","reason":{},"at":1}',
    '{"kind":"reaction.added","message":"m","emoji":{"x":1},"at":1}',
    '{"kind":"reaction.removed","message":"m","at":1}',
  ])('%s is none', (json) => {
    expect(() => fromStored('c1', ada, json)).toThrow()
  })
})

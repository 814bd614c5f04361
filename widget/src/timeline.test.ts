import type { Message } from '@alcove/sdk'
import { expect, test } from 'vitest'
import { timeline } from './timeline.js'

const NOON = new Date(2026, 2, 3, 12).getTime()
const message = (seq: number, who: string, more: Partial<Message> = {}): Message => ({
  id: `m${seq}`,
  seq,
  rev: seq,
  at: NOON + seq * 1_000,
  user: { id: who, name: who },
  text: '',
  state: 'sent',
  reactions: [],
  ...more,
})
const shape = (...given: Parameters<typeof timeline>): string[] =>
  timeline(...given).map((row) =>
    row.kind === 'message'
      ? `${row.own ? 'own' : 'other'}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`
      : row.kind,
  )

test('messages of one person in a row are a group', () => {
  expect(shape([message(1, 'a'), message(2, 'a'), message(3, 'a'), message(4, 'b')], 'b')).toEqual([
    'day',
    'other first',
    'other',
    'other last',
    'own first last',
  ])
})

test('five minutes, another day and a failure end a group', () => {
  const later = message(2, 'a', { at: NOON + 6 * 60_000 })
  const tomorrow = message(3, 'a', { at: NOON + 86_400_000 })
  expect(
    shape([message(1, 'a'), later, tomorrow], 'b').filter((row) => row === 'other first last'),
  ).toHaveLength(3)
  expect(shape([message(1, 'a', { state: 'failed' }), message(2, 'a')], 'a')).toEqual([
    'day',
    'own first last',
    'own first last',
  ])
})

test('the divider stands before the first message after the break, once, and ends a group', () => {
  const rows = shape(
    [1, 2, 3].map((seq) => message(seq, 'a')),
    'b',
    { afterSeq: 1, missed: 2 },
  )
  expect(rows).toEqual(['day', 'other first last', 'divider', 'other first', 'other last'])
})

test('pending messages, which have no place yet, are below everything and never below the divider alone', () => {
  const pending: Message = { ...message(9, 'b'), seq: undefined, rev: undefined, state: 'pending' }
  expect(shape([message(1, 'a'), pending], 'b', { afterSeq: 1, missed: 0 })).toEqual([
    'day',
    'other first last',
    'own first last',
  ])
})

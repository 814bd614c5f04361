import { expect, test } from 'vitest'
import type { MessageRow } from '@alcove/sdk/protocol'
import { changeSize, messageSize, reactionsSize, wireSize } from './wire-size.js'

const ID = '0198b2f0-5a3e-7c11-9d2b-3f1e5a7c9b00'
const plain: MessageRow = {
  ...{ id: ID, seq: 1e9, rev: 1e9, at: 1.7e12, text: 'hi', replyTo: ID },
  user: { id: 'ada', name: 'Ada' },
}
const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

test.each<[string, Partial<MessageRow>]>([
  ['short', {}],
  ['long', { text: 'ä'.repeat(4_000) }],
  ['of control characters', { text: '\u0001'.repeat(4_000) }],
  ['of somebody with a long address', { user: { ...plain.user, avatar: `https://x/${'x'.repeat(1_900)}` } }],
  ['with meta', { meta: { note: 'ä'.repeat(2_000) } }],
  ['with reactions', { reactions: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`👍${i}`, i])) }],
])('[P7] a message is taken for no less than it is, and for little more: %s', (_what, more) => {
  const row = { ...plain, ...more }
  const mine = Object.keys(row.reactions ?? {})
  const size = messageSize(row)
  expect(size).toBeGreaterThanOrEqual(bytesOf({ ...row, mine }))
  expect(size).toBeLessThan(bytesOf({ ...row, mine }) + 300)
})

test('[P7] before it is a row it is as large', () => {
  const meta = { card: 'ä' }
  expect(wireSize(plain.user, plain.text, JSON.stringify(meta))).toBe(messageSize({ ...plain, meta }))
})

test('[P7] a change is taken for no less than its patch', () => {
  const by = { kind: 'user' as const, id: 'ä'.repeat(100) }
  const text = '\u0001'.repeat(100)
  const change = { kind: 'message.edited' as const, message: ID, text }
  const patch = { id: ID, seq: 1e9, rev: 1e9, text, editedAt: 1.7e12 }
  expect(changeSize({ change, by })).toBeGreaterThanOrEqual(bytesOf(patch))
  expect(changeSize({ change, by })).toBeLessThan(bytesOf(patch) + 1_000)
  const reacted = [{ emoji: '👍', user: by.id, on: true }]
  const reaction = { kind: 'reaction.added' as const, message: ID, emoji: '👍' }
  expect(changeSize({ change: reaction, by })).toBeGreaterThanOrEqual(
    bytesOf({ id: ID, seq: 1e9, rev: 1e9, reacted }),
  )
})

test('counts cost what they are, and nothing where there are none', () => {
  expect(reactionsSize({ reactions: { '👍': 2 } })).toBe(bytesOf({ '👍': 2 }))
  expect([reactionsSize({ reactions: null }), reactionsSize({})]).toEqual([0, 0])
})

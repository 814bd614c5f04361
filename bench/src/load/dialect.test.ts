import { expect, it } from 'vitest'
import { dialectOf, newMessageId, sentTimes, stampedText } from './dialect.js'

const common = { name: '', ports: [], pids: { nodes: [] }, memoryFiles: [] }
const alcove = dialectOf({ ...common, kind: 'alcove', appId: 'shop' })
const bare = dialectOf({ ...common, kind: 'bare' })

/** In the middle of other bytes, as an event lies in a chunk. */
function lying(event: unknown[], after = 'xx'): [bytes: Buffer, start: number, end: number] {
  const text = JSON.stringify(event)
  return [Buffer.from(`42${text}${after}`), 2, 2 + Buffer.byteLength(text)]
}

it('counts the messages of an Alcove frame by the revs it brings', () => {
  const changes = { room: 'r', epoch: 'e', from: 1_204, rev: 1_207, messages: [{}, {}, {}] }
  expect(alcove.countMessages(...lying(['room:changed', changes]))).toBe(3)
})

it('counts nothing in other events, whatever follows them', () => {
  const next = JSON.stringify(['room:changed', { from: 1, rev: 9 }])
  expect(alcove.countMessages(...lying(['presence:changed', { count: 4 }], next))).toBe(0)
  expect(alcove.countMessages(...lying(['room:changed', { room: 'r' }], next))).toBe(0)
})

it('counts one message in each event of a bare room', () => {
  expect(bare.countMessages(...lying(['message', { text: 'a' }]))).toBe(1)
  expect(bare.countMessages(...lying(['joined', { id: 'a' }]))).toBe(0)
})

it('reads back when the messages of an event were sent', () => {
  const before = performance.now()
  const messages = [{ text: stampedText() }, { text: stampedText() }]
  const times = sentTimes(...lying(['room:changed', { messages }]))
  expect(times).toHaveLength(2)
  for (const time of times) {
    expect(time).toBeGreaterThanOrEqual(before - 0.001)
    expect(time).toBeLessThanOrEqual(performance.now())
  }
})

it('sends texts of one length', () => {
  expect(new Set(Array.from({ length: 20 }, () => stampedText().length)).size).toBe(1)
})

it('makes ids as the SDK does: UUIDs of version 7, none twice', () => {
  const ids = Array.from({ length: 1_000 }, newMessageId)
  for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(new Set(ids).size).toBe(ids.length)
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RoomChanged } from '@alcove/sdk/protocol'
import { createFramePace, MAX_FRAME_BYTES, type Frame } from './frame-pace.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** What a frame takes to send where the next one is held back. */
const HOT = 6

interface Node {
  load: number
  busy: number
  refuse: (fact: RoomChanged) => boolean
}

/**
 * On a node without time left, unless said otherwise.
 * @param sendMs how long it takes to send the readers here one frame
 */
function startPace(sendMs: number, { load = 1, busy = 0, refuse = () => false }: Partial<Node> = {}) {
  const frames: { at: number; from: number; rev: number; seqs: number[] }[] = []
  const published: [from: number, rev: number][] = []
  const onUndelivered = vi.fn()
  let spentMs = 0
  const now = () => performance.now() + spentMs
  const startedAt = performance.now()
  const pace = createFramePace({
    now,
    onUndelivered,
    load: () => load,
    publish: ({ from, rev }) => published.push([from, rev]),
    deliver(fact) {
      spentMs += sendMs
      if (refuse(fact)) throw new Error('no way')
      const { from, rev, messages } = fact
      const at = Math.round(performance.now() - startedAt)
      frames.push({ at, from, rev, seqs: messages.map(({ seq }) => seq) })
      return busy
    },
  })
  return { ...pace, frames, published, onUndelivered }
}

/** Committed by this node unless said otherwise. */
function own(from: number, count = 1, more: Partial<Frame> = {}, epoch = 'e1'): Frame {
  const messages = Array.from({ length: count }, (_, index) => {
    const seq = from + index + 1
    return { id: `m${seq}`, seq, rev: seq, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'hi' }
  })
  const fact = { room: 'lobby', epoch, from, rev: from + count, messages }
  return { fact, bytes: 300 * count, isOwn: true, ...more }
}

const received = (from: number, count = 1) => own(from, count, { isOwn: false })

test('in a quiet room every message goes at once', async () => {
  const { push, frames } = startPace(2)
  for (let rev = 0; rev < 5; rev += 1) {
    push(own(rev))
    expect(frames).toHaveLength(rev + 1)
    await vi.advanceTimersByTimeAsync(20)
  }
})

test('a second one that comes close behind is not held back', () => {
  const { push, frames } = startPace(2)
  for (let rev = 0; rev < 2; rev += 1) push(own(rev))
  expect(frames).toMatchObject([{ seqs: [1] }, { seqs: [2] }])
})

test('on a node that has time every commit is a frame, however long it took to send', () => {
  const { push, frames } = startPace(500, { load: 0.5 })
  for (let rev = 0; rev < 10; rev += 1) push(own(rev))
  expect(frames).toHaveLength(10)
})

test('the busier the node, the longer a room rests', async () => {
  const framesAt = async (load: number) => {
    const { push, frames, flush } = startPace(3, { load })
    for (let rev = 0; rev < 400; rev += 1) {
      push(own(rev))
      await vi.advanceTimersByTimeAsync(1)
    }
    flush()
    return frames.length
  }
  const counts = [await framesAt(0.5), await framesAt(0.6), await framesAt(0.7), await framesAt(1)]
  expect(counts[0]).toBe(400)
  expect(counts).toEqual(counts.toSorted((a, b) => b - a))
  expect(new Set(counts).size).toBe(4)
})

test('[P7] it rests too where readers have not taken what they were sent, though not for a few of them', () => {
  const crowded = startPace(HOT, { load: 0, busy: 0.5 })
  const usual = startPace(HOT, { load: 0, busy: 0.05 })
  for (const { push } of [crowded, usual]) for (let rev = 0; rev < 3; rev += 1) push(own(rev))
  expect(crowded.frames).toHaveLength(1)
  expect(usual.frames).toHaveLength(3)
})

test('in a hot room the first go at once, and what comes while the room rests is one frame', async () => {
  const { push, frames } = startPace(2)
  for (let rev = 0; rev < 6; rev += 1) push(own(rev))
  expect(frames).toMatchObject([{ seqs: [1] }, { seqs: [2] }])
  // It owes 12 ms for the two, and may owe 10.
  await vi.advanceTimersByTimeAsync(2)
  expect(frames.slice(2)).toMatchObject([{ at: 2, from: 2, rev: 6, seqs: [3, 4, 5, 6] }])
})

test('a room that stays hot rests three times as long as it sends', async () => {
  const { push, frames } = startPace(3)
  for (let rev = 0; rev < 400; rev += 1) {
    push(own(rev))
    await vi.advanceTimersByTimeAsync(1)
  }
  // 3 ms of sending do not pass on this clock, so a frame comes every 9 ms.
  expect(frames.length).toBeGreaterThan(400 / 9 - 2)
  expect(frames.length).toBeLessThan(400 / 9 + 4)
})

test('a frame that took long holds the next one back for 20 ms at most', async () => {
  const { push, frames } = startPace(500)
  for (let rev = 0; rev < 3; rev += 1) push(own(rev))
  expect(frames).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(10)
  expect(frames.map(({ seqs }) => seqs)).toEqual([[1], [2, 3]])
  push(own(3))
  await vi.advanceTimersByTimeAsync(19)
  expect(frames).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(frames).toHaveLength(3)
})

test('[P2] only neighbours become one frame', async () => {
  const { push, frames } = startPace(HOT)
  for (const told of [own(0), own(1), own(2), own(7), own(8)]) push(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(frames.map(({ from, rev }) => [from, rev])).toEqual([
    [0, 1],
    [1, 3],
    [7, 9],
  ])
})

test('[P2] what other nodes push meanwhile shares the frame, in the order of the log, and is not published again', async () => {
  const { push, frames, published } = startPace(HOT)
  for (const told of [own(0), received(2, 2), own(1), received(5), own(4)]) push(told)
  await vi.advanceTimersByTimeAsync(8)
  expect(frames.map(({ seqs }) => seqs)).toEqual([[1], [2, 3, 4, 5, 6]])
  expect(published).toEqual([
    [0, 1],
    [1, 2],
    [4, 5],
  ])
})

test('a frame of another node makes the room rest too', async () => {
  const { push, frames, published } = startPace(HOT)
  push(received(0))
  push(own(1))
  expect(frames).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(8)
  expect(frames.map(({ at, seqs }) => [at, seqs])).toEqual([
    [0, [1]],
    [8, [2]],
  ])
  expect(published).toEqual([[1, 2]])
})

test('[P4] an earlier epoch is delivered before a later one, whatever their numbers', async () => {
  const { push, frames } = startPace(HOT)
  for (const told of [own(6), own(8), own(0, 1, {}, 'e2'), received(7)]) push(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(frames.map(({ seqs }) => seqs)).toEqual([[7], [8, 9], [1]])
})

test('[P4] two lives of a log never share a frame', async () => {
  const { push, frames } = startPace(HOT)
  for (const told of [own(0), own(1), own(2, 1, {}, 'e2')]) push(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(frames).toHaveLength(3)
})

test('[P7] a frame holds no more bytes than one transaction may', async () => {
  const { push, frames } = startPace(HOT)
  const bytes = MAX_FRAME_BYTES / 2
  for (const from of [0, 1, 2, 3]) push(own(from, 1, { bytes }))
  await vi.advanceTimersByTimeAsync(20)
  expect(frames.map(({ seqs }) => seqs)).toEqual([[1], [2, 3], [4]])
})

test('what is held back goes at once when asked for, and only once', async () => {
  const { push, flush, frames } = startPace(HOT)
  push(own(0))
  push(own(1))
  flush()
  expect(frames.map(({ rev }) => rev)).toEqual([1, 2])
  await vi.advanceTimersByTimeAsync(50)
  expect(frames).toHaveLength(2)
})

test('a frame that cannot be delivered stops neither the process nor later ones', async () => {
  const { push, frames, onUndelivered } = startPace(HOT, { refuse: ({ from }) => from === 1 })
  for (const told of [own(0), own(1), own(5)]) push(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(onUndelivered).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ from: 1 }),
    expect.any(Error),
  )
  expect(frames.map(({ rev }) => rev)).toEqual([1, 6])
})

test('[SETTING-1] of settings changed in between, a shared frame has the last', async () => {
  const infos: RoomChanged['info'][] = []
  const { push } = startPace(HOT, { refuse: ({ info }) => infos.push(info) < 0 })
  push(own(0))
  for (const [rev, info] of [
    [1, { rev: 2, title: 'A' }],
    [2, { rev: 3, title: 'B' }],
    [3, undefined],
  ] as const) {
    const frame = own(rev)
    push({ ...frame, fact: { ...frame.fact, ...(info && { info }) } })
  }
  await vi.advanceTimersByTimeAsync(100)
  expect(infos).toEqual([undefined, { rev: 3, title: 'B' }])
})

test('a frame given is left as it was', async () => {
  const { push } = startPace(HOT)
  const [first, second] = [own(1), own(2)]
  for (const told of [own(0), first, second]) push(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(first).toEqual(own(1))
})

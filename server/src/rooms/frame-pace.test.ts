import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFramePace } from './frame-pace.js'
import { MAX_FRAME_BYTES, type CommittedBatch } from './room-writer.js'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** @param sendMs how long it takes to send one frame */
function startPace(sendMs: number, refuse: (batch: CommittedBatch) => boolean = () => false) {
  const frames: { at: number; from: number; rev: number; seqs: number[] }[] = []
  const onUntold = vi.fn()
  let spentMs = 0
  const now = () => performance.now() + spentMs
  const startedAt = performance.now()
  const pace = createFramePace({
    now,
    onUntold,
    emit(batch) {
      spentMs += sendMs
      if (refuse(batch)) throw new Error('no way')
      const { from, rev, added } = batch
      const at = Math.round(performance.now() - startedAt)
      frames.push({ at, from, rev, seqs: added.map(({ appended }) => appended.seq) })
    },
  })
  return { ...pace, frames, onUntold }
}

function batch(from: number, count = 1, more: Partial<CommittedBatch> = {}): CommittedBatch {
  const added = Array.from({ length: count }, (_, index) => ({
    message: {} as never,
    appended: { outcome: 'added' as const, seq: from + index + 1, rev: from + index + 1, at: 0 },
  }))
  const room = { roomKey: 1, roomId: 'lobby', channel: 'r/demo/lobby', epoch: 'e1' }
  return { ...room, from, rev: from + count, bytes: 300 * count, added, ...more }
}

test('in a quiet room every message goes at once', async () => {
  const { tell, frames } = startPace(2)
  for (let rev = 0; rev < 5; rev += 1) {
    tell(batch(rev))
    expect(frames).toHaveLength(rev + 1)
    await vi.advanceTimersByTimeAsync(20)
  }
})

test('in a hot room the first goes at once, and what comes while the room rests is one frame', async () => {
  const { tell, frames } = startPace(2)
  for (let rev = 0; rev < 4; rev += 1) tell(batch(rev))
  expect(frames).toMatchObject([{ at: 0, seqs: [1] }])
  await vi.advanceTimersByTimeAsync(6)
  expect(frames).toMatchObject([{ seqs: [1] }, { at: 6, from: 1, rev: 4, seqs: [2, 3, 4] }])
})

test('a frame that took long holds the next one back for 20 ms at most', async () => {
  const { tell, frames } = startPace(500)
  tell(batch(0))
  tell(batch(1))
  await vi.advanceTimersByTimeAsync(19)
  expect(frames).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(frames).toHaveLength(2)
})

test('[P2] only neighbours become one frame: another node may have told what is between', async () => {
  const { tell, frames } = startPace(1)
  for (const told of [batch(0), batch(1), batch(2), batch(7), batch(8)]) tell(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(frames.map(({ from, rev }) => [from, rev])).toEqual([
    [0, 1],
    [1, 3],
    [7, 9],
  ])
})

test('[P4] two lives of a log never share a frame', async () => {
  const { tell, frames } = startPace(1)
  for (const told of [batch(0), batch(1), batch(2, 1, { epoch: 'e2' })]) tell(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(frames).toHaveLength(3)
})

test('[P7] a frame holds no more bytes than one transaction may', async () => {
  const { tell, frames } = startPace(1)
  const bytes = MAX_FRAME_BYTES / 2
  for (const from of [0, 1, 2, 3]) tell(batch(from, 1, { bytes }))
  await vi.advanceTimersByTimeAsync(20)
  expect(frames.map(({ seqs }) => seqs)).toEqual([[1], [2, 3], [4]])
})

test('what is held back goes at once when asked for, and only once', async () => {
  const { tell, flush, frames } = startPace(2)
  tell(batch(0))
  tell(batch(1))
  flush()
  expect(frames.map(({ rev }) => rev)).toEqual([1, 2])
  await vi.advanceTimersByTimeAsync(50)
  expect(frames).toHaveLength(2)
})

test('a frame that cannot be told stops neither the process nor the ones behind it', async () => {
  const { tell, frames, onUntold } = startPace(1, ({ from }) => from === 1)
  for (const told of [batch(0), batch(1), batch(5)]) tell(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(onUntold).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ from: 1 }), expect.any(Error))
  expect(frames.map(({ rev }) => rev)).toEqual([1, 6])
})

test('a batch given is left as it was', async () => {
  const { tell } = startPace(1)
  const [first, second] = [batch(1), batch(2)]
  for (const told of [batch(0), first, second]) tell(told)
  await vi.advanceTimersByTimeAsync(20)
  expect(first).toEqual(batch(1))
})

import { describe, expect, it } from 'vitest'
import type { HistoryResult, LogPart, MessagePatch, MessageRow, RoomChanged } from '../protocol/index.js'
import {
  EMPTY_LOG,
  expectHistory,
  HELD_FRAMES,
  isBehind,
  lastSeq,
  newsOf,
  since,
  takeFrame,
  takeHead,
  takeHistory,
  takePart,
  WINDOW_MESSAGES,
  type RoomLog,
} from './room-log.js'

const row = (seq: number, rev = seq, text = `m${seq}`): MessageRow => ({
  id: `id-${seq}`,
  seq,
  rev,
  at: seq,
  user: { id: 'ada', name: 'Ada' },
  text,
})
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const frame = (from: number, ...messages: (MessageRow | MessagePatch)[]): RoomChanged => ({
  room: 'lobby',
  epoch: 'A',
  from,
  rev: Math.max(...messages.map(({ rev }) => rev)),
  messages,
})
const snapshot = (
  messages: MessageRow[],
  more: Partial<Extract<LogPart, { kind: 'snapshot' }>> = {},
): LogPart => ({
  kind: 'snapshot',
  epoch: 'A',
  head: Math.max(0, ...messages.map(({ rev }) => rev)),
  messages,
  hasOlder: false,
  ...more,
})
const changes = (messages: MessageRow[], through: number, head = through): LogPart => ({
  kind: 'changes',
  epoch: 'A',
  head,
  through,
  messages,
})
const logOf = (count: number): RoomLog => takePart(EMPTY_LOG, snapshot(rows(1, count))).log
const messagesOf = (log: RoomLog) => log.messages.toArray()
const texts = (log: RoomLog) => messagesOf(log).map(({ text }) => text)
const seqs = (messages: readonly { seq: number }[]) => messages.map(({ seq }) => seq)

describe('frames', () => {
  it('[P2] applies a contiguous commit, and reports what is new in seq order', () => {
    const step = takeFrame(logOf(2), frame(2, row(4), row(3)))
    const { log } = step
    expect(seqs(messagesOf(log))).toEqual([1, 2, 3, 4])
    expect(seqs(newsOf(step))).toEqual([3, 4])
    expect(log.rev).toBe(4)
  })

  it('[P3] drops a commit that was applied already', () => {
    const log = logOf(3)
    const step = takeFrame(log, frame(1, row(2, 2, 'other'), row(3)))
    expect(step.log).toBe(log)
    expect(step.changed).toEqual([])
  })

  it('[P3] applies only the newer part of a commit that overlaps', () => {
    const step = takeFrame(logOf(2), frame(1, row(2, 2, 'stale'), row(3)))
    const { log } = step
    expect(texts(log)).toEqual(['m1', 'm2', 'm3'])
    expect(step.changed.map(({ current }) => current.seq)).toEqual([3])
  })

  it('[P3] of two early commits the one inside the other takes nothing back', () => {
    let log = logOf(1)
    for (const early of [frame(2, row(3), row(4)), frame(2, row(3)), frame(1, row(2))])
      log = takeFrame(log, early).log
    expect(log.rev).toBe(4)
    expect(isBehind(log)).toBe(false)
  })

  it('[P4] holds an early commit, shows nothing of it, and asks', () => {
    const step = takeFrame(logOf(1), frame(2, row(3)))
    const { log } = step
    expect(texts(log)).toEqual(['m1'])
    expect(newsOf(step)).toEqual([])
    expect(isBehind(log)).toBe(true)
    const filled = takeFrame(log, frame(1, row(2)))
    expect(texts(filled.log)).toEqual(['m1', 'm2', 'm3'])
    expect(seqs(newsOf(filled))).toEqual([2, 3])
    expect(isBehind(filled.log)).toBe(false)
  })

  it('[P7] drops the held commits above the bound but the last, and knows that it is behind', () => {
    let log = logOf(1)
    for (let seq = 3; seq <= HELD_FRAMES + 3; seq++) log = takeFrame(log, frame(seq - 1, row(seq))).log
    expect(log.held).toHaveLength(1)
    expect(isBehind(log)).toBe(true)
    expect(log.head).toBe(HELD_FRAMES + 3)
  })

  it('[P4] knows so also when they all came before the answer to the join', () => {
    let log = EMPTY_LOG
    for (let seq = 2; seq <= HELD_FRAMES + 2; seq++) log = takeFrame(log, frame(seq - 1, row(seq))).log
    log = takePart(log, snapshot(rows(1, 1))).log
    expect(isBehind(log)).toBe(true)
  })

  it('tells what is another in seq order, whatever order the commit has', () => {
    const step = takeFrame(logOf(3), frame(3, row(3, 4, 'later'), row(1, 5, 'earlier'), row(4, 6)))
    expect(step.changed.map(({ current, previous }) => [current.text, previous?.text])).toEqual([
      ['earlier', 'm1'],
      ['later', 'm3'],
      ['m4', undefined],
    ])
  })

  it('a message that is deleted when it comes is no news, and neither is one that was known', () => {
    const gone = { ...row(4), text: '', deleted: { at: 5, by: 'author' as const } }
    const step = takeFrame(logOf(2), frame(2, row(3), gone, row(2, 5, 'edited')))
    expect(seqs(newsOf(step))).toEqual([3])
    expect(lastSeq(step.log)).toBe(4)
  })

  it('says that there are older ones only where some were let go', () => {
    expect(takeFrame(logOf(2), frame(2, row(3))).log.hasOlder).toBe(false)
    const purged = takePart(EMPTY_LOG, snapshot(rows(11, 12), { hasOlder: false })).log
    expect(takeFrame(purged, frame(12, row(13))).log.hasOlder).toBe(false)
    const full = logOf(WINDOW_MESSAGES)
    expect(full.hasOlder).toBe(false)
    expect(takeFrame(full, frame(full.rev, row(full.rev + 1))).log.hasOlder).toBe(true)
  })

  it('an edit makes a new object, and leaves all others as they are', () => {
    const before = logOf(3)
    const step = takeFrame(before, frame(3, row(2, 4, 'edited')))
    const { log } = step
    expect(texts(log)).toEqual(['m1', 'edited', 'm3'])
    expect(newsOf(step)).toEqual([])
    expect(messagesOf(log)[0]).toBe(messagesOf(before)[0])
    expect(messagesOf(log)[1]).not.toBe(messagesOf(before)[1])
  })

  it('ignores a change to a message before the window', () => {
    const { log } = takePart(EMPTY_LOG, snapshot(rows(11, 12), { hasOlder: true }))
    const next = takeFrame(log, frame(12, row(5, 13, 'edited'))).log
    expect(seqs(messagesOf(next))).toEqual([11, 12])
    expect(next.rev).toBe(13)
  })

  it('[P4] merges commits that arrive before the answer to the join', () => {
    let log = takeFrame(EMPTY_LOG, frame(2, row(3))).log
    log = takeFrame(log, frame(1, row(2))).log
    expect(messagesOf(log)).toEqual([])
    const step = takePart(log, snapshot(rows(1, 2)))
    expect(seqs(messagesOf(step.log))).toEqual([1, 2, 3])
    expect(seqs(newsOf(step))).toEqual([3])
    expect(isBehind(step.log)).toBe(false)
  })
})

describe('[P4] another epoch', () => {
  const inB = (from: number, ...messages: (MessageRow | MessagePatch)[]) => ({
    ...frame(from, ...messages),
    epoch: 'B',
  })

  it('a frame of it is held and a question, however low or high its rev; nothing of it is shown', () => {
    for (const foreign of [inB(0, row(1, 1, 'new')), inB(3, row(4, 4, 'new'))]) {
      const { log, changed } = takeFrame(logOf(3), foreign)
      expect(texts(log)).toEqual(['m1', 'm2', 'm3'])
      expect(changed).toEqual([])
      expect(log).toMatchObject({ isEpochDoubted: true, head: 3, rev: 3 })
    }
  })

  it('that ours goes on is an answer, too: what was held of another is let go', () => {
    const doubted = takeFrame(logOf(3), inB(3, row(4))).log
    const { log } = takePart(doubted, changes([], 3))
    expect(isBehind(log)).toBe(false)
    expect(log.held).toEqual([])
  })

  it('goes on with what was held of it; what was held of ours is let go', () => {
    let log = takeFrame(logOf(3), frame(4, row(5))).log
    log = takeFrame(log, inB(1, row(2, 2, 'held'))).log
    log = takeFrame(log, frame(3, row(4))).log
    expect(
      log.held.map(({ epoch }) => epoch),
      'also while ours goes on',
    ).toEqual(['B'])
    log = takeFrame(log, frame(7, row(8))).log
    const step = takePart(log, snapshot([row(1, 1, 'new')], { epoch: 'B', reset: 'epoch' }))
    expect(texts(step.log)).toEqual(['new', 'held'])
    expect(isBehind(step.log)).toBe(false)
  })

  it('nobody was shown: that something of it was edited since is no change', () => {
    const log = takeFrame(logOf(3), inB(1, row(1, 2, 'edited'))).log
    const step = takePart(log, snapshot([row(1, 1, 'new')], { epoch: 'B', reset: 'epoch' }))
    expect(texts(step.log)).toEqual(['edited'])
    expect(step.changed).toEqual([])
  })

  it('before the first answer no frame is doubted, and nothing is missing', () => {
    expect(isBehind(EMPTY_LOG)).toBe(false)
    expect(takeFrame(EMPTY_LOG, inB(0, row(1))).log.isEpochDoubted).toBe(false)
  })
})

describe('heads', () => {
  it('[P5] a head above ours means that something was lost', () => {
    expect(isBehind(takeHead(logOf(3), { epoch: 'A', rev: 3 }))).toBe(false)
    expect(isBehind(takeHead(logOf(3), { epoch: 'A', rev: 4 }))).toBe(true)
    const log = logOf(3)
    for (const rev of [2, 3]) expect(takeHead(log, { epoch: 'A', rev }), 'no other log').toBe(log)
  })

  it('[P4] a head of another epoch is a question, and the answer settles it', () => {
    const log = takeHead(logOf(3), { epoch: 'B', rev: 1 })
    expect(isBehind(log)).toBe(true)
    expect(isBehind(takePart(log, changes([], 3)).log)).toBe(false)
  })
})

describe('catching up', () => {
  it('[P4] a reader who slept through an edit shows the edit', () => {
    const step = takePart(logOf(3), changes([row(4), row(2, 5, 'edited')], 5))
    const { log } = step
    expect(texts(log)).toEqual(['m1', 'edited', 'm3', 'm4'])
    expect(seqs(newsOf(step))).toEqual([4])
    expect(step.changed.map(({ current, previous }) => [current.text, previous?.text])).toEqual([
      ['edited', 'm2'],
      ['m4', undefined],
    ])
  })

  it('[P4] a part is never shown as the whole', () => {
    const first = takePart(logOf(1), changes([row(2), row(3)], 3, 5))
    expect(seqs(messagesOf(first.log))).toEqual([1])
    expect(newsOf(first)).toEqual([])
    expect(since(first.log)).toEqual({ epoch: 'A', rev: 3 })
    const second = takePart(first.log, changes([row(4), row(5)], 5))
    expect(seqs(messagesOf(second.log))).toEqual([1, 2, 3, 4, 5])
    expect(seqs(newsOf(second))).toEqual([2, 3, 4, 5])
  })

  it('[P4] a message created early and edited late comes late, and finds its place', () => {
    const first = takePart(logOf(1), changes([row(3), row(4)], 4, 20)).log
    const { log } = takePart(first, changes([row(2, 20, 'edited')], 20))
    expect(texts(log)).toEqual(['m1', 'edited', 'm3', 'm4'])
  })

  it('[P4] commits during a paged catch-up wait for its end', () => {
    let log = takePart(logOf(1), changes([row(2)], 2, 4)).log
    log = takeFrame(log, frame(4, row(5))).log
    expect(seqs(messagesOf(log))).toEqual([1])
    const step = takePart(log, changes([row(3), row(4)], 4))
    expect(seqs(messagesOf(step.log))).toEqual([1, 2, 3, 4, 5])
  })

  it('ends whole after more rows than the window holds', () => {
    let log = logOf(10)
    const total = 6_000
    for (let rev = 10; rev < total; rev += 100)
      log = takePart(
        log,
        changes(rows(rev + 1, Math.min(total, rev + 100)), Math.min(total, rev + 100), total),
      ).log
    expect(log.messages).toHaveLength(WINDOW_MESSAGES)
    expect(log.messages.lastSeq).toBe(total)
    expect(log.hasOlder).toBe(true)
    expect(isBehind(log)).toBe(false)
  })

  it('[P4] another epoch replaces everything and says so', () => {
    const step = takePart(logOf(5), snapshot([row(1, 1, 'new')], { epoch: 'B', reset: 'epoch' }))
    expect(step.reset).toBe('epoch')
    expect(texts(step.log)).toEqual(['new'])
    expect(newsOf(step)).toEqual([])
  })

  it('a late answer of a former epoch changes nothing', () => {
    const log = takePart(logOf(5), snapshot([row(1)], { epoch: 'B', reset: 'epoch' })).log
    expect(takePart(log, changes([row(6)], 6))).toEqual({ log, changed: [] })
  })

  it('a hole left by purged messages is never shown: the window begins after it', () => {
    const { log } = takePart(logOf(2), changes([row(5), row(6)], 6))
    expect(seqs(messagesOf(log))).toEqual([5, 6])
    expect(log.hasOlder).toBe(true)
  })
})

describe('history', () => {
  const page = (messages: MessageRow[], more: Partial<HistoryResult> = {}): HistoryResult => ({
    epoch: 'A',
    messages,
    hasOlder: false,
    hasNewer: true,
    ...more,
  })
  const late = takePart(EMPTY_LOG, snapshot(rows(11, 20), { hasOlder: true })).log

  it('puts a page before the window', () => {
    const log = takeHistory(expectHistory(late), page(rows(1, 10)))
    expect(seqs(messagesOf(log))).toEqual(seqs(rows(1, 20)))
    expect(log.hasOlder).toBe(false)
  })

  it('[P4] an edit that overtakes the page is not undone by it', () => {
    const asked = expectHistory(late)
    const edited = takeFrame(asked, frame(20, row(5, 21, 'edited'))).log
    expect(messagesOf(takeHistory(edited, page(rows(1, 10))))[4]!.text).toBe('edited')
  })

  it('[P4] what is said or edited in the window meanwhile has nothing to do with the page', () => {
    const asked = expectHistory(late)
    const { log } = takeFrame(asked, frame(20, row(11, 21, 'edited'), row(21, 22)))
    const loaded = takeHistory(log, page(rows(1, 10)))
    expect(seqs(messagesOf(loaded))).toEqual(seqs(rows(1, 21)))
    expect(messagesOf(loaded)[10]!.text).toBe('edited')
  })

  it('an empty page says that there is nothing older', () => {
    const log = takeHistory(expectHistory(late), page([]))
    expect(log.hasOlder).toBe(false)
    expect(seqs(messagesOf(log))).toEqual(seqs(rows(11, 20)))
  })

  it('drops a page that does not join on, or that a new window made void', () => {
    expect(seqs(messagesOf(takeHistory(expectHistory(late), page(rows(1, 5)))))).toEqual(seqs(rows(11, 20)))
    const replaced = takePart(expectHistory(late), snapshot(rows(11, 20), { hasOlder: true })).log
    expect(seqs(messagesOf(takeHistory(replaced, page(rows(1, 10)))))).toEqual(seqs(rows(11, 20)))
  })

  it('asks the server when the page is of another epoch', () => {
    const log = takeHistory(expectHistory(late), page(rows(1, 10), { epoch: 'B' }))
    expect(isBehind(log)).toBe(true)
    expect(seqs(messagesOf(log))).toEqual(seqs(rows(11, 20)))
  })

  it('keeps what was asked for while the room grows', () => {
    let log = takeHistory(expectHistory(late), page(rows(1, 10)))
    log = takePart(log, changes(rows(21, 2_010), 2_010)).log
    expect(messagesOf(log)[0]!.seq).toBe(1)
  })
})

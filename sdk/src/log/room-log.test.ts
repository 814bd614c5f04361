import { describe, expect, it } from 'vitest'
import type { HistoryResult, LogPart, RoomChanged, MessageRow } from '../protocol/index.js'
import {
  EMPTY_LOG,
  expectHistory,
  HELD_FRAMES,
  isBehind,
  since,
  takeFrame,
  takeHead,
  takeHistory,
  takePart,
  WINDOW_MESSAGES,
  type RoomLog,
  type Step,
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
const frame = (from: number, ...messages: MessageRow[]): RoomChanged => ({
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
const newsOf = (step: Step) => step.changed.filter(({ previous }) => !previous).map(({ current }) => current)
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
    expect(takeFrame(log, frame(1, row(2, 2, 'other'), row(3))).log).toBe(log)
  })

  it('[P3] applies only the newer part of a commit that overlaps', () => {
    const step = takeFrame(logOf(2), frame(1, row(2, 2, 'stale'), row(3)))
    const { log } = step
    expect(texts(log)).toEqual(['m1', 'm2', 'm3'])
    expect(seqs(newsOf(step))).toEqual([3])
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

describe('heads', () => {
  it('[P5] a head above ours means that something was lost', () => {
    expect(isBehind(takeHead(logOf(3), { epoch: 'A', rev: 3 }))).toBe(false)
    expect(isBehind(takeHead(logOf(3), { epoch: 'A', rev: 4 }))).toBe(true)
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
    expect(takePart(log, changes([row(6)], 6)).log).toBe(log)
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

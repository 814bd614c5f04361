import { describe, expect, it } from 'vitest'
import type { HistoryResult, LogPart, RoomChanged, WireMessage } from './protocol/index.js'
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
} from './room-log.js'

const row = (seq: number, rev = seq, text = `m${seq}`): WireMessage => ({
  id: `id-${seq}`,
  seq,
  rev,
  at: seq,
  user: { id: 'ada', name: 'Ada' },
  text,
})
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const frame = (from: number, ...messages: WireMessage[]): RoomChanged => ({
  room: 'lobby',
  epoch: 'A',
  from,
  rev: Math.max(...messages.map(({ rev }) => rev)),
  messages,
})
const snapshot = (
  messages: WireMessage[],
  more: Partial<Extract<LogPart, { kind: 'snapshot' }>> = {},
): LogPart => ({
  kind: 'snapshot',
  epoch: 'A',
  head: Math.max(0, ...messages.map(({ rev }) => rev)),
  messages,
  hasOlder: false,
  ...more,
})
const changes = (messages: WireMessage[], through: number, head = through): LogPart => ({
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
  it('[P2] applies a commit that joins on, and tells what is new in seq order', () => {
    const { log, news } = takeFrame(logOf(2), frame(2, row(4), row(3)))
    expect(seqs(messagesOf(log))).toEqual([1, 2, 3, 4])
    expect(seqs(news)).toEqual([3, 4])
    expect(log.rev).toBe(4)
  })

  it('[P3] drops a commit that was applied already', () => {
    const log = logOf(3)
    expect(takeFrame(log, frame(1, row(2, 2, 'other'), row(3))).log).toBe(log)
  })

  it('[P3] applies only the newer part of a commit that overlaps', () => {
    const { log, news } = takeFrame(logOf(2), frame(1, row(2, 2, 'stale'), row(3)))
    expect(texts(log)).toEqual(['m1', 'm2', 'm3'])
    expect(seqs(news)).toEqual([3])
  })

  it('[P4] holds an early commit, shows nothing of it, and asks', () => {
    const { log, news } = takeFrame(logOf(1), frame(2, row(3)))
    expect(texts(log)).toEqual(['m1'])
    expect(news).toEqual([])
    expect(isBehind(log)).toBe(true)
    const filled = takeFrame(log, frame(1, row(2)))
    expect(texts(filled.log)).toEqual(['m1', 'm2', 'm3'])
    expect(seqs(filled.news)).toEqual([2, 3])
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
    const { log, news } = takeFrame(before, frame(3, row(2, 4, 'edited')))
    expect(texts(log)).toEqual(['m1', 'edited', 'm3'])
    expect(news).toEqual([])
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
    expect(seqs(step.news)).toEqual([3])
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
    const { log, news } = takePart(logOf(3), changes([row(4), row(2, 5, 'edited')], 5))
    expect(texts(log)).toEqual(['m1', 'edited', 'm3', 'm4'])
    expect(seqs(news)).toEqual([4])
  })

  it('[P4] a part is never shown as the whole', () => {
    const first = takePart(logOf(1), changes([row(2), row(3)], 3, 5))
    expect(seqs(messagesOf(first.log))).toEqual([1])
    expect(first.news).toEqual([])
    expect(since(first.log)).toEqual({ epoch: 'A', rev: 3 })
    const second = takePart(first.log, changes([row(4), row(5)], 5))
    expect(seqs(messagesOf(second.log))).toEqual([1, 2, 3, 4, 5])
    expect(seqs(second.news)).toEqual([2, 3, 4, 5])
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
    expect(step.news).toEqual([])
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
  const page = (messages: WireMessage[], more: Partial<HistoryResult> = {}): HistoryResult => ({
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

// ---- every interleaving ----

/** Small, fast, seedable: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The server's log, and a network that loses, doubles and reorders what it says. */
function runAgainstServer(seed: number): void {
  const random = randomFrom(seed)
  const below = (n: number) => Math.floor(random() * n)
  const pageRows = 1 + below(7)
  let epoch = 'A'
  let rev = 0
  let stored: WireMessage[] = []
  let log = EMPTY_LOG
  let wire: RoomChanged[] = []
  let answers: LogPart[] = []
  let history: HistoryResult[] = []
  const announced: number[] = []

  const part = (from?: { epoch: string; rev: number }): LogPart => {
    if (!from || from.epoch !== epoch || from.rev > rev) {
      const messages = stored.slice(-5)
      const reset = from ? { reset: from.epoch === epoch ? ('ahead' as const) : ('epoch' as const) } : {}
      return { kind: 'snapshot', epoch, head: rev, messages, hasOlder: stored.length > 5, ...reset }
    }
    const newer = stored.filter((m) => m.rev > from.rev).sort((a, b) => a.rev - b.rev)
    const messages = newer.slice(0, pageRows)
    const through = newer.length > messages.length ? messages.at(-1)!.rev : rev
    return { kind: 'changes', epoch, head: rev, through, messages }
  }
  const commit = () => {
    const from = rev
    const changed: WireMessage[] = []
    for (let i = 0; i <= below(3); i++) {
      const place = random() < 0.4 && stored.length > 0 ? below(stored.length) : stored.length
      rev++
      const message = {
        ...row(place + 1, rev, `${epoch}${rev}`),
        ...(stored[place] && { id: stored[place].id }),
      }
      stored = [...stored.slice(0, place), message, ...stored.slice(place + 1)]
      changed.push(message)
    }
    // As a batch reports it: of a message changed twice in one commit only the last version.
    const messages = changed.filter((m, i) => !changed.slice(i + 1).some((other) => other.seq === m.seq))
    const said = { room: 'lobby', epoch, from, rev, messages }
    for (let copies = [0, 1, 1, 1, 2][below(5)]!; copies > 0; copies--)
      wire.splice(below(wire.length + 1), 0, said)
  }
  const take = (step: {
    log: RoomLog
    news: readonly { seq: number }[]
    isReplaced?: boolean
    reset?: string
  }) => {
    if (step.reset) announced.length = 0
    announced.push(...seqs(step.news))
    log = step.log
  }
  const assertDense = (what: string, list: readonly number[]) => {
    const hole = list.findIndex((seq, i) => i > 0 && seq !== list[i - 1]! + 1)
    if (hole > 0) throw new Error(`seed ${seed}: ${what} goes from ${list[hole - 1]} to ${list[hole]}`)
  }
  const check = () => {
    assertDense('the window', seqs(messagesOf(log)))
    assertDense('what was announced', announced)
  }

  for (let turn = 0; turn < 200; turn++) {
    const dice = random()
    if (dice < 0.4) commit()
    else if (dice < 0.7) {
      if (wire.length > 0) take(takeFrame(log, wire.shift()!))
    } else if (dice < 0.78) {
      if (answers.length === 0) answers.push(part(since(log)))
    } else if (dice < 0.86) {
      if (answers.length > 0) take(takePart(log, answers.shift()!))
    } else if (dice < 0.89) log = log.epoch ? takeHead(log, { epoch, rev }) : log
    else if (dice < 0.92) {
      const before = messagesOf(log)[0]?.seq
      if (before !== undefined && !log.aside && log.epoch === epoch) {
        const start = Math.max(0, before - 1 - pageRows)
        log = expectHistory(log)
        const messages = stored.slice(start, before - 1)
        history.push({ epoch, messages, hasOlder: start > 0, hasNewer: true })
      }
    } else if (dice < 0.96) {
      if (history.length > 0) log = takeHistory(log, history.shift())
    } else if (dice < 0.98) {
      // A break: what was under way is lost, and catching up begins where the log ends.
      wire = []
      answers = []
      if (history.length > 0) log = takeHistory(log)
      history = []
    } else if (dice < 0.983) {
      epoch += 'B'
      rev = 0
      stored = []
    }
    check()
  }

  for (const said of wire) take(takeFrame(log, said))
  for (const page of history) log = takeHistory(log, page)
  if (log.epoch) log = takeHead(log, { epoch, rev })
  for (let asked = 0; !log.epoch || isBehind(log); asked++) {
    if (asked > 1_000) throw new Error(`seed ${seed} never ends`)
    take(takePart(log, part(since(log))))
  }
  check()
  expect(log.rev, `seed ${seed}`).toBe(rev)
  const first = messagesOf(log)[0]?.seq ?? 1
  expect(texts(log), `seed ${seed}`).toEqual(stored.slice(first - 1).map(({ text }) => text))
  expect(log.hasOlder, `seed ${seed}`).toBe(first > 1)
}

describe('[P4] converges', () => {
  it('to the server’s log after losses, doubles, reorderings, breaks, edits and new epochs', () => {
    const from = Number(process.env['SEED'] ?? 1)
    const runs = process.env['SEED'] ? 1 : 500
    for (let seed = from; seed < from + runs; seed++) runAgainstServer(seed)
  })
})

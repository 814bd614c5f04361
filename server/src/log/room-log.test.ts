import type { MessageRow } from '@alcove/sdk/protocol'
import { describe, expect, test, vi } from 'vitest'
import { createMetrics, type Metrics } from '../metrics.js'
import type { LogHead, LogNews, LogSlice, MessageRepository } from '../storage/message-repository.js'
import { createRoomLog, type RoomLog } from './room-log.js'

const PART_BYTES = 128 * 1024

/** A room of `count` messages of so many bytes each; `seq` and `rev` are equal. */
function logOf(count: number, bytes = 10, more: Partial<MessageRow> = {}) {
  const rows: MessageRow[] = Array.from({ length: count }, (_, index) => ({
    id: `m${index + 1}`,
    seq: index + 1,
    rev: index + 1,
    at: 0,
    user: { id: 'ada', name: 'Ada' },
    text: 'x'.repeat(bytes),
    ...more,
  }))
  const slice = (messages: MessageRow[], part = messages): LogSlice => ({
    ...{ epoch: 'e1', head: count, headSeq: count, messages },
    isCut: messages.length < part.length,
  })
  /** As the statement cuts: by the text alone. */
  const cut = (part: MessageRow[], limit: number) => {
    let used = 0
    return part.filter(({ text }, index) => (used += text.length + 300) <= limit || index === 0)
  }
  const cutNewest = (part: MessageRow[], limit: number) => cut(part.toReversed(), limit).reverse()
  const messages: Partial<MessageRepository> = {
    head: () => Promise.resolve({ epoch: 'e1', head: count, headSeq: count }),
    tail: (_room, newest, bounds) => Promise.resolve(slice(cutNewest(rows.slice(-newest), bounds.bytes))),
    latest: (_room, above, changes, bounds) => {
      const from = Math.max(above(), count - changes)
      const part = rows.filter((row) => row.rev > from)
      const news = slice(cutNewest(part, bounds.bytes), part)
      return Promise.resolve({ ...news, changesAbove: (news.messages[0]?.rev ?? count + 1) - 1 })
    },
    since: (_room, rev, limit, bounds) => {
      const part = rows.filter((row) => row.rev > rev).slice(0, limit)
      return Promise.resolve(slice(cut(part, bounds.bytes), part))
    },
    range: (_room, { from, place, to }, bounds) => {
      const older = rows.filter((row) => row.seq >= from && row.seq < place)
      const newer = rows.filter((row) => row.seq >= place && row.seq <= to)
      return Promise.resolve(slice([...cutNewest(older, bounds.bytes), ...cut(newer, bounds.bytes)]))
    },
  }
  const metrics = createMetrics()
  return { ...readBy(createRoomLog(1, messages as MessageRepository, metrics)), reads: readsOf(metrics) }
}

/** Whose turn it takes is tested in read-turns.test.ts. */
function readBy(log: RoomLog, reader = 'ada') {
  return {
    join: (since?: Parameters<RoomLog['join']>[0]) => log.join(since, reader),
    part: (since?: Parameters<RoomLog['part']>[0]) => log.part(since, reader),
    history: (request: Parameters<RoomLog['history']>[0]) => log.history(request, reader),
    message: (seq: number) => log.message(seq, reader),
  }
}

/** Which reads were made since it was asked last, in the order of the alphabet. */
function readsOf({ reads }: Metrics): () => Promise<string[]> {
  return async () => {
    const { values } = await reads.get()
    reads.reset()
    return values
      .filter(({ value }) => value > 0)
      .map(({ labels }) => String(labels.kind))
      .toSorted()
  }
}

const seqs = (messages: readonly MessageRow[]) => messages.map(({ seq }) => seq)
const bytesOf = (value: unknown) => JSON.stringify(value).length

describe('what a client misses', () => {
  test('[P4] a first read gets the newest 50 and whether there are older ones', async () => {
    const part = await logOf(60).part()
    expect(part).toMatchObject({ kind: 'snapshot', head: 60, hasOlder: true })
    expect(seqs(part.messages)).toEqual(Array.from({ length: 50 }, (_, i) => i + 11))
    expect(await logOf(50).part()).toMatchObject({ hasOlder: false })
    expect(await logOf(0).part()).toMatchObject({ messages: [], hasOlder: false, head: 0 })
  })

  test('[P4] another epoch, or a rev above the head, gets a fresh snapshot with the reason', async () => {
    const log = logOf(3)
    expect(await log.part({ epoch: 'e0', rev: 1 })).toMatchObject({ kind: 'snapshot', reset: 'epoch' })
    expect(await log.part({ epoch: 'e1', rev: 4 })).toMatchObject({ kind: 'snapshot', reset: 'ahead' })
    expect(await log.part({ epoch: 'e1', rev: 3 })).toMatchObject({ kind: 'changes', messages: [] })
  })

  test('[P4] page by page everybody arrives at the head, however far behind', async () => {
    for (const [count, bytes] of [
      [1_234, 10],
      [120, 16_000],
    ] as const) {
      const log = logOf(count, bytes)
      const got: number[] = []
      for (let rev = 0; rev < count;) {
        const part = await log.part({ epoch: 'e1', rev })
        if (part.kind !== 'changes') throw new Error('no reset was due')
        expect(part.through).toBeGreaterThan(rev)
        got.push(...seqs(part.messages))
        rev = part.through
      }
      expect(got).toEqual(Array.from({ length: count }, (_, i) => i + 1))
    }
  })
})

describe('what is read for an answer', () => {
  const since = (rev: number, epoch = 'e1') => ({ epoch, rev })

  test('only the head for a client that has everything, and the tail besides for one that starts over', async () => {
    const { part, reads } = logOf(300)
    await part()
    expect(await reads()).toEqual(['tail'])
    await part(since(300))
    expect(await reads()).toEqual(['head'])
    await part(since(1, 'e0'))
    expect(await reads()).toEqual(['head', 'tail'])
  })

  test('what changed lately for who is near the head, a page for who is further back', async () => {
    const { part, reads } = logOf(300)
    expect(seqs((await part(since(200))).messages)).toHaveLength(100)
    expect(await reads()).toEqual(['head', 'latest'])
    await part(since(199))
    expect(await reads()).toEqual(['head', 'since'])
  })

  test('[P7] a page, too, where what changed lately does not fit one answer, known once it was tried', async () => {
    const { part, reads } = logOf(120, 16_000)
    await part(since(60))
    expect(await reads()).toEqual(['head', 'latest', 'since'])
    await part(since(60))
    expect(await reads()).toEqual(['head', 'since'])
    const { messages } = await part(since(115))
    expect(await reads()).toEqual(['head', 'latest'])
    expect(seqs(messages)).toEqual([116, 117, 118, 119, 120])
    const first = seqs((await logOf(120, 16_000).part(since(60))).messages)
    expect(first[0], 'without a hole').toBe(61)
  })

  test('[P4] a client more than 20,000 changes behind starts over', async () => {
    const { part } = logOf(20_002)
    expect(await part(since(1))).toMatchObject({ kind: 'snapshot', reset: 'behind' })
    expect(await part(since(2))).toMatchObject({ kind: 'changes' })
  })

  test('a history is one read, and a message is one', async () => {
    const { history, message, reads } = logOf(10)
    await history({ room: 'lobby', limit: 5, before: 9 })
    expect(await reads()).toEqual(['history'])
    expect(await message(3)).toMatchObject({ seq: 3 })
    expect(await message(11)).toBeUndefined()
  })
})

describe('[P4] a page of changes', () => {
  const row = (seq: number, rev: number): MessageRow => ({
    ...{ id: `m${seq}`, seq, rev, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'hi' },
  })
  const logWhere = (head: number, read: LogSlice) => {
    const messages: Partial<MessageRepository> = {
      head: () => Promise.resolve({ epoch: 'e1', head, headSeq: 3 }),
      since: () => Promise.resolve(read),
      tail: () => Promise.resolve({ ...read, messages: [row(1, 1)] }),
    }
    return readBy(createRoomLog(1, messages as MessageRepository, createMetrics()))
  }
  const slice = (head: number, messages: MessageRow[], isCut = false, epoch = 'e1'): LogSlice => ({
    ...{ epoch, head, headSeq: 3, messages, isCut },
  })

  test('reaches as far as it was read, though all that changed there has changed again', async () => {
    const { part } = logWhere(2_000, slice(2_000, [row(1, 1), row(2, 2)]))
    expect(await part({ epoch: 'e1', rev: 0 })).toMatchObject({ head: 2_000, through: 500 })
  })

  test('and no further than the head', async () => {
    const { part } = logWhere(200, slice(200, [row(1, 1), row(2, 2)]))
    expect(await part({ epoch: 'e1', rev: 0 })).toMatchObject({ head: 200, through: 200 })
  })

  test('or to its last change, where it was cut', async () => {
    const { part } = logWhere(2_000, slice(2_000, [row(1, 1), row(2, 2)], true))
    expect(await part({ epoch: 'e1', rev: 0 })).toMatchObject({ through: 2 })
    const long = { ...row(2, 2), text: 'x'.repeat(PART_BYTES) }
    const { part: shortened } = logWhere(2_000, slice(2_000, [row(1, 1), long]))
    expect(await shortened({ epoch: 'e1', rev: 0 })).toMatchObject({ through: 1 })
  })

  test('is never one of another epoch that began between two reads', async () => {
    const { part } = logWhere(2_000, slice(9, [row(1, 1)], false, 'e2'))
    expect(await part({ epoch: 'e1', rev: 0 })).toMatchObject({
      kind: 'snapshot',
      epoch: 'e2',
      reset: 'epoch',
    })
  })
})

describe('the size of an answer', () => {
  test('[P7] no answer is so large that its reader counts as slow', async () => {
    const log = logOf(200, 16_000)
    const answers = [
      await log.part(),
      await log.part({ epoch: 'e1', rev: 0 }),
      await log.part({ epoch: 'e1', rev: 150 }),
      await log.history({ room: 'lobby', limit: 100, before: 150 }),
      await log.history({ room: 'lobby', limit: 100, after: 50 }),
    ]
    for (const answer of answers) expect(bytesOf(answer)).toBeLessThan(PART_BYTES + 32_000)
    const around = await log.history({ room: 'lobby', limit: 100, around: 100 })
    expect(bytesOf(around)).toBeLessThan(PART_BYTES + 32_000)
    expect(seqs(around.messages)).toContain(100)
  })

  test('[P7] meta counts like text', async () => {
    const part = await logOf(50, 1, { meta: { note: 'x'.repeat(16_000) } }).part()
    expect(bytesOf(part)).toBeLessThan(PART_BYTES + 32_000)
  })

  test('[P7] long addresses of pictures count, and what JSON makes longer', async () => {
    const avatar = `https://site.example/${'x'.repeat(1_900)}`
    const faces = logOf(500, 1, { user: { id: 'ada', name: 'Ada', avatar } })
    expect(bytesOf(await faces.part({ epoch: 'e1', rev: 0 }))).toBeLessThan(PART_BYTES + 32_000)
    const escaped = logOf(100, 1, { text: '\u0001'.repeat(4_000) })
    expect(bytesOf(await escaped.part())).toBeLessThan(PART_BYTES + 32_000)
  })

  test('a snapshot cut short is the newest part and says that there is more', async () => {
    const part = await logOf(20, 16_000).part()
    expect(part).toMatchObject({ kind: 'snapshot', hasOlder: true })
    expect(seqs(part.messages).at(-1)).toBe(20)
    expect(part.messages.length).toBeLessThan(20)
  })

  test('one message always fits', async () => {
    expect(seqs((await logOf(2, 2 * PART_BYTES).part()).messages)).toEqual([2])
  })

  test('[P4] scrolling back through long messages leaves no hole', async () => {
    const log = logOf(60, 16_000)
    const got: number[] = []
    let page = await log.history({ room: 'lobby', limit: 50, before: 61 })
    got.unshift(...seqs(page.messages))
    while (page.hasOlder) {
      page = await log.history({ room: 'lobby', limit: 50, before: got[0]! })
      got.unshift(...seqs(page.messages))
    }
    expect(got).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
  })
})

describe('pages of history', () => {
  test('before, after and around a place, with what lies beyond', async () => {
    const log = logOf(100)
    const page = async (place: { before: number } | { after: number } | { around: number }, limit = 10) => {
      const { messages, hasOlder, hasNewer } = await log.history({ room: 'lobby', limit, ...place })
      const [first = 0, last = -1] = [messages[0]?.seq, messages.at(-1)?.seq]
      expect(seqs(messages), 'each once').toEqual(
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      )
      return [messages[0]?.seq, messages.at(-1)?.seq, hasOlder, hasNewer]
    }
    const empty = await logOf(0).history({ room: 'lobby', limit: 10, before: 50 })
    expect(empty).toMatchObject({ messages: [], hasOlder: false, hasNewer: false })
    expect(await page({ before: 50 })).toEqual([40, 49, true, true])
    expect(await page({ before: 11 })).toEqual([1, 10, false, true])
    expect(await page({ before: 1 })).toEqual([undefined, undefined, false, true])
    expect(await page({ after: 50 })).toEqual([51, 60, true, true])
    expect(await page({ after: 90 })).toEqual([91, 100, true, false])
    expect(await page({ around: 50 })).toEqual([45, 54, true, true])
    expect(await page({ around: 2 })).toEqual([1, 10, false, true])
  })
})

describe('a herd that comes back', () => {
  const headOf = (head: number): LogHead => ({ epoch: 'e1', head, headSeq: head })
  const slice = (head: number): LogSlice => ({ ...headOf(head), messages: [], isCut: false })
  const news = (head: number, above: number): LogNews => {
    const messages = Array.from({ length: head - above }, (_, index): MessageRow => {
      const seq = above + index + 1
      return { id: `m${seq}`, seq, rev: seq, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'hi' }
    })
    return { ...slice(head), messages, changesAbove: above }
  }

  function quietRoom() {
    const state = { head: 5, delivered: { epoch: 'e1', rev: 0 }, reads: 0 }
    const read = <T>(value: T) => Promise.resolve(((state.reads += 1), value))
    const messages: Partial<MessageRepository> = {
      head: () => read(headOf(state.head)),
      tail: () => read(slice(state.head)),
      latest: (_room, above) => read(news(state.head, above())),
    }
    const log = createRoomLog(1, messages as MessageRepository, createMetrics(), () => state.delivered)
    return { state, log: readBy(log) }
  }

  test('successive callers share a read as long as nothing was delivered since', async () => {
    const { state, log } = quietRoom()
    for (let i = 0; i < 100; i += 1)
      expect(await log.join({ epoch: 'e1', rev: 5 })).toMatchObject({ head: 5 })
    expect(state.reads).toBe(1)
    state.delivered = { epoch: 'e1', rev: (state.head = 6) }
    expect(await log.join()).toMatchObject({ head: 6 })
    expect(state.reads).toBe(2)
  })

  test('what changed lately is shared by those who have the same or more, each given what they miss', async () => {
    const { state, log } = quietRoom()
    const missed = async (rev: number) => seqs((await log.join({ epoch: 'e1', rev })).messages)
    expect(await missed(3)).toEqual([4, 5])
    expect(state.reads).toBe(2)
    expect([await missed(3), await missed(4)]).toEqual([[4, 5], [5]])
    expect(state.reads).toBe(2)
    expect(await missed(2)).toEqual([3, 4, 5])
    expect(state.reads, 'who has less has it read again').toBe(3)
  })

  test('[P4] a client that knows more than was read, or another epoch, need not start over', async () => {
    const { state, log } = quietRoom()
    await log.join()
    state.head = 7
    expect(await log.join({ epoch: 'e1', rev: 7 })).toMatchObject({ kind: 'changes', head: 7 })
    state.delivered = { epoch: 'e2', rev: 1 }
    await log.join()
    expect(state.reads).toBe(3)
  })

  test('[P4] a client that asks for what is missing gets a separate read', async () => {
    const { state, log } = quietRoom()
    await log.join()
    state.head = 6
    expect(await log.part({ epoch: 'e1', rev: 5 })).toMatchObject({ head: 6 })
  })

  test('[P5] what was read is forgotten after a moment: a frame may have been lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { state, log } = quietRoom()
      await log.join()
      state.head = 6
      vi.advanceTimersByTime(1_000)
      expect(await log.join()).toMatchObject({ head: 6 })
    } finally {
      vi.useRealTimers()
    }
  })
})

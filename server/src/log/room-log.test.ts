import type { MessageRow } from '@alcove/sdk/protocol'
import { describe, expect, test, vi } from 'vitest'
import { createMetrics } from '../metrics.js'
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
  return readBy(createRoomLog(1, messages as MessageRepository, createMetrics()))
}

/** Whose turn it takes is tested in read-turns.test.ts. */
function readBy(log: RoomLog, reader = 'ada') {
  return {
    join: (since?: Parameters<RoomLog['join']>[0]) => log.join(since, reader),
    part: (since?: Parameters<RoomLog['part']>[0]) => log.part(since, reader),
    history: (request: Parameters<RoomLog['history']>[0]) => log.history(request, reader),
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
      return [messages[0]?.seq, messages.at(-1)?.seq, hasOlder, hasNewer]
    }
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
  const news = (head: number, above: number): LogNews => ({ ...slice(head), changesAbove: above })

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

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred, type Deferred } from '../deferred.js'
import { ChatError } from '../errors.js'
import type {
  ErrorCode,
  HistoryResult,
  LogPart,
  MessageRow,
  RequestName,
  RequestOf,
  ResultOf,
  RoomChanged,
  SyncResult,
} from '../protocol/index.js'
import { LiveLog } from './live-log.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

const row = (seq: number): MessageRow => ({
  ...{ id: `m${seq}`, seq, rev: seq, at: seq, text: `text ${seq}` },
  user: { id: 'bob', name: 'Bob' },
})
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const frame = (...messages: MessageRow[]): RoomChanged => ({
  ...{ room: 'lobby', epoch: 'e', messages },
  from: messages[0]!.rev - 1,
  rev: messages.at(-1)!.rev,
})
const snapshot = (messages: MessageRow[], epoch = 'e'): LogPart & { kind: 'snapshot' } => ({
  ...{ kind: 'snapshot', epoch, messages },
  head: messages.at(-1)?.rev ?? 0,
  hasOlder: (messages[0]?.seq ?? 1) > 1,
})
const changes = (messages: MessageRow[], head = messages.at(-1)!.rev): LogPart => ({
  ...{ kind: 'changes', epoch: 'e', messages, head },
  through: messages.at(-1)!.rev,
})

interface Question {
  name: RequestName
  request: RequestOf<RequestName>
  answer: Deferred<ResultOf<RequestName>>
}

function start(me: { id: string } | undefined = { id: 'ada' }) {
  const questions: Question[] = []
  const said: string[] = []
  const log = new LiveLog({
    room: 'lobby',
    random: () => 0.5,
    session: { me },
    request(name, request) {
      const answer = deferred<ResultOf<typeof name>>()
      questions.push({ name, request, answer })
      return answer.promise
    },
    took: ({ log }) => said.push(`took ${log.rev}`),
    grew: () => said.push('grew'),
    notJoined: () => said.push('not joined'),
    failed: ({ code }) => said.push(`failed: ${code}`),
  })
  return {
    log,
    questions,
    said,
    seqs: () => log.state.messages.toArray().map(({ seq }) => seq),
    async answer(result: SyncResult | HistoryResult): Promise<void> {
      questions.at(-1)!.answer.resolve({ ok: true, ...result })
      await settle()
    },
    async refuse(code: ErrorCode, more?: { retryAfterMs: number }): Promise<void> {
      questions.at(-1)!.answer.reject(new ChatError(code, 'unable to ask; no', more))
      await settle()
    },
  }
}

function startIn(part: LogPart) {
  const started = start()
  started.log.resume(part)
  started.said.splice(0)
  return started
}

describe('[P9] a frame that no server of ours sends', () => {
  it.each([
    { messages: null },
    { messages: [null] },
    { messages: [{ id: 'm2', seq: 2, rev: 3, reacted: 'x' }] },
    { messages: [{ id: 'm2', seq: 2, rev: 3, reactions: { '👍': 1 }, reacted: [null] }] },
  ])('%j counts as lost', async (wrong) => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(1, 2)))
    log.takeFrame(JSON.parse(JSON.stringify({ ...frame(row(3)), ...wrong })) as RoomChanged)
    expect(questions).toHaveLength(1)
    await answer({ log: changes([row(3)]) })
    expect(seqs()).toEqual([1, 2, 3])
    log.pause()
  })
})

describe('whether it is live', () => {
  it('from the answer to the join on, until it is paused', () => {
    const { log } = start()
    expect([log.isLive, log.isWhole]).toEqual([false, false])
    log.resume(snapshot(rows(1, 2)))
    expect([log.isLive, log.isWhole]).toEqual([true, true])
    log.pause()
    expect([log.isLive, log.isWhole]).toEqual([false, false])
  })

  it('nothing is asked before the join, nor after it ended', async () => {
    const { log, questions } = start()
    log.takeHead({ epoch: 'e', rev: 9 })
    log.resume(snapshot(rows(1, 2)))
    log.pause()
    log.takeHead({ epoch: 'e', rev: 9 })
    await settle(60_000)
    expect(questions).toEqual([])
  })
})

describe('[P5] what is missing is asked for', () => {
  it('where a head is above the log, from where the log ends', async () => {
    const { log, questions, said, answer } = startIn(snapshot(rows(1, 2)))
    log.takeHead({ epoch: 'e', rev: 4 })
    expect(log.isWhole).toBe(false)
    expect(questions).toMatchObject([{ name: 'room:sync', request: { room: 'lobby', epoch: 'e', rev: 2 } }])
    await answer({ log: changes(rows(3, 4)) })
    expect(said).toEqual(['took 4'])
    expect(log.isWhole).toBe(true)
  })

  it('page by page, without a wait between them', async () => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(1, 2)))
    log.takeHead({ epoch: 'e', rev: 6 })
    await answer({ log: changes(rows(3, 4), 6) })
    expect(questions[1]).toMatchObject({ request: { rev: 4 } })
    await answer({ log: changes(rows(5, 6)) })
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('and where it is of another epoch, which the answer replaces', async () => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(1, 5)))
    log.takeHead({ epoch: 'f', rev: 1 })
    await answer({ log: { ...snapshot(rows(1, 1), 'f'), reset: 'epoch' } })
    expect(seqs()).toEqual([1])
    log.takeHead({ epoch: 'f', rev: 2 })
    expect(questions).toHaveLength(2)
    await answer({ log: { ...snapshot(rows(1, 2), 'f'), reset: 'epoch' } })
  })

  it('immediately where another epoch has moved on since it was asked about', async () => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(1, 5)))
    log.takeHead({ epoch: 'f', rev: 1 })
    log.takeFrame({ ...frame(row(3)), epoch: 'f' })
    await answer({ log: { ...snapshot(rows(1, 1), 'f'), reset: 'epoch' } })
    expect(questions[1]).toMatchObject({ request: { epoch: 'f', rev: 1 } })
    await answer({ log: { ...changes(rows(2, 3)), epoch: 'f' } })
    expect(seqs()).toEqual([1, 2, 3])
    await settle(100)
  })

  it('[P7] after a wait where an answer brings nothing', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(1, 2)))
    log.takeHead({ epoch: 'e', rev: 3 })
    await answer({ log: { ...changes(rows(1, 2)), messages: [] } })
    expect(questions).toHaveLength(1)
    await settle(500)
    expect(questions).toHaveLength(2)
    await answer({ log: changes(rows(3, 3)) })
  })
})

describe('a frame', () => {
  it('that was taken already is no step', () => {
    const { log, said } = startIn(snapshot(rows(1, 2)))
    log.takeFrame(frame(row(2)))
    expect(said).toEqual([])
    log.takeFrame(frame(row(3)))
    expect(said).toEqual(['took 3'])
  })
})

describe('[P2] a frame that comes early', () => {
  it('has its neighbour on the way: nothing is asked', async () => {
    const { log, questions, seqs } = startIn(snapshot(rows(1, 2)))
    log.takeFrame(frame(row(4)))
    expect(questions).toEqual([])
    log.takeFrame(frame(row(3)))
    await settle(60_000)
    expect(seqs()).toEqual([1, 2, 3, 4])
    expect(questions).toEqual([])
  })

  it('[P4] and is asked about where that does not come, once for all that came early, and again the next time', async () => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(1, 2)))
    for (const [lost, last] of [
      [3, 5],
      [6, 8],
    ] as const) {
      const asked = questions.length
      for (let seq = lost + 1; seq <= last; seq += 1) log.takeFrame(frame(row(seq)))
      expect(questions).toHaveLength(asked)
      await settle(100)
      expect(questions).toHaveLength(asked + 1)
      await answer({ log: changes(rows(lost, last)) })
    }
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })
})

describe('an ack', () => {
  it('of what the log has already means nothing', () => {
    const { log } = startIn(snapshot(rows(1, 2)))
    log.takeAck('e', 2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('whose frame arrives in a moment asks for nothing', async () => {
    const { log, questions } = startIn(snapshot(rows(1, 2)))
    log.takeAck('e', 3)
    await settle(100)
    log.takeFrame(frame(row(3)))
    await settle(60_000)
    expect(questions).toEqual([])
  })

  it('[P4] whose frame was lost makes it ask, once for all acks of that moment, and again for later ones', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(1, 2)))
    log.takeAck('e', 3)
    log.takeAck('e', 4)
    await settle(10_000)
    expect(questions).toHaveLength(1)
    await answer({ log: changes(rows(3, 3), 4) })
    expect(questions, 'up to the last of them').toHaveLength(2)
    await answer({ log: changes(rows(4, 4)) })
    log.takeAck('e', 5)
    await settle(10_000)
    expect(questions).toHaveLength(3)
    await answer({ log: changes(rows(5, 5)) })
  })

  it('[P4] of another epoch makes it ask, however low its rev', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(1, 2)))
    log.takeAck('f', 1)
    await settle(10_000)
    expect(questions).toHaveLength(1)
    await answer({ log: { ...snapshot(rows(1, 1), 'f'), reset: 'epoch' } })
  })
})

describe('out of the room', () => {
  it('the pending answer is ignored, and nothing is awaited', async () => {
    const { log, questions, said, answer } = startIn(snapshot(rows(1, 2)))
    log.takeHead({ epoch: 'e', rev: 3 })
    log.takeAck('e', 9)
    log.takeFrame(frame(row(7)))
    said.splice(0)
    log.pause()
    expect(vi.getTimerCount()).toBe(0)
    await answer({ log: changes(rows(3, 7)) })
    expect(said).toEqual([])
    expect(questions).toHaveLength(1)
  })

  it('and back, acks and early frames are given their moment again', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(1, 2)))
    log.takeAck('e', 3)
    log.takeFrame(frame(row(4)))
    log.pause()
    log.resume(changes(rows(3, 4)))
    log.takeFrame(frame(row(6)))
    await settle(100)
    expect(questions).toHaveLength(1)
    await answer({ log: changes(rows(5, 6)) })
    log.takeAck('e', 7)
    await settle(10_000)
    expect(questions).toHaveLength(2)
    await answer({ log: changes(rows(7, 7)) })
  })

  it('[P8] for somebody else: nothing of what was shown is left', () => {
    const { log } = startIn(snapshot(rows(1, 2)))
    log.takeAck('e', 9)
    log.forget()
    expect([log.isLive, log.state.epoch, log.state.messages.length]).toEqual([false, '', 0])
  })
})

describe('a refused question', () => {
  it.each([
    ['not_joined', ['not joined']],
    ['forbidden', ['failed: forbidden']],
    ['offline', []],
  ] as const)('%s: the room hears %j, and nothing more is asked', async (code, words) => {
    const { log, questions, said, refuse } = startIn(snapshot(rows(1, 2)))
    log.takeHead({ epoch: 'e', rev: 3 })
    await refuse(code)
    await settle(60_000)
    expect(said).toEqual(words)
    expect(questions).toHaveLength(1)
  })

  it.each(['unavailable', 'internal'] as const)(
    '%s: it is asked again, not before the server wishes',
    async (code) => {
      const { log, questions, said, refuse, answer } = startIn(snapshot(rows(1, 2)))
      log.takeHead({ epoch: 'e', rev: 3 })
      await refuse(code, { retryAfterMs: 3_000 })
      await settle(3_000)
      expect(questions).toHaveLength(1)
      await settle(1_000)
      expect(questions).toHaveLength(2)
      expect(said).toEqual([])
      await answer({ log: changes(rows(3, 3)) })
    },
  )
})

describe('older messages', () => {
  const page = (messages: MessageRow[], epoch = 'e') => ({
    ...{ epoch, messages, hasNewer: true },
    hasOlder: (messages[0]?.seq ?? 1) > 1,
  })

  it('are asked for before the first one that is there, and say whether there are more', async () => {
    const { log, questions, said, answer, seqs } = startIn(snapshot(rows(11, 12)))
    const more = log.loadOlder(5, 100)
    expect(questions).toMatchObject([
      { name: 'room:history', request: { room: 'lobby', before: 11, limit: 5 } },
    ])
    await answer(page(rows(6, 10)))
    expect(await more).toBe(true)
    expect(said).toEqual(['grew'])
    const last = log.loadOlder(5, 100)
    await answer(page(rows(1, 5)))
    expect(await last).toBe(false)
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  })

  it('are not asked for where there are none, or where nothing is known yet', async () => {
    const { log, questions } = startIn(snapshot(rows(1, 2)))
    expect(await log.loadOlder(5, 100)).toBe(false)
    expect(await start().log.loadOlder(5, 100)).toBe(false)
    expect(questions).toEqual([])
  })

  it('one request at a time, of whole messages, and not more than the server gives', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(11, 12)))
    const both = Promise.all([log.loadOlder(1.5, 100), log.loadOlder(7, 100)])
    await answer(page(rows(10, 10)))
    expect(await both).toEqual([true, true])
    const many = log.loadOlder(5_000, 100)
    await answer(page(rows(1, 9)))
    await many
    expect(questions.map(({ request }) => request)).toMatchObject([{ limit: 1 }, { limit: 100 }])
  })

  it('one is the least that can be asked for', async () => {
    const { log, questions, answer } = startIn(snapshot(rows(11, 12)))
    for (const count of [0, 0.5, NaN])
      await expect(log.loadOlder(count, 100)).rejects.toMatchObject({ code: 'invalid_request' })
    expect(questions).toEqual([])
    const one = log.loadOlder(1, 100)
    await answer(page(rows(10, 10)))
    expect(await one).toBe(true)
  })

  it('that could not be had are refused as the server says, and the next call asks again', async () => {
    const { log, questions, said, refuse, answer } = startIn(snapshot(rows(11, 12)))
    const refused = expect(log.loadOlder(5, 100)).rejects.toMatchObject({ code: 'unavailable' })
    await refuse('unavailable')
    await refused
    expect(log.state.aside, 'nothing is kept for a page that will not come').toBeUndefined()
    expect(said).toEqual([])
    const again = log.loadOlder(5, 100)
    expect(questions).toHaveLength(2)
    await answer(page(rows(6, 10)))
    expect(await again).toBe(true)
  })

  it('[P4] of another epoch are not shown, but asked about', async () => {
    const { log, questions, answer, seqs } = startIn(snapshot(rows(11, 12)))
    const loading = log.loadOlder(5, 100)
    await answer(page(rows(6, 10), 'f'))
    await loading
    expect(seqs()).toEqual([11, 12])
    expect(questions[1]).toMatchObject({ name: 'room:sync' })
    await answer({ log: changes([row(12)]) })
  })
})

/** An outbox by itself: what waits in it, what goes out when, and what becomes of it. Answers come when a test gives them. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryStorage } from '../../test/memory-storage.js'
import { deferred, type Deferred } from '../deferred.js'
import { checkDraft } from '../draft.js'
import { ChatError } from '../errors.js'
import { committed } from '../message.js'
import {
  CLIENT_LIMITS,
  type ErrorCode,
  type MessageRow,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type SendRequest,
} from '../protocol/index.js'
import { openStorage } from '../storage.js'
import type { OwnChange } from './kind.js'
import { Outbox } from './outbox.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

const ada = { id: 'ada', name: 'Ada' }
const created = (text: string): OwnChange => ({ kind: 'message.created', text })
const edited = (message: string, text: string): OwnChange => ({ kind: 'message.edited', message, text })
const deleted = (message: string): OwnChange => ({ kind: 'message.deleted', message })
const reacted = (message: string): OwnChange => ({ kind: 'reaction.added', message, emoji: '👍' })

interface Question {
  name: RequestName
  request: RequestOf<RequestName>
  answer: Deferred<ResultOf<RequestName>>
}

function start(shared = memoryStorage()) {
  const questions: Question[] = []
  const said: string[] = []
  const count = { changes: 0 }
  const outbox: Outbox = new Outbox({
    ...{ room: 'lobby', scope: 'test', storage: openStorage(shared), random: () => 0.5 },
    request(name, request) {
      const answer = deferred<ResultOf<typeof name>>()
      questions.push({ name, request, answer })
      return answer.promise
    },
    acked: ({ rev }) => said.push(`acked ${rev}`),
    failed: ({ change: { kind } }, { code }) => said.push(`${kind} failed: ${code}`),
    notJoined() {
      said.push('not joined')
      outbox.pause()
    },
    changed: () => (count.changes += 1),
  })
  return {
    ...{ outbox, questions, said, count },
    asked: () =>
      questions.map(({ name, request }) => `${name} ${'text' in request ? request.text : ''}`.trim()),
    /** @returns how it ends: the rev, the code of its error, or `nothing`; `open` until then */
    add(change: OwnChange): { readonly end: string } {
      const promised = { end: 'open' }
      outbox.add(change, ada).then(
        (commit) => (promised.end = commit ? `rev ${commit.rev}` : 'nothing'),
        ({ code }: ChatError) => (promised.end = code),
      )
      return promised
    },
    /** Commits what is in flight. */
    async ack(rev: number): Promise<void> {
      const { name, request, answer } = questions.at(-1)!
      const { id, text } = request as SendRequest
      const message: MessageRow = { id, seq: rev, rev, at: 5, user: ada, text }
      answer.resolve({ ok: true, epoch: 'e', ...(name === 'message:send' ? { message } : { rev }) })
      await settle()
    },
    async refuse(code: ErrorCode, more?: { retryAfterMs: number }): Promise<void> {
      questions.at(-1)!.answer.reject(new ChatError(code, 'unable to send; no', more))
      await settle()
    },
    texts: () =>
      outbox.entries.map(({ change, state }) => `${'text' in change ? change.text : change.kind} ${state}`),
    stored: () => [...shared.map.values()].map((json) => (JSON.parse(json) as { text: string }).text),
    shared,
  }
}

describe('what goes out', () => {
  it('nothing before the room is joined; then one at a time, in order', async () => {
    const { outbox, add, asked, ack, said } = start()
    const ends = ['one', 'two'].map((text) => add(created(text)))
    await settle()
    expect(asked()).toEqual([])
    outbox.resume()
    expect(asked()).toEqual(['message:send one'])
    await ack(1)
    expect(asked()).toEqual(['message:send one', 'message:send two'])
    await ack(2)
    expect(ends.map(({ end }) => end)).toEqual(['rev 1', 'rev 2'])
    expect(said).toEqual(['acked 1', 'acked 2'])
  })

  it('nothing more once it is paused, however long something was to wait; all of it when it goes on', async () => {
    const { outbox, add, asked, refuse, ack } = start()
    outbox.resume()
    add(created('one'))
    await refuse('unavailable', { retryAfterMs: 60_000 })
    outbox.pause()
    expect(vi.getTimerCount()).toBe(0)
    await settle(100_000)
    expect(asked()).toHaveLength(1)
    outbox.resume()
    expect(asked()).toHaveLength(2)
    await refuse('unavailable', { retryAfterMs: 60_000 })
    outbox.resume()
    expect(asked(), 'joined again, without a word between').toHaveLength(3)
    await ack(1)
  })

  it('a refusal that arrives after it was paused starts no timer', async () => {
    const { outbox, add, refuse, texts } = start()
    outbox.resume()
    add(created('one'))
    outbox.pause()
    await refuse('offline')
    expect(texts()).toEqual(['one pending'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('each wait is longer than the one before, until one got through', async () => {
    const { outbox, add, asked, refuse, ack } = start()
    outbox.resume()
    add(created('one'))
    for (const [failures, waitMs] of [500, 750, 1_125].entries()) {
      await refuse('unavailable')
      await settle(waitMs - 1)
      expect(asked()).toHaveLength(failures + 1)
      await settle(1)
      expect(asked()).toHaveLength(failures + 2)
    }
    await ack(1)
    add(created('two'))
    await refuse('unavailable')
    await settle(500)
    expect(asked()).toHaveLength(6)
    await ack(2)
  })

  it('to a server that does not count us in the room nothing: it is joined again first', async () => {
    const { outbox, add, asked, refuse, said, texts } = start()
    outbox.resume()
    add(created('one'))
    await refuse('not_joined')
    expect(said).toEqual(['not joined'])
    await settle(60_000)
    expect(asked()).toHaveLength(1)
    expect(texts()).toEqual(['one pending'])
  })

  it('failures in a row that end no connection do not count as what ends it', async () => {
    const { outbox, add, refuse, texts } = start()
    outbox.resume()
    add(created('one'))
    for (let failure = 0; failure < 8; failure += 1) {
      await refuse('timeout')
      await settle(30_000)
    }
    expect(texts()).toEqual(['one pending'])
    outbox.clear('closed', 'the test is over')
  })

  it('what ended two connections goes alone, after what other rooms have to send', async () => {
    const { outbox, add, asked, refuse, ack } = start()
    const reconnect = async () => {
      outbox.pause()
      await refuse('offline')
      outbox.resume()
    }
    outbox.resume()
    add(created('one'))
    await reconnect()
    expect(asked(), 'the first time at once').toHaveLength(2)
    await reconnect()
    expect(asked()).toHaveLength(2)
    await settle(500)
    expect(asked()).toHaveLength(3)
    await ack(1)
  })
})

describe('a change to a message that waits', () => {
  it('becomes one with it, is stored as that, and both are done with the one commit', async () => {
    const { outbox, add, asked, ack, texts, stored } = start()
    const sent = add(created('one'))
    const { id } = outbox.entries[0]!
    const edit = add(edited(id, 'two'))
    expect([texts(), stored()]).toEqual([['two pending'], ['two']])
    outbox.resume()
    await ack(1)
    expect([asked(), sent.end, edit.end]).toEqual([['message:send two'], 'rev 1', 'rev 1'])
  })

  it('takes no place of its own where the outbox is full', () => {
    const { outbox, add, texts } = start()
    for (let count = 0; count < 100; count += 1) add(created(`${count}`))
    add(edited(outbox.entries[0]!.id, 'edited'))
    expect(texts()).toHaveLength(100)
    expect(texts()[0]).toBe('edited pending')
  })

  it('a deletion gives both up, and what else waits for it', async () => {
    const { outbox, add, texts, stored } = start()
    const sent = add(created('one'))
    const { id } = outbox.entries[0]!
    const reaction = add(reacted(id))
    const deletion = add(deleted(id))
    await settle()
    expect([sent.end, reaction.end, deletion.end]).toEqual(['closed', 'closed', 'nothing'])
    expect([texts(), stored()]).toEqual([[], []])
  })

  it('is its own, and goes behind it, while the message may be with the server', async () => {
    const { outbox, add, asked, ack, questions } = start()
    outbox.resume()
    add(created('one'))
    const { id } = outbox.entries[0]!
    const edit = add(edited(id, 'two'))
    expect(asked()).toEqual(['message:send one'])
    await ack(1)
    expect(questions[1]).toMatchObject({ name: 'message:edit', request: { id, text: 'two' } })
    await ack(2)
    expect(edit.end).toBe('rev 2')
  })

  it.each([
    ['rate_limited', 1],
    ['overloaded', 1],
    ['not_joined', 1],
    ['timeout', 2],
    ['unavailable', 2],
  ] as const)('after %s, which leaves %i to send', async (code, left) => {
    const { outbox, add, refuse, texts } = start()
    outbox.resume()
    add(created('one'))
    await refuse(code)
    add(edited(outbox.entries[0]!.id, 'two'))
    expect(texts()).toHaveLength(left)
    outbox.clear('closed', 'the test is over')
  })

  it('becomes one with the last of those that wait for the message', async () => {
    const { outbox, add, asked, ack, texts } = start()
    outbox.resume()
    add(edited('m1', 'one'))
    for (const text of ['two', 'three']) add(edited('m1', text))
    add(edited('m2', 'other'))
    expect(texts()).toEqual(['one pending', 'three pending', 'other pending'])
    for (const rev of [1, 2, 3]) await ack(rev)
    expect(asked()).toEqual(['message:edit one', 'message:edit three', 'message:edit other'])
  })

  it('to one that failed sends it again, as it is now', async () => {
    const { outbox, add, asked, refuse, ack, texts } = start()
    outbox.resume()
    const sent = add(created('one'))
    await refuse('forbidden')
    expect([texts(), sent.end]).toEqual([['one failed'], 'forbidden'])
    const edit = add(edited(outbox.entries[0]!.id, 'two'))
    expect(asked()).toEqual(['message:send one', 'message:send two'])
    await ack(1)
    expect(edit.end).toBe('rev 1')
  })
})

describe('what is refused for good', () => {
  it('a change goes, says so, and stops none behind it', async () => {
    const { outbox, add, asked, refuse, ack, said, texts, stored } = start()
    outbox.resume()
    const edit = add(edited('m1', 'one'))
    add(edited('m2', 'two'))
    await refuse('forbidden')
    expect([edit.end, said, texts(), stored()]).toEqual([
      ...['forbidden', ['message.edited failed: forbidden'], ['two pending'], ['two']],
    ])
    expect(asked()).toEqual(['message:edit one', 'message:edit two'])
    await ack(1)
  })

  it('a message stays, with what was to be changed of it', async () => {
    const { outbox, add, refuse, said, texts, stored } = start()
    outbox.resume()
    const sent = add(created('one'))
    const { id } = outbox.entries[0]!
    const later = [edited(id, 'two'), reacted(id), edited('m1', 'other')].map(add)
    await refuse('forbidden')
    expect([sent.end, ...later.map(({ end }) => end)]).toEqual([
      'forbidden',
      'forbidden',
      'forbidden',
      'open',
    ])
    expect([texts(), stored()]).toEqual([
      ['two failed', 'other pending'],
      ['two', 'other'],
    ])
    expect(said, 'nobody made a change to a message that is there').toEqual([])
    add(edited(id, 'three'))
    expect(texts(), 'it is not with the server').toEqual(['three pending', 'other pending'])
    outbox.clear('closed', 'the test is over')
  })

  it('a message that was to be deleted is gone, as it was wished', async () => {
    const { outbox, add, refuse, texts, stored } = start()
    outbox.resume()
    const sent = add(created('one'))
    const deletion = add(deleted(outbox.entries[0]!.id))
    await refuse('forbidden')
    expect([sent.end, deletion.end, texts(), stored()]).toEqual(['forbidden', 'nothing', [], []])
  })

  it('after it was given up is no news', async () => {
    const { outbox, add, refuse, said, texts, count } = start()
    outbox.resume()
    const sent = add(created('one'))
    outbox.discard(outbox.entries[0]!.id)
    await settle()
    const { changes } = count
    await refuse('forbidden')
    expect([sent.end, said, texts(), count.changes]).toEqual(['closed', [], [], changes])
  })

  it('a room that is closed to us refuses all that waits, and nothing of it goes out', async () => {
    const { outbox, add, asked, refuse, said, texts } = start()
    outbox.resume()
    add(created('failed before'))
    await refuse('message_too_long')
    const ends = [created('one'), edited('m1', 'two')].map(add)
    outbox.fail(new ChatError('room_not_found', 'unable to stay in room; gone'))
    await settle()
    expect(ends.map(({ end }) => end)).toEqual(['room_not_found', 'room_not_found'])
    expect(texts()).toEqual(['failed before failed', 'one failed'])
    expect(outbox.entries[0]).toMatchObject({ error: { code: 'message_too_long' } })
    expect(said).toEqual(['message.edited failed: room_not_found'])
    await refuse('offline')
    add(created('three'))
    expect(asked()).toHaveLength(2)
  })
})

describe('what is committed', () => {
  it('is shown here until the log is as new as it', async () => {
    const { outbox, add, ack, texts, stored, count } = start()
    outbox.resume()
    add(edited('m1', 'one'))
    const { changes } = count
    await ack(3)
    expect(count.changes).toBeGreaterThan(changes)
    expect([texts(), stored()]).toEqual([['one committed'], []])
    outbox.absorb({ epoch: 'e', rev: 2 }, [])
    expect(texts()).toEqual(['one committed'])
    outbox.absorb({ epoch: 'e', rev: 3 }, [])
    expect(texts()).toEqual([])
  })

  it('[P3] is known from the log as well, before its ack', async () => {
    const { outbox, add, ack, texts, stored, said } = start()
    outbox.resume()
    const sent = add(created('one'))
    const { id } = outbox.entries[0]!
    add(created('two'))
    outbox.absorb({ epoch: 'e', rev: 1 }, [committed({ id, seq: 1, rev: 1, at: 5, user: ada, text: 'one' })])
    await settle()
    expect([sent.end, texts(), stored()]).toEqual(['rev 1', ['two pending'], ['two']])
    await ack(1)
    expect(said).toEqual([])
    await ack(2)
  })

  it('is forgotten with the epoch it is in; what waits is not', async () => {
    const { outbox, add, ack, texts } = start()
    outbox.resume()
    add(edited('m1', 'one'))
    await ack(3)
    outbox.pause()
    add(created('two'))
    outbox.forgetAcked()
    expect(texts()).toEqual(['two pending'])
  })

  it('can be neither sent again nor given up, nor joined with', async () => {
    const { outbox, add, ack, texts } = start()
    outbox.resume()
    add(created('one'))
    await ack(3)
    const { id } = outbox.entries[0]!
    outbox.pause()
    outbox.discard(id)
    expect(texts()).toEqual(['one committed'])
    add(edited(id, 'two'))
    expect(texts()).toEqual(['one committed', 'two pending'])
    expect(() => outbox.retry(id)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })
})

describe('what is given up', () => {
  it('waits no longer; where nothing waits, nothing changes', async () => {
    const { outbox, add, texts, stored, count } = start()
    const edit = add(edited('m1', 'one'))
    outbox.discard('m1')
    await settle()
    expect([edit.end, texts(), stored()]).toEqual(['closed', [], []])
    const { changes } = count
    outbox.discard('m1')
    outbox.absorb({ epoch: 'e', rev: 9 }, [])
    expect(count.changes).toBe(changes)
  })

  it('what waits is not what failed: it cannot be sent again', () => {
    const { outbox, add } = start()
    add(created('one'))
    const { id } = outbox.entries[0]!
    expect(() => outbox.retry(id)).toThrow(expect.objectContaining({ code: 'invalid_request' }))
  })

  it('with the chat, all is out of view, and its stored copy stays for the next visit', async () => {
    const { outbox, add, refuse, asked, texts, stored } = start()
    outbox.resume()
    const ends = [created('one'), edited('m1', 'two')].map(add)
    await refuse('unavailable')
    outbox.clear('closed', 'the chat was closed')
    await settle()
    expect([ends.map(({ end }) => end), texts(), stored()]).toEqual([
      ['closed', 'closed'],
      [],
      ['one', 'two'],
    ])
    expect(vi.getTimerCount()).toBe(0)
    add(created('three'))
    expect(asked()).toHaveLength(1)
  })
})

describe('over a reload', () => {
  const later = (shared: ReturnType<typeof memoryStorage>) => start(shared)

  it('what a former page left comes first, in the order it was made, and once', () => {
    const first = start()
    for (const text of ['one', 'two', 'three']) first.add(created(text))
    const reversed = memoryStorage(new Map([...first.shared.map].reverse()))
    const { outbox, add, texts, count } = later(reversed)
    add(created('four'))
    outbox.restore(ada)
    outbox.restore(ada)
    expect(texts()).toEqual(['one pending', 'two pending', 'three pending', 'four pending'])
    const { changes } = count
    outbox.restore(ada)
    expect(count.changes, 'nothing new, no change').toBe(changes)
  })

  it('and may have gone out from there: a change to it is its own', () => {
    const first = start()
    first.add(created('one'))
    const { outbox, add, texts } = later(first.shared)
    outbox.restore(ada)
    add(edited(outbox.entries[0]!.id, 'two'))
    expect(texts()).toEqual(['one pending', 'two pending'])
  })

  it('what failed there did not: a change to it sends it again', async () => {
    const first = start()
    first.outbox.resume()
    first.add(created('one'))
    await first.refuse('forbidden')
    const { outbox, add, texts } = later(first.shared)
    outbox.restore(ada)
    expect(texts()).toEqual(['one failed'])
    add(edited(outbox.entries[0]!.id, 'two'))
    expect(texts()).toEqual(['two pending'])
  })

  it('what cannot be read is thrown away, and stops nothing else', () => {
    const first = start()
    first.add(created('one'))
    const [key] = [...first.shared.map.keys()]
    first.shared.map.set(`${key!}0`, '{"text":')
    const { outbox, texts, shared } = later(first.shared)
    outbox.restore(ada)
    expect(texts()).toEqual(['one pending'])
    expect(shared.map.size).toBe(1)
  })

  it('[P7] neither is what no frame can hold: it would end the connection of all rooms', () => {
    const first = start()
    first.add(created('one'))
    const [key] = [...first.shared.map.keys()]
    const prefix = key!.slice(0, key!.lastIndexOf('|') + 1)
    const long = 'x'.repeat(CLIENT_LIMITS.frameBytes)
    const stored = (change: object) => JSON.stringify({ ...change, at: Date.now() })
    const { shared } = first
    shared.map.set(`${prefix}a`, stored({ text: long.slice(200) }))
    shared.map.set(`${prefix}b`, stored({ text: '\u0001'.repeat(20_000) }))
    shared.map.set(`${prefix}c`, stored({ text: 'hi', meta: { long } }))
    shared.map.set(`${prefix}d`, stored({ text: 'hi', replyTo: long }))
    shared.map.set(`${prefix}e`, stored({ kind: 'message.edited', message: 'm', text: long }))
    shared.map.set(`${prefix}f`, stored({ kind: 'message.deleted', message: long }))
    shared.map.set(`${prefix}g`, stored({ kind: 'message.deleted', message: 'm', reason: long }))
    shared.map.set(`${prefix}h`, stored({ kind: 'reaction.added', message: 'm', emoji: long }))
    shared.map.set(`${prefix}${long}`, stored({ text: 'hi' }))
    const { outbox, texts } = later(shared)
    outbox.restore(ada)
    expect(texts()).toEqual(['one pending'])
    expect([...shared.map.keys()]).toEqual([key])
  })

  it('the greatest message that can be sent is read back', () => {
    const first = start()
    const limits = { ...CLIENT_LIMITS, messageCharacters: 1_000_000, messageBytes: 1_000_000 }
    const fits = (length: number) => checkDraft('x'.repeat(length), limits)
    const most = CLIENT_LIMITS.frameBytes - 512 - '{"text":""}'.length
    expect(() => fits(most + 1)).toThrow('frame')
    const { text } = fits(most)
    first.add(created(text))
    first.add(edited('0193b2c4-7a00-7000-8000-000000000001', text))
    const { outbox } = later(first.shared)
    outbox.restore(ada)
    expect(outbox.entries).toHaveLength(2)
  })

  it('[P7] of what failed the newest hundred are kept, beside all that waits', async () => {
    const first = start()
    first.outbox.resume()
    for (let count = 0; count < 60; count += 1) {
      first.add(created(`failed ${count}`))
      await first.refuse('forbidden')
    }
    first.outbox.pause()
    for (let count = 0; count < 60; count += 1) first.add(created(`waits ${count}`))
    const { outbox, texts } = later(first.shared)
    outbox.restore(ada)
    expect(texts()).toHaveLength(120)
    const many = memoryStorage(new Map(first.shared.map))
    for (const [key, json] of first.shared.map) if (json.includes('failed')) many.map.set(`${key}0`, json)
    const crowded = later(many)
    crowded.outbox.restore(ada)
    expect(crowded.texts()).toHaveLength(160)
  })

  it('what waited for more than a day fails, once somebody can listen to it', async () => {
    const first = start()
    first.add(created('old'))
    vi.setSystemTime(Date.now() + 24 * 3_600_000 + 1)
    const { outbox, texts, asked } = later(first.shared)
    outbox.restore(ada)
    outbox.resume()
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
    expect(texts()).toEqual(['old pending'])
    await settle()
    expect(texts()).toEqual(['old failed'])
    expect(outbox.entries[0]).toMatchObject({ error: { code: 'timeout', retryable: false } })
    expect(asked()).toEqual([])
  })
})

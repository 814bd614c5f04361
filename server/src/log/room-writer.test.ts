import { randomUUID } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { until } from '../../test/support/until.js'
import { createLogger } from '../process/logger.js'
import { createMetrics } from '../metrics.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import type { Changed, ChangeRepository, NewChange } from '../storage/change-repository.js'
import type { Appended, MessageRepository, NewMessage } from '../storage/message-repository.js'
import type { RoomChange } from './room-change.js'
import { createRoomWriter, type CommittedBatch } from './room-writer.js'

type Row = { message: NewMessage; seq: number; rev: number; at: number }
type Fault = 'none' | 'fails before the commit' | 'loses the answer to the commit'

/** Keeps what `alcove_append` promises, in memory, and fails where it is told to. */
class Store implements Pick<MessageRepository, 'append' | 'lookUp'> {
  readonly rows: Row[] = []
  readonly batches: NewMessage[][] = []
  readonly faults: Fault[] = []
  isAway = false
  #gates: Promise<void>[] = []

  /** The next append waits for the returned function. */
  holdNext(): () => void {
    let release = () => {}
    this.#gates.push(new Promise((resolve) => (release = resolve)))
    return release
  }

  async append(messages: readonly NewMessage[]): Promise<Appended[]> {
    this.batches.push([...messages])
    await this.#gates.shift()
    const fault = this.faults.shift()
    if (this.isAway || fault === 'fails before the commit') throw new StorageUnavailable('away')
    if (messages.some(({ text }) => text === 'poison')) throw new Error('invalid byte sequence')
    const keys = messages.map(({ roomKey }) => roomKey)
    expect(keys, 'rooms stand together, in key order').toEqual([...keys].sort((a, b) => a - b))
    const results = messages.map((message) => this.#add(message))
    if (fault === 'loses the answer to the commit') throw new StorageUnavailable('connection terminated')
    return results
  }

  lookUp(messages: readonly NewMessage[]): Promise<(Appended | undefined)[]> {
    if (this.isAway) return Promise.reject(new StorageUnavailable('away'))
    return Promise.resolve(messages.map((message) => this.#find(message)))
  }

  texts(roomKey: number): string[] {
    return this.rows.filter((row) => row.message.roomKey === roomKey).map((row) => row.message.text)
  }

  #find({ roomKey, id, author, fingerprint }: NewMessage): Appended | undefined {
    const row = this.#byId.get(`${roomKey} ${id}`)
    if (!row) return undefined
    const isSame = row.message.author.id === author.id && row.message.fingerprint === fingerprint
    return { outcome: isSame ? 'known' : 'conflict', seq: row.seq, rev: row.rev, at: row.at }
  }

  #add(message: NewMessage): Appended {
    const known = this.#find(message)
    if (known) return known
    const { roomKey, id } = message
    const row = { message, seq: next(this.#seqs, roomKey), rev: next(this.#revs, roomKey), at: 0 }
    this.rows.push(row)
    this.#byId.set(`${roomKey} ${id}`, row)
    return { outcome: 'added', seq: row.seq, rev: row.rev, at: 0 }
  }

  readonly #byId = new Map<string, Row>()
  readonly #seqs = new Map<number, number>()
  readonly #revs = new Map<number, number>()
  readonly #changes = new Map<string, Changed>()
  readonly changeBatches: NewChange[][] = []

  /** What `alcove_change` promises, as far as the writer is concerned: an id once, dense revs, refusals as asked for. */
  readonly changes: ChangeRepository = {
    apply: async (changes) => {
      this.changeBatches.push([...changes])
      await this.#gates.shift()
      const fault = this.faults.shift()
      if (this.isAway || fault === 'fails before the commit') throw new StorageUnavailable('away')
      const keys = changes.map(({ roomKey }) => roomKey)
      expect(keys, 'rooms stand together, in key order').toEqual([...keys].sort((a, b) => a - b))
      if (changes.some(({ body }) => body.includes('poison'))) throw new Error('invalid byte sequence')
      const results = changes.map((change) => this.#change(change))
      if (fault) throw new StorageUnavailable('connection terminated')
      return results
    },
    lookUp: (changes) => {
      if (this.isAway) return Promise.reject(new StorageUnavailable('away'))
      return Promise.resolve(changes.map(({ id }) => known(this.#changes.get(id))))
    },
  }

  #change({ roomKey, id, message }: NewChange): Changed {
    const before = known(this.#changes.get(id))
    if (before) return before
    const row = this.#byId.get(`${roomKey} ${message}`)
    if (!row) return { outcome: 'missing', seq: 0, rev: 0, at: 0, author: null }
    const rev = next(this.#revs, roomKey)
    const changed: Changed = { outcome: 'applied', seq: row.seq, rev, at: 7, author: row.message.author.id }
    this.#changes.set(id, changed)
    return changed
  }
}

function next(counters: Map<number, number>, roomKey: number): number {
  const number = (counters.get(roomKey) ?? 0) + 1
  counters.set(roomKey, number)
  return number
}

const known = (changed: Changed | undefined): Changed | undefined =>
  changed && { ...changed, outcome: 'known' }

function startWriter({
  lanes = 1,
  onCommitted = (_batch: CommittedBatch) => {},
  onUncertain = (_roomKeys: readonly number[]) => {},
} = {}) {
  const store = new Store()
  const committed: CommittedBatch[] = []
  const uncertain: number[] = []
  const metrics = createMetrics()
  const writer = createRoomWriter({
    messages: store,
    changes: store.changes,
    metrics,
    log: createLogger('silent'),
    lanes,
    onCommitted: (batch) => {
      committed.push(batch)
      onCommitted(batch)
    },
    onUncertain: (roomKeys) => {
      uncertain.push(...roomKeys)
      onUncertain(roomKeys)
    },
  })
  const counted = async (name: 'messages' | 'changes') => (await metrics[name].get()).values[0]?.value
  return { store, committed, uncertain, writer, counted }
}

function message(text: string, roomKey = 1, id: string = randomUUID()): NewMessage {
  const room = { roomKey, roomId: `room-${roomKey}`, channel: `r/demo/room-${roomKey}`, epoch: 'e1' }
  return { ...room, id, author: { id: 'ada', name: 'Ada' }, text, fingerprint: text }
}

describe('what is committed is found', () => {
  test('[P3] by its id, author and body, and is not written again', async () => {
    const { store, writer } = startWriter()
    const sent = message('a')
    expect(await writer.findAppended(sent)).toBeUndefined()
    await writer.append(sent)
    expect(await writer.findAppended(sent)).toMatchObject({ outcome: 'known', seq: 1 })
    expect(await writer.findAppended({ ...sent, fingerprint: 'b' }), 'that of another').toBeUndefined()
    const edited = edit(sent, 'b')
    expect(await writer.findChanged(edited)).toBeUndefined()
    await writer.change(edited)
    expect(await writer.findChanged(edited)).toMatchObject({ rev: 2 })
    expect([store.batches.length, store.changeBatches.length]).toEqual([1, 1])
  })

  test('or nobody knows', async () => {
    const { store, writer } = startWriter()
    store.isAway = true
    await expect(writer.findAppended(message('a'))).rejects.toThrow(StorageUnavailable)
  })
})

const textsOf = (batches: readonly NewMessage[][]) => batches.map((batch) => batch.map(({ text }) => text))

describe('batching', () => {
  test('[P1] no ack before the commit', async () => {
    const { store, committed, writer } = startWriter()
    const release = store.holdNext()
    const acked = vi.fn()
    const sent = writer.append(message('a')).then(acked)
    await until(() => expect(store.batches).toHaveLength(1))
    expect(acked).not.toHaveBeenCalled()
    expect(committed).toEqual([])
    release()
    await sent
    expect(acked).toHaveBeenCalledWith({ outcome: 'added', seq: 1, rev: 1, at: 0 })
  })

  test('the first message is committed at once, and what waits meanwhile goes in one batch', async () => {
    const { store, writer } = startWriter()
    const release = store.holdNext()
    const first = writer.append(message('first'))
    await until(() => expect(textsOf(store.batches)).toEqual([['first']]))
    const others = ['b', 'c', 'd'].map((text) => writer.append(message(text)))
    release()
    await Promise.all([first, ...others])
    expect(textsOf(store.batches)).toEqual([['first'], ['b', 'c', 'd']])
  })

  test('[P2] every room keeps its order, and its revs are dense from batch to batch', async () => {
    const { store, committed, writer } = startWriter()
    const rooms = [7, 3, 7, 3, 5, 7, 3]
    await Promise.all(rooms.map((roomKey, index) => writer.append(message(`m${index}`, roomKey))))
    await Promise.all(rooms.map((roomKey, index) => writer.append(message(`n${index}`, roomKey))))
    expect(store.texts(7)).toEqual(['m0', 'm2', 'm5', 'n0', 'n2', 'n5'])
    await until(() => expect(committed).toHaveLength(6))
    const ofRoom7 = committed.filter(({ roomKey }) => roomKey === 7)
    expect(ofRoom7.map(({ from, rev }) => [from, rev])).toEqual([
      [0, 3],
      [3, 6],
    ])
    expect(ofRoom7.map(({ rows }) => rows.map(({ text }) => text))).toEqual([
      ['m0', 'm2', 'm5'],
      ['n0', 'n2', 'n5'],
    ])
  })

  test('one transaction takes at most 500 messages', async () => {
    const { store, writer } = startWriter()
    await Promise.all(Array.from({ length: 1_001 }, (_, index) => writer.append(message(`${index}`))))
    expect(store.batches.map((batch) => batch.length)).toEqual([500, 500, 1])
    expect(store.texts(1)).toEqual(Array.from({ length: 1_001 }, (_, index) => `${index}`))
  })

  test('one transaction takes at most 256 KiB, or one message', async () => {
    const { store, writer } = startWriter()
    const sizes = [80, 80, 80, 80, 500, 1]
    await Promise.all(sizes.map((kilobytes) => writer.append(message('x'.repeat(kilobytes * 1024)))))
    expect(store.batches.map((batch) => batch.length)).toEqual([3, 1, 1, 1])
  })

  test('[P7] the bytes are those of the frame: long faces and escaped characters count', async () => {
    const { store, writer } = startWriter()
    const author = { id: 'ada', name: 'Ada', avatar: `https://site.example/${'x'.repeat(1_900)}` }
    await Promise.all(
      Array.from({ length: 100 }, () => writer.append({ ...message('\u0001'.repeat(4_000)), author })),
    )
    expect(store.batches.length).toBeGreaterThan(1)
    for (const batch of store.batches) {
      const frame = JSON.stringify(batch.map(({ author: user, text }) => ({ user, text })))
      expect(frame.length).toBeLessThanOrEqual(256 * 1024)
    }
  })

  test('a lane that waits for its commit holds no other lane', async () => {
    const { store, writer } = startWriter({ lanes: 2 })
    const release = store.holdNext()
    const stuck = writer.append(message('stuck', 1))
    await until(() => expect(store.batches).toHaveLength(1))
    await expect(writer.append(message('free', 2))).resolves.toMatchObject({ outcome: 'added' })
    release()
    await stuck
  })
})

describe('what is committed', () => {
  test('the acks of a batch leave before its frames', async () => {
    const events: string[] = []
    const { writer } = startWriter({
      onCommitted: ({ roomKey, rows }) => events.push(`frame ${roomKey} of ${rows.length}`),
    })
    // As many steps as lie between the writer and the socket, and more.
    const acked = async (name: string, sent: Promise<unknown>) => {
      await sent
      for (let step = 0; step < 20; step += 1) await Promise.resolve()
      events.push(`ack ${name}`)
    }
    await Promise.all([
      acked('a', writer.append(message('a', 1))),
      acked('b', writer.append(message('b', 2))),
      acked('c', writer.append(message('c', 1))),
    ])
    await writer.close()
    expect(events.slice(0, 3).sort()).toEqual(['ack a', 'ack b', 'ack c'])
    expect(events.slice(3)).toEqual(['frame 1 of 2', 'frame 2 of 1'])
  })

  test('a room with a failed delivery costs the others no frame, and its head is checked', async () => {
    const { store, committed, uncertain, writer } = startWriter({
      onCommitted: ({ roomKey }) => {
        if (roomKey === 1) throw new Error('cannot encode')
      },
    })
    await Promise.all([writer.append(message('a', 1)), writer.append(message('b', 2))])
    await writer.close()
    expect(committed.map(({ roomKey }) => roomKey)).toEqual([1, 2])
    expect(uncertain).toEqual([1])
    expect(store.batches, 'nothing is written twice').toHaveLength(1)
  })
})

describe('once', () => {
  test('[P3] a retry gets its original seq, and nothing is delivered again', async () => {
    const { committed, writer } = startWriter()
    const once = message('once')
    const first = await writer.append(once)
    await writer.append(message('other'))
    await expect(writer.append(once)).resolves.toEqual({ ...first, outcome: 'known' })
    await writer.close()
    expect(committed.flatMap(({ rows }) => rows)).toHaveLength(2)
  })

  test('[P3] the same id twice in one batch is one row, one frame and one seq', async () => {
    const { store, committed, writer } = startWriter()
    const twice = message('twice')
    const acks = await Promise.all([writer.append(twice), writer.append(twice), writer.append(message('b'))])
    expect(acks.map(({ seq }) => seq)).toEqual([1, 1, 2])
    expect(store.rows).toHaveLength(2)
    await writer.close()
    expect(committed.map(({ from, rev, rows }) => [from, rev, rows.length])).toEqual([[0, 2, 2]])
  })

  test('[P3] a used id with another body is a conflict; its neighbours are committed', async () => {
    const { store, writer } = startWriter()
    const mine = message('mine')
    await writer.append(mine)
    const outcomes = await Promise.allSettled([
      writer.append(message('before')),
      writer.append(message('not mine', 1, mine.id)),
      writer.append(message('after')),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'message_conflict' } })
    expect(store.texts(1)).toEqual(['mine', 'before', 'after'])
  })
})

describe('faults', () => {
  test('[P1] a commit that failed is no ack; the retry is committed once', async () => {
    const { store, committed, uncertain, writer } = startWriter()
    store.faults.push('fails before the commit')
    const again = message('again')
    await expect(writer.append(again)).rejects.toBeInstanceOf(StorageUnavailable)
    expect(store.rows).toEqual([])
    expect(uncertain).toEqual([1])
    await expect(writer.append(again)).resolves.toMatchObject({ outcome: 'added', seq: 1 })
    await writer.close()
    expect(committed).toHaveLength(1)
  })

  test('[P3] a lost answer to COMMIT is looked up: the senders get their seqs, the rooms a head check', async () => {
    const { store, committed, uncertain, writer } = startWriter()
    store.faults.push('loses the answer to the commit')
    const acks = await Promise.all([writer.append(message('a', 2)), writer.append(message('b', 1))])
    expect(acks).toEqual([
      { outcome: 'known', seq: 1, rev: 1, at: 0 },
      { outcome: 'known', seq: 1, rev: 1, at: 0 },
    ])
    expect(uncertain).toEqual([1, 2])
    expect(committed).toEqual([])
    expect(store.batches).toHaveLength(1)
  })

  test('[P3] a lost answer does not turn a conflict into an ack', async () => {
    const { store, writer } = startWriter()
    const mine = message('mine')
    await writer.append(mine)
    store.faults.push('loses the answer to the commit')
    const outcomes = await Promise.allSettled([
      writer.append(message('not mine', 1, mine.id)),
      writer.append(message('new')),
    ])
    expect(outcomes[0]).toMatchObject({ reason: { code: 'message_conflict' } })
    expect(outcomes[1]).toMatchObject({ value: { seq: 2 } })
  })

  test('[P3] while the look-up fails too nobody is acked, and the retry finds the row', async () => {
    const { store, writer } = startWriter()
    store.faults.push('loses the answer to the commit')
    const release = store.holdNext()
    const lost = message('lost')
    const sent = writer.append(lost)
    vi.spyOn(store, 'lookUp').mockRejectedValueOnce(new StorageUnavailable('still away'))
    release()
    await expect(sent).rejects.toBeInstanceOf(StorageUnavailable)
    await expect(writer.append(lost)).resolves.toMatchObject({ outcome: 'known', seq: 1 })
    expect(store.rows).toHaveLength(1)
  })

  test('one poisonous message fails alone, and its neighbours keep their order and their frames', async () => {
    const { store, committed, writer } = startWriter()
    const outcomes = await Promise.allSettled(
      ['a', 'poison', 'b', 'c'].map((text) => writer.append(message(text))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(outcomes[1]).toMatchObject({ reason: { message: 'invalid byte sequence' } })
    expect(store.texts(1)).toEqual(['a', 'b', 'c'])
    await writer.close()
    expect(committed.map(({ from, rev }) => [from, rev])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ])
  })

  test.each(['one that is known already', 'one whose answer is lost'])(
    'between the singles of a poisoned batch %s stops none behind it',
    async (which) => {
      const { store, writer } = startWriter()
      const known = message('known')
      if (which === 'one that is known already') await writer.append(known)
      else store.faults.push('none', 'loses the answer to the commit')
      const outcomes = await Promise.allSettled(
        [known, message('poison'), message('behind')].map((each) => writer.append(each)),
      )
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(store.texts(1)).toEqual(['known', 'behind'])
    },
  )

  test('while the database is away what waits fails with what was tried, instead of waiting for its own time-out', async () => {
    const { store, writer } = startWriter()
    const release = store.holdNext()
    const tried = writer.append(message('tried'))
    await until(() => expect(store.batches).toHaveLength(1))
    const waiting = [writer.append(message('waits')), writer.append(message('waits too', 2))]
    store.isAway = true
    release()
    const outcomes = await Promise.allSettled([tried, ...waiting])
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: expect.any(StorageUnavailable) as Error })
    expect(store.batches).toHaveLength(1)
  })

  test('a database that goes away between the singles of a poisoned batch fails the rest at once', async () => {
    const { store, writer } = startWriter()
    const append = vi
      .spyOn(store, 'append')
      .mockImplementation((batch) =>
        Promise.reject(
          batch.length > 1 ? new Error('invalid byte sequence') : new StorageUnavailable('away'),
        ),
      )
    vi.spyOn(store, 'lookUp').mockRejectedValue(new StorageUnavailable('away'))
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((text) => writer.append(message(text))))
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ reason: expect.any(StorageUnavailable) as Error })
    expect(append).toHaveBeenCalledTimes(2)
  })

  test('[P9] an answer for another number of messages is a fault of the request, and the lane goes on', async () => {
    const { store, writer } = startWriter()
    vi.spyOn(store, 'append').mockResolvedValueOnce([])
    await expect(writer.append(message('lost'))).rejects.toThrow('another number of items')
    await expect(writer.append(message('next'))).resolves.toMatchObject({ seq: 1 })
  })

  test('after an outage the writer goes on', async () => {
    const { store, writer } = startWriter()
    store.isAway = true
    const refused = await Promise.allSettled([writer.append(message('a')), writer.append(message('b', 2))])
    expect(refused.every(({ status }) => status === 'rejected')).toBe(true)
    store.isAway = false
    await expect(writer.append(message('c'))).resolves.toMatchObject({ seq: 1 })
  })
})

function edit(message: NewMessage, text: string, id: string = randomUUID()): RoomChange {
  const { roomKey, roomId, channel, epoch } = message
  return {
    ...{ roomKey, roomId, channel, epoch, id },
    by: { kind: 'user', id: 'ada' },
    change: { kind: 'message.edited', message: message.id, text },
    conditions: { who: 'anybody' },
  }
}

function react(message: NewMessage, emoji: string): RoomChange {
  return { ...edit(message, ''), change: { kind: 'reaction.added', message: message.id, emoji } }
}

function remove(message: NewMessage): RoomChange {
  return { ...edit(message, ''), change: { kind: 'message.deleted', message: message.id } }
}

describe('changes', () => {
  test('[P2] a run is of one family, in the order in which it was asked for, and revs stay dense', async () => {
    const { store, committed, writer } = startWriter()
    const a = message('a')
    const b = message('b')
    await Promise.all([
      writer.append(a),
      writer.append(b),
      writer.change(edit(a, 'a2')),
      writer.change(remove(b)),
      writer.append(message('c')),
    ])
    expect(textsOf(store.batches)).toEqual([['a', 'b', 'c']])
    expect(store.changeBatches.map((batch) => batch.map(({ kind }) => kind))).toEqual([
      ['message.edited', 'message.deleted'],
    ])
    await writer.close()
    expect(committed.map(({ from, rev }) => [from, rev])).toEqual([
      [0, 3],
      [3, 5],
    ])
  })

  test('[CHANGE-6] readers get whole rows of new messages and patches of the rest', async () => {
    const { committed, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    await writer.change(edit(a, 'a2'))
    await writer.change(remove(a))
    await writer.close()
    const place = { id: a.id, seq: 1 }
    expect(committed.map(({ rows }) => rows)).toEqual([
      [{ ...place, rev: 1, at: 0, user: { id: 'ada', name: 'Ada' }, text: 'a' }],
      [{ ...place, rev: 2, text: 'a2', editedAt: 7 }],
      [
        {
          ...{ ...place, rev: 3, text: '', editedAt: null, replyTo: null, meta: null, reactions: null },
          deleted: { at: 7, by: 'author' },
        },
      ],
    ])
  })

  test('[P1] the ack of a change comes after its commit, and before its frame', async () => {
    const events: string[] = []
    const { store, writer } = startWriter({ onCommitted: ({ rev }) => events.push(`frame ${rev}`) })
    const a = message('a')
    await writer.append(a)
    const release = store.holdNext()
    const changing = writer.change(edit(a, 'a2')).then(({ rev }) => events.push(`ack ${rev}`))
    await until(() => expect(store.changeBatches).toHaveLength(1))
    expect(events).toEqual(['frame 1'])
    release()
    await changing
    await writer.close()
    expect(events).toEqual(['frame 1', 'ack 2', 'frame 2'])
  })

  test('[CHANGE-1] a change that is asked for twice has one rev and one frame', async () => {
    const { committed, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    const once = edit(a, 'a2')
    const revs = await Promise.all([writer.change(once), writer.change(once)])
    expect(revs.map(({ rev }) => rev)).toEqual([2, 2])
    await writer.close()
    expect(committed.map(({ rev }) => rev)).toEqual([1, 2])
  })

  test('[CHANGE-1] a lost answer to COMMIT is looked up: the caller gets the rev, the room a head check', async () => {
    const { store, committed, uncertain, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    store.faults.push('loses the answer to the commit')
    await expect(writer.change(edit(a, 'a2'))).resolves.toMatchObject({ rev: 2 })
    expect(uncertain).toEqual([1])
    await writer.close()
    expect(committed).toHaveLength(1)
  })

  test('[P1] a change that was not committed is no ack; what waits behind it, of either family, fails with it', async () => {
    const { store, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    const release = store.holdNext()
    const tried = writer.change(edit(a, 'a2'))
    await until(() => expect(store.changeBatches).toHaveLength(1))
    const waiting = [writer.append(message('b')), writer.change(edit(a, 'a3'))]
    store.isAway = true
    release()
    for (const outcome of await Promise.allSettled([tried, ...waiting]))
      expect(outcome).toMatchObject({ reason: expect.any(StorageUnavailable) as Error })
  })

  test('one poisonous change fails alone', async () => {
    const { committed, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    const outcomes = await Promise.allSettled(
      ['a2', 'poison', 'a3'].map((text) => writer.change(edit(a, text))),
    )
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    await writer.close()
    expect(committed.map(({ rev }) => rev)).toEqual([1, 2, 3])
  })

  test.each([
    ['conflict', { code: 'change_conflict' }],
    ['gone', { name: 'RoomGone' }],
    ['missing', { code: 'message_not_found' }],
    ['deleted', { code: 'message_deleted' }],
    ['forbidden', { code: 'forbidden' }],
    ['too_late', { code: 'edit_window_closed' }],
  ] as const)(
    'what the database calls %s is refused with %j, and no reader hears of it',
    async (outcome, error) => {
      const { store, committed, uncertain, writer } = startWriter()
      vi.spyOn(store.changes, 'apply').mockResolvedValueOnce([
        { outcome, seq: 0, rev: 0, at: 0, author: null },
      ])
      await expect(writer.change(edit(message('a'), 'a2'))).rejects.toMatchObject(error)
      await writer.close()
      expect(committed).toEqual([])
      expect(uncertain).toEqual(outcome === 'gone' ? [1] : [])
    },
  )

  test('[P7] changes take from the same bounds as messages', async () => {
    const { store, writer } = startWriter()
    const a = message('a')
    const release = store.holdNext()
    const first = writer.append(a)
    await until(() => expect(store.batches).toHaveLength(1))
    const waiting = Array.from({ length: 5_000 }, (_, index) => writer.change(edit(a, `${index}`)))
    await expect(writer.change(edit(a, 'one too many'))).rejects.toMatchObject({ code: 'overloaded' })
    await expect(writer.append(message('nor a message'))).rejects.toMatchObject({ code: 'overloaded' })
    release()
    await Promise.all([first, ...waiting])
    expect(Math.max(...store.changeBatches.map((batch) => batch.length))).toBeLessThanOrEqual(500)
  })

  test('[P7] one transaction takes changes of at most 256 KiB', async () => {
    const { store, writer } = startWriter()
    const a = message('a')
    await writer.append(a)
    const text = 'x'.repeat(80 * 1024)
    await Promise.all(Array.from({ length: 4 }, () => writer.change(edit(a, text))))
    expect(store.changeBatches.map((batch) => batch.length)).toEqual([3, 1])
  })
})

describe('what it tells of a commit', () => {
  test('is counted: messages, and changes besides', async () => {
    const { writer, counted } = startWriter()
    const [a, b] = [message('a'), message('b', 2)]
    await Promise.all([writer.append(a), writer.append(b)])
    await Promise.all([writer.change(edit(a, 'a2')), writer.change(edit(a, 'a3'))])
    await writer.close()
    expect([await counted('messages'), await counted('changes')]).toEqual([2, 2])
  })

  test('[P7] is never smaller than its frame', async () => {
    const { committed, writer, store } = startWriter()
    const a = message('\u0001'.repeat(1_000))
    await Promise.all([writer.append(a), writer.append(message('b'))])
    await writer.change(edit(a, 'ä'.repeat(1_000)))
    const emoji = Array.from({ length: 20 }, (_, index) => `👍${index}`)
    vi.spyOn(store.changes, 'apply').mockImplementation((changes) =>
      Promise.resolve(
        changes.map(({ body }, index) => {
          const { emoji: last } = JSON.parse(body) as { emoji: string }
          const reactions = JSON.stringify(
            emoji.slice(0, emoji.indexOf(last) + 1).map((each) => [each, 1_000]),
          )
          return { outcome: 'applied', seq: 1, rev: 4 + index, at: 7, author: 'ada', reactions }
        }),
      ),
    )
    await Promise.all(emoji.map((each) => writer.change(react(a, each))))
    await writer.close()
    expect(committed.map(({ rows }) => rows.length)).toEqual([2, 1, 1])
    for (const { rows, bytes } of committed)
      expect(bytes).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(rows)))
  })

  test('where nothing was written, and no room is gone, nobody is told to look', async () => {
    const onUncertain = vi.fn()
    const { writer, committed } = startWriter({ onUncertain })
    const a = message('a')
    await writer.append(a)
    await writer.append(a)
    await writer.close()
    expect(committed).toHaveLength(1)
    expect(onUncertain).not.toHaveBeenCalled()
  })
})

describe('bounds', () => {
  test('[P7] at most 5,000 messages wait in a lane; the next learns when to retry', async () => {
    const { store, writer } = startWriter()
    const release = store.holdNext()
    const first = writer.append(message('in flight'))
    await until(() => expect(store.batches).toHaveLength(1))
    const waiting = Array.from({ length: 5_000 }, (_, index) => writer.append(message(`${index}`)))
    await expect(writer.append(message('one too many'))).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: 1_000,
    })
    release()
    await Promise.all([first, ...waiting])
    await expect(writer.append(message('room again'))).resolves.toMatchObject({ seq: 5_002 })
  })

  test('[P7] at most 16 MiB wait in a lane, and the bytes are given back', async () => {
    const { store, writer } = startWriter()
    const megabytes = (count: number) => message('x'.repeat(count * 1024 * 1024))
    const release = store.holdNext()
    const first = writer.append(message('in flight'))
    await until(() => expect(store.batches).toHaveLength(1))
    const waiting = writer.append(megabytes(10))
    await expect(writer.append(megabytes(6))).rejects.toMatchObject({ code: 'overloaded' })
    release()
    await Promise.all([first, waiting])
    await expect(writer.append(megabytes(15))).resolves.toMatchObject({ outcome: 'added' })
  })

  test('close waits for what was accepted, frames included, and refuses what comes later', async () => {
    const { store, committed, writer } = startWriter({ lanes: 2 })
    const release = store.holdNext()
    const accepted = [1, 1, 2].map((roomKey) => writer.append(message(randomUUID(), roomKey)))
    await until(() => expect(store.batches.length).toBeGreaterThan(0))
    const closed = vi.fn()
    const closing = writer.close().then(closed)
    await expect(writer.append(message('late'))).rejects.toMatchObject({ code: 'draining' })
    expect(closed).not.toHaveBeenCalled()
    release()
    await closing
    expect(committed.flatMap(({ rows }) => rows)).toHaveLength(3)
    await Promise.all(accepted)
  })
})

/** What a run of changes costs and leaves behind, above all a run of reactions; on both engines. */
import { randomUUID } from 'node:crypto'
import { applyRow, type MessageChange, type MessagePatch, type MessageRow } from '@alcove/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toPatch, withoutRepeats } from '../src/log/committed-row.js'
import { toNewChange, type RoomChange } from '../src/log/room-change.js'
import { createChangeRepository, type ChangeRepository } from '../src/storage/change-repository.js'
import type { Database } from '../src/storage/database.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { createReadTurns, createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository } from '../src/storage/room-repository.js'
import { UNCHANGED_KEPT } from '../src/storage/routines/change.sql.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp, newRoomId, type TestApp } from './support/node.js'
import { seededRandom, testSeed } from './support/random.js'

const EMOJI = ['👍', '🎉', '❤️']
/** Linear work takes 8 times as long for a run of 8 times the length, work that grows with the square 64 times. */
const [SHORT, LONG, LINEAR_AT_MOST] = [50, 400, 24]

describe.each(ENGINES)('runs of changes on %s', (engine) => {
  let database: Database
  let app: TestApp
  let changes: ChangeRepository
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openTestDatabase(engine)
    database = opened.database
    close = opened.close
    app = await createApp(database)
    changes = createChangeRepository(database, createReadTurns(engine))
  })
  afterAll(() => close())

  async function openRoom(count: number) {
    const messages = createMessageRepository(database)
    const room = await createRoomRepository(database).findOrCreate(app.id, newRoomId())
    const place = { roomKey: room.key, roomId: 'lobby', channel: '', epoch: room.epoch }
    const sent = Array.from({ length: count }, (): NewMessage => {
      return { ...place, id: randomUUID(), author: { id: 'ada', name: 'Ada' }, text: 'hi', fingerprint: 'f' }
    })
    await messages.append(sent)
    const asked = (change: MessageChange, user = 'eve', id: string = randomUUID()): RoomChange => ({
      ...{ ...place, id, by: { kind: 'user', id: user }, change, conditions: { who: 'anybody' } },
    })
    const rows = async () =>
      (await messages.since(room.key, 0, 1_000, { turn: createTurn('reader'), bytes: 10_000_000 })).messages
    return { room, ids: sent.map(({ id }) => id), asked, rows }
  }
  type TestRoom = Awaited<ReturnType<typeof openRoom>>

  const apply = (run: readonly RoomChange[]) => changes.apply(run.map(toNewChange))
  const outcomes = async (...run: RoomChange[]) =>
    (await apply(run)).map(({ outcome, rev }) => `${outcome} ${rev}`)
  const added = (message: string, emoji = '👍') => ({ kind: 'reaction.added', message, emoji }) as const
  const removed = (message: string, emoji = '👍') => ({ kind: 'reaction.removed', message, emoji }) as const

  it('[REACT-6] a run of reactions to many messages takes time in proportion to its length', async () => {
    const { room, ids, asked } = await openRoom(LONG)
    const counts = Array.from({ length: 40 }, (_, i) => [String.fromCodePoint(0x1f400 + i), 3])
    await database.query('update messages set reactions = $2::jsonb where room_key = $1', [
      room.key,
      JSON.stringify(counts),
    ])
    async function msOf(length: number, user: string): Promise<number> {
      const run = ids.slice(0, length).map((id) => asked(added(id), user))
      const startedAt = performance.now()
      const results = await apply(run)
      const ms = performance.now() - startedAt
      expect(results.filter(({ outcome }) => outcome !== 'applied')).toEqual([])
      return ms
    }
    const best = { short: Infinity, long: Infinity }
    for (let round = 0; round < 12 && !(best.long / best.short < LINEAR_AT_MOST && round > 1); round += 1) {
      best.short = Math.min(best.short, await msOf(SHORT, `short-${round}`))
      best.long = Math.min(best.long, await msOf(LONG, `long-${round}`))
    }
    expect(best.long / best.short).toBeLessThan(LINEAR_AT_MOST)
  })

  it('[REACT-6] a hundred reactions to one message are one update of its row, to two in turns are two', async () => {
    const { room, ids, asked, rows } = await openRoom(2)
    await database.script(`
      create table updates (room_key bigint, seq bigint);
      create function note_update() returns trigger language plpgsql as
        $$ begin insert into updates values (new.room_key, new.seq); return new; end $$;
      create trigger note_update after update on messages for each row execute function note_update()`)
    const hundred = (of: (i: number) => string) =>
      apply(Array.from({ length: 100 }, (_, i) => asked(added(of(i)), `user-${i}`)))
    await hundred(() => ids[0]!)
    const updates = () =>
      database.query<{ seq: number }>('select seq from updates where room_key = $1 order by seq', [room.key])
    expect(await updates()).toEqual([{ seq: 1 }])
    await apply([...ids, ids[0]!].map((id, i) => asked(added(id, '🎉'), `user-${i}`)))
    expect(await updates()).toEqual([{ seq: 1 }, { seq: 1 }, { seq: 2 }])
    await database.script(
      'drop trigger note_update on messages; drop function note_update; drop table updates',
    )
    expect(await rows()).toMatchObject([
      { seq: 2, rev: 104, reactions: { '🎉': 1 } },
      { seq: 1, rev: 105, reactions: { '👍': 100, '🎉': 2 } },
    ])
  })

  it('[REACT-3] of a person with more reactions than allowed by now, those stay and can be taken back', async () => {
    const { ids, asked, rows } = await openRoom(1)
    const within = (mostOwn: number, change: RoomChange['change']): RoomChange => ({
      ...{ ...asked(change as MessageChange), conditions: { who: 'anybody', most: 20, mostOwn } },
    })
    const add = (emoji: string, mostOwn: number) => within(mostOwn, added(ids[0]!, emoji))
    expect(await outcomes(...EMOJI.map((emoji) => add(emoji, 3)))).toEqual([
      'applied 2',
      'applied 3',
      'applied 4',
    ])
    await apply([asked(added(ids[0]!, '🔥'), 'ada')])
    expect(await outcomes(add('👍', 1), add('🔥', 1), add('🍎', 1), add('🍎', 0))).toEqual([
      'unchanged 5',
      'too_many_own 0',
      'too_many_own 0',
      'too_many_own 0',
    ])
    const removals = EMOJI.map((emoji) => within(1, removed(ids[0]!, emoji)))
    expect(await outcomes(...removals, add('🍎', 1))).toEqual([6, 7, 8, 9].map((rev) => `applied ${rev}`))
    expect(await rows()).toMatchObject([{ reactions: { '🔥': 1, '🍎': 1 } }])
  })

  it('[P4] patches, rows and the table of who reacted agree after runs across messages and rooms', async () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    const rooms = await Promise.all([openRoom(4), openRoom(4)])
    rooms.sort((a, b) => a.room.key - b.room.key)
    const views = new Map<string, MessageRow>()
    for (const room of rooms) for (const row of await room.rows()) views.set(row.id, row)
    const change = (message: string): MessageChange => {
      const kind = random()
      if (kind < 0.005) return { kind: 'message.deleted', message }
      if (kind < 0.2) return { kind: 'message.edited', message, text: `text ${kind}` }
      return kind < 0.6 ? added(message, pick(EMOJI)) : removed(message, pick(EMOJI))
    }
    const changesOf = ({ ids, asked }: TestRoom) =>
      Array.from({ length: Math.floor(random() * 15) }, () =>
        asked(change(pick(ids)), pick(['ada', 'bob', 'eve'])),
      )
    let applied = 0
    for (let run = 0; run < 40; run += 1) {
      const asked = rooms.flatMap(changesOf)
      const results = asked.length > 0 ? await apply(asked) : []
      const patches = asked.flatMap((one, i): MessagePatch[] => {
        const result = results[i]!
        if (result.outcome !== 'applied' || !('message' in one.change)) return []
        return [toPatch(one, one.change, result)]
      })
      applied += patches.length
      for (const roomKey of rooms.map(({ room }) => room.key)) {
        const ofRoom = patches.filter(({ id }) =>
          rooms.some(({ room, ids }) => room.key === roomKey && ids.includes(id)),
        )
        for (const patch of withoutRepeats(ofRoom)) {
          const row = applyRow(views.get(patch.id), patch)
          if (row) views.set(row.id, row)
        }
      }
      for (const { room, rows } of rooms) {
        const stored = await rows()
        expect(stored, `seed ${seed}, run ${run}`).toEqual(stored.map(({ id }) => views.get(id)))
        const who = await database.query<{ id: string; emoji: string; count: number }>(
          'select message_id as id, emoji, count(*)::int as count from reactions where room_key = $1 group by 1, 2',
          [room.key],
        )
        const counted = stored.flatMap(({ id, reactions = {} }) =>
          Object.entries(reactions).map(([emoji, count]) => ({ id, emoji, count })),
        )
        const sorted = (all: typeof who) => all.map((one) => `${one.id} ${one.emoji} ${one.count}`).sort()
        expect(sorted(counted), `seed ${seed}, run ${run}`).toEqual(sorted(who))
      }
    }
    expect(applied).toBeGreaterThan(100)
  })

  it('[REACT-2] [CHANGE-1] an id that changed nothing changes nothing for ever, and belongs to its request', async () => {
    const { ids, asked, rows } = await openRoom(1)
    const [id] = ids as [string]
    await apply([asked(added(id))])
    const late = asked(added(id))
    expect(await outcomes(late, late), 'in one run').toEqual(['unchanged 2', 'known 2'])
    await apply([asked(removed(id))])
    expect(await outcomes(late), 'after it was taken back on another device').toEqual(['known 2'])
    expect(await rows()).toMatchObject([{ rev: 3 }])
    expect((await rows())[0]).not.toHaveProperty('reactions')
    const others = [
      asked(added(id, '🎉'), 'eve', late.id),
      asked(removed(id), 'eve', late.id),
      asked(added(id), 'bob', late.id),
      asked({ kind: 'message.edited', message: id, text: 'x' }, 'ada', late.id),
    ]
    expect(await outcomes(...others)).toEqual(others.map(() => 'conflict 2'))
    expect(await changes.lookUp([late, others[0]!].map(toNewChange))).toMatchObject([
      { outcome: 'known', rev: 2 },
      { outcome: 'conflict' },
    ])
    const elsewhere = await openRoom(1)
    expect(await outcomes(elsewhere.asked(added(elsewhere.ids[0]!), 'eve', late.id))).toEqual(['applied 2'])
  })

  it('[REACT-2] changing nothing again and again keeps the latest ids of each person, and no more', async () => {
    const { room, ids, asked } = await openRoom(1)
    const [id] = ids as [string]
    const nothing = (user: string, count: number) =>
      Array.from({ length: count }, () => asked(removed(id), user))
    const [first, ...later] = nothing('eve', UNCHANGED_KEPT + 1) as [RoomChange, ...RoomChange[]]
    const bobs = nothing('bob', 1)
    await apply([...bobs, first, ...later])
    const kept = await database.query<{ id: string }>('select id from unchanged where room_key = $1', [
      room.key,
    ])
    expect(new Set(kept.map((row) => row.id))).toEqual(new Set([...bobs, ...later].map((row) => row.id)))
    expect(await outcomes(...bobs, ...later)).toEqual([...bobs, ...later].map(() => 'known 1'))
  })
})

/** The journal holds everything, once, in order, under concurrent writers; and rows follow from it. */
import { randomUUID } from 'node:crypto'
import { applyChange, type MessageRow } from '@alcove/sdk/protocol'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { toNewChange, type RoomChange } from '../src/log/room-change.js'
import { createChangeRepository } from '../src/storage/change-repository.js'
import type { Database } from '../src/storage/database.js'
import { createJournal, type Journal, type JournalEntry } from '../src/storage/journal.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { migrate } from '../src/storage/migrate.js'
import { settlePositions } from '../src/storage/positions.js'
import { openPostgres } from '../src/storage/postgres.js'
import { createReadTurns, createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository, type RoomRow } from '../src/storage/room-repository.js'
import { createPostgresDatabase, ENGINES, openTestDatabase } from './support/database.js'
import { createApp, newRoomId } from './support/node.js'
import { seededRandom, testSeed } from './support/random.js'
import { until } from './support/until.js'

const USERS = ['ada', 'grace', 'mary'] as const
const EMOJI = ['👍', '❤️'] as const

/** What a room says that it has, and what of it there is: what people wrote, in rows and in the journal. */
const BYTES = `
  select r.bytes, (
      select coalesce(sum(octet_length(text) + coalesce(octet_length(meta), 0)), 0) from messages where room_key = r.key
    ) + (
      select coalesce(sum(octet_length(value)), 0) from changes c, jsonb_each_text(c.body || jsonb_build_object('first', c.replaced ->> 'text'))
      where c.room_key = r.key
    ) as kept
  from rooms r where r.key = $1`

function writing(database: Database, room: RoomRow) {
  const turns = createReadTurns(database.engine)
  const messages = createMessageRepository(database, turns)
  const changes = createChangeRepository(database, turns)
  const place = { roomKey: room.key, roomId: 'lobby', channel: '', epoch: room.epoch }
  return {
    newMessage: (text: string, user = 'ada', more: Partial<NewMessage> = {}): NewMessage => ({
      ...place,
      id: randomUUID(),
      author: { id: user, name: user },
      text,
      fingerprint: text,
      ...more,
    }),
    newChange: (change: RoomChange['change'], user = 'ada', mayModerate = false): RoomChange => ({
      ...place,
      id: randomUUID(),
      by: { kind: 'user', id: user },
      change,
      conditions:
        mayModerate || 'emoji' in change ? { who: 'anybody' } : { who: 'author', withinSeconds: 600 },
    }),
    append: (...given: NewMessage[]) => messages.append(given),
    apply: (...given: RoomChange[]) => changes.apply(given.map(toNewChange)),
    rows: async () =>
      (await messages.since(room.key, 0, 100_000, { turn: createTurn('reader'), bytes: 100_000_000 }))
        .messages,
  }
}

/** What can be read from a cursor on, in pages. */
async function follow(journal: Journal, cursor?: string, limit = 7, bytes?: number) {
  const entries: JournalEntry[] = []
  for (;;) {
    const page = await journal.read(cursor, { limit, ...(bytes !== undefined && { bytes }) })
    if (page.kind === 'reset') throw new Error('no reset was due')
    entries.push(...page.entries)
    cursor = page.next
    if (page.isLast) return { entries, cursor }
  }
}

/** The same of one room, once so much is there: transactions of other tests on the same PostgreSQL hold it back. */
async function followUntil(count: number, room: RoomRow, journal: Journal, from?: string) {
  const entries: JournalEntry[] = []
  let cursor = from
  await until(async () => {
    const part = await follow(journal, cursor)
    cursor = part.cursor
    entries.push(...part.entries.filter(({ roomKey }) => roomKey === room.key))
    expect(entries.length).toBeGreaterThanOrEqual(count)
  })
  return entries
}

/** What the rows have to be if the journal is right. */
function replay(entries: readonly JournalEntry[]): MessageRow[] {
  const rows = new Map<string, MessageRow>()
  for (const entry of entries) {
    const { change, by, id, rev, at } = entry
    if (change.kind === 'message.created') {
      const { kind: _, ...body } = change
      const user = { id: by.id ?? '', name: by.id ?? '' }
      rows.set(id, { ...{ id, seq: rows.size + 1, rev, at, user }, ...body })
    } else if ('message' in change) {
      const row = rows.get(change.message)
      if (!row) throw new Error('a change came before its message')
      rows.set(row.id, applyChange(row, entry))
    }
  }
  return [...rows.values()].sort((a, b) => a.rev - b.rev)
}

describe.each(ENGINES)('the journal on %s', (engine) => {
  let database: Database
  let appId: string
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openTestDatabase(engine)
    database = opened.database
    close = opened.close
    appId = (await createApp(database)).id
  })
  afterAll(() => close())
  const openRoom = () => createRoomRepository(database).findOrCreate(appId, newRoomId())

  it('[P4] replayed by applyChange, it is the rows that are stored, after any run of changes', async () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    const journal = createJournal(database)
    for (let run = 0; run < 8; run += 1) {
      const room = await openRoom()
      const { newMessage, newChange, append, apply, rows } = writing(database, room)
      const from = await journal.now()
      const sent: NewMessage[] = []
      for (let step = 0; step < 12; step += 1) {
        if (random() < 0.4 || sent.length === 0) {
          const more = random() < 0.3 ? { replyTo: randomUUID(), meta: '{"k":[1,"é"]}' } : {}
          const batch = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, i) =>
            newMessage(`m ${step} ${i}`, pick(USERS), more),
          )
          await append(...batch)
          sent.push(...batch)
        } else {
          const changes = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, i) => {
            const { id: message } = pick(sent)
            const kind = pick(['reaction.added', 'reaction.removed'] as const)
            if (random() < 0.4) return newChange({ kind, message, emoji: pick(EMOJI) }, pick(USERS))
            return random() < 0.7
              ? newChange({ kind: 'message.edited', message, text: `e ${step} ${i}` }, pick(USERS))
              : newChange({ kind: 'message.deleted', message, reason: 'é' }, pick(USERS), random() < 0.5)
          })
          await apply(...changes)
        }
      }
      const stored = await rows()
      const entries = await followUntil(stored.at(-1)?.rev ?? 0, room, journal, from)
      expect(
        entries.map(({ rev }) => rev),
        `seed ${seed}, run ${run}`,
      ).toEqual(entries.map((_, i) => i + 1))
      expect(replay(entries), `seed ${seed}, run ${run}`).toEqual(stored)
      const [room_] = await database.query<{ bytes: number; kept: number }>(BYTES, [room.key])
      expect(room_!.bytes, `what is kept is what is counted, seed ${seed}, run ${run}`).toBe(room_!.kept)
    }
  })

  it('has each creation as it was sent, whatever happened to the message later, and who changed it', async () => {
    const room = await openRoom()
    const { newMessage, newChange, append, apply } = writing(database, room)
    const journal = createJournal(database)
    const from = await journal.now()
    const a = newMessage('first', 'ada', { meta: '{"k":1}' })
    await append(a)
    await apply(
      newChange({ kind: 'reaction.added', message: a.id, emoji: '👍' }, 'grace'),
      newChange({ kind: 'message.edited', message: a.id, text: 'second' }),
      newChange({ kind: 'message.edited', message: a.id, text: 'third' }),
    )
    const entries = await followUntil(4, room, journal, from)
    const [message, ada, grace] = [a.id, { kind: 'user', id: 'ada' }, { kind: 'user', id: 'grace' }]
    expect(entries.map(({ by, change }) => ({ by, change }))).toEqual([
      { by: ada, change: { kind: 'message.created', text: 'first', meta: { k: 1 } } },
      { by: grace, change: { kind: 'reaction.added', message, emoji: '👍' } },
      { by: ada, change: { kind: 'message.edited', message, text: 'second' } },
      { by: ada, change: { kind: 'message.edited', message, text: 'third' } },
    ])
    expect(new Set(entries.map((entry) => `${entry.appId} ${entry.roomKey}`))).toEqual(
      new Set([`${appId} ${room.key}`]),
    )
    expect(entries[0]?.id, "a creation's id is the message's").toBe(a.id)
  })

  it('[CHANGE-5] what was deleted is nowhere any more: who follows reads what was done, without a text', async () => {
    const room = await openRoom()
    const { newMessage, newChange, append, apply } = writing(database, room)
    const journal = createJournal(database)
    const from = await journal.now()
    const a = newMessage('secret first', 'ada', { meta: '{"k":"secret"}', fingerprint: 'f' })
    const b = newMessage('secret unedited', 'ada', { fingerprint: 'f' })
    await append(a, b)
    await apply(
      newChange({ kind: 'message.edited', message: a.id, text: 'secret second' }),
      newChange({ kind: 'message.edited', message: a.id, text: 'secret third' }),
      newChange({ kind: 'message.deleted', message: a.id, reason: 'spam' }, 'grace', true),
      newChange({ kind: 'message.deleted', message: b.id }),
    )
    const entries = await followUntil(6, room, journal, from)
    expect(entries.map(({ change }) => change)).toEqual([
      { kind: 'message.created', text: '' },
      { kind: 'message.created', text: '' },
      { kind: 'message.edited', message: a.id, text: '' },
      { kind: 'message.edited', message: a.id, text: '' },
      { kind: 'message.deleted', message: a.id, reason: 'spam' },
      { kind: 'message.deleted', message: b.id },
    ])
    for (const table of ['messages', 'changes', 'reactions'])
      expect(
        await database.query(`select * from ${table} t where room_key = $1 and t::text like '%secret%'`, [
          room.key,
        ]),
        table,
      ).toEqual([])
  })

  it('[P7] a page holds no more bytes than it may, one entry at least, and the next goes on where it ended', async () => {
    const room = await openRoom()
    const { newMessage, newChange, append, apply } = writing(database, room)
    const journal = createJournal(database)
    const from = await journal.now()
    const a = newMessage('a')
    await append(a)
    const texts = [1, 10_000, 1, 1, 4_000, 4_000, 1, 20_000].map((length, i) => `${i}`.repeat(length))
    await apply(...texts.map((text) => newChange({ kind: 'message.edited', message: a.id, text })))
    await followUntil(texts.length + 1, room, journal, from)
    const pages: number[][] = []
    let cursor: string | undefined = from
    for (let isLast = false; !isLast;) {
      const page = await journal.read(cursor, { limit: 5, bytes: 9_500 })
      if (page.kind === 'reset') throw new Error('no reset was due')
      pages.push(page.entries.filter(({ roomKey }) => roomKey === room.key).map(({ rev }) => rev))
      ;({ next: cursor, isLast } = page)
    }
    expect(pages.filter(({ length }) => length > 0)).toEqual([[1, 2], [3], [4, 5, 6, 7], [8], [9]])
  })

  it('a cursor goes on where it was; of a foreign database, of none, or of the future it is reset', async () => {
    const room = await openRoom()
    const { newMessage, append } = writing(database, room)
    const journal = createJournal(database)
    const { cursor } = await follow(journal)
    await append(newMessage('later'))
    expect(await followUntil(1, room, createJournal(database), cursor)).toMatchObject([
      { change: { text: 'later' } },
    ])
    const [name] = cursor.split('.')
    for (const foreign of [
      'another.1.1.1',
      '',
      'x',
      `${name}.1.1`,
      `${name}.-1.0.0`,
      `${name}.9007199254740990.0.0`,
    ])
      expect(await journal.read(foreign, { limit: 10 }), foreign).toEqual({ kind: 'reset' })
  })

  it('messages from before the journal are not in it, and what becomes of them is', async () => {
    const room = await openRoom()
    const { newMessage, newChange, append, apply } = writing(database, room)
    const journal = createJournal(database)
    const from = await journal.now()
    const a = newMessage('old')
    await append(a)
    await database.query('update messages set position = null where room_key = $1', [room.key])
    await apply(newChange({ kind: 'message.edited', message: a.id, text: 'new' }))
    expect(await followUntil(1, room, journal, from)).toMatchObject([{ rev: 2, change: { text: 'new' } }])
  })

  it('in a database that was restored elsewhere positions go on above those it came with', async () => {
    const room = await openRoom()
    const { newMessage, append } = writing(database, room)
    await settlePositions(database)
    await append(newMessage('before'))
    await database.query("update deployment set position_of = 'where the dump was made'")
    await database.query('update rooms set position = 1e12 where key = $1', [room.key])
    await Promise.all([settlePositions(database), settlePositions(database)])
    const [row] = await database.query<{ base: number }>('select position_base as base from deployment')
    expect(row?.base).toBe(1e12)
    const journal = createJournal(database)
    const from = await journal.now()
    await append(newMessage('after'))
    expect(await followUntil(1, room, journal, from)).toMatchObject([{ change: { text: 'after' } }])
  })
})

describe.skipIf(!ENGINES.includes('postgres'))('following while others write', () => {
  async function world() {
    const { url, drop } = await createPostgresDatabase()
    const nodes = [openPostgres(url), openPostgres(url)] as const
    await migrate(nodes[0])
    const app = await createApp(nodes[0])
    const openRoom = () => createRoomRepository(nodes[0]).findOrCreate(app.id, newRoomId())
    async function connect() {
      const client = new pg.Client(url)
      await client.connect()
      onTestFinished(() => client.end())
      return client
    }
    onTestFinished(async () => {
      for (const node of nodes) await node.close()
      await drop()
    })
    return { nodes, openRoom, connect }
  }

  const APPEND = `select outcome, rev from alcove_append(array[$1::bigint], array[$2], array[$3::uuid], array['ada'],
    array['Ada'], array[null::text], array[false], array['hi'], array[null::uuid], array[null::text], array['f'])`

  /** As followers would read if they went by the writing transaction's own id, which is each row's xmin. */
  const BY_OWN_ID = `
    select xmin::text::bigint as own, room_key, rev from messages
    where xmin::text::bigint >= $1 and xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    order by 1, 2, 3`

  interface Step {
    room_key: number
    rev: number
  }
  /** Revs that do not follow the one before in their room. */
  const faults = (steps: readonly Step[]): number => {
    const heads = new Map<number, number>()
    return steps.filter(({ room_key: key, rev }) => {
      const isNext = rev === (heads.get(key) ?? 0) + 1
      heads.set(key, rev)
      return !isNext
    }).length
  }
  const stepsOf = (entries: readonly JournalEntry[]): Step[] =>
    entries.map(({ roomKey, rev }) => ({ room_key: roomKey, rev }))

  it('a transaction that took its id and then waited comes where its rev is, not where its id is', async () => {
    const { nodes, openRoom, connect } = await world()
    const room = await openRoom()
    const [early, late] = [await connect(), await connect()]
    await early.query('begin')
    await early.query('select pg_current_xact_id()')
    await late.query(APPEND, [room.key, room.epoch, randomUUID()])
    const journal = createJournal(nodes[1])
    expect(
      (await follow(journal)).entries,
      'what a running transaction may still come before is held back',
    ).toEqual([])
    await early.query(APPEND, [room.key, room.epoch, randomUUID()])
    await early.query('commit')
    expect((await followUntil(2, room, journal)).map(({ rev }) => rev)).toEqual([1, 2])
    const byOwnId = await nodes[1].query<Step>(BY_OWN_ID, [0])
    expect(byOwnId.map(({ rev }) => rev)).toEqual([2, 1])
  })

  it('[P2] 12 writers on two nodes and open transactions: nothing missed, nothing twice, nothing out of order', async () => {
    const { nodes, openRoom, connect } = await world()
    const rooms = await Promise.all([openRoom(), openRoom(), openRoom()])
    const random = seededRandom(testSeed())
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    // What the edits go to: their own xmin says nothing of their creation any more.
    const edited = await Promise.all(
      rooms.map(async (room) => {
        const { newMessage, append } = writing(nodes[0], room)
        const message = newMessage('to be edited')
        await append(message)
        return message
      }),
    )
    let written = rooms.length
    let end = Number.MAX_SAFE_INTEGER
    const writers = Array.from({ length: 12 }, async (_, index) => {
      const client = await connect()
      const node = nodes[index % 2] as Database
      for (let i = 0; i < 60; i += 1) {
        const place = Math.floor(random() * rooms.length)
        const room = rooms[place] as RoomRow
        if (index % 3 === 0) {
          // Takes its id, works elsewhere, and comes to the room late.
          const other = pick(rooms)
          await client.query('begin')
          await client.query('select pg_current_xact_id()')
          await client.query('select pg_sleep(0.002)')
          await client.query(APPEND, [other.key, other.epoch, randomUUID()])
          await client.query('commit')
        } else if (index % 3 === 1) {
          const { newMessage, append } = writing(node, room)
          await append(newMessage('hi'))
        } else {
          const { newChange, apply } = writing(node, room)
          const message = edited[place]?.id ?? ''
          await apply(newChange({ kind: 'message.edited', message, text: `${index} ${i}` }))
        }
        written += 1
      }
    })

    async function followToTheEnd(): Promise<Step[]> {
      const journal = createJournal(nodes[1])
      const steps: Step[] = []
      let cursor: string | undefined
      // The second part of a cursor is how far it has come.
      while (Number(cursor?.split('.')[1] ?? 0) <= end) {
        const part = await follow(journal, cursor, 50)
        cursor = part.cursor
        steps.push(...stepsOf(part.entries))
      }
      return steps
    }
    /** The horizon of the last reading is where the next begins, as in the journal: it is the order alone that differs. */
    async function followByOwnId(): Promise<Step[]> {
      const steps: Step[] = []
      let last = 0
      while (last <= end) {
        const [row] = await nodes[0].query<{ horizon: number }>(
          'select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon',
        )
        const horizon = row?.horizon ?? 0
        const part = await nodes[0].query<Step & { own: number }>(
          `select * from (${BY_OWN_ID}) rows where own < $2 union all
           select * from (${BY_OWN_ID.replace('from messages', 'from changes')}) changed where own < $2 order by 1, 2, 3`,
          [last, horizon],
        )
        steps.push(...part)
        last = horizon
      }
      return steps
    }
    const followers = Promise.all([followToTheEnd(), followByOwnId()])
    await Promise.all(writers)
    const [now] = await nodes[0].query<{ id: number }>('select pg_current_xact_id()::text::bigint as id')
    end = now?.id ?? 0
    const [byPosition, byOwnId] = await followers
    const heads = await nodes[0].query<{ rev: number }>('select rev from rooms')
    expect(heads.reduce((sum, { rev }) => sum + rev, 0)).toBe(written)
    expect(byPosition).toHaveLength(written)
    expect(faults(byPosition)).toBe(0)
    expect(faults(byOwnId), 'by their own ids they are out of order').toBeGreaterThan(10)
  })
})

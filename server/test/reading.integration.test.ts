/** What reading a log asks of the engines: bounded in rows and bytes, and never in the way of a commit. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository, type RoomRow } from '../src/storage/room-repository.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp } from './support/node.js'

const SHORT_MESSAGES = 20_000
const LONG_MESSAGES = 400
const LONG_BYTES = 12_000
const bounds = (reader = 'ada') => ({ turn: createTurn(reader), bytes: 128 * 1024 })

describe.each(ENGINES)('reading from %s, never analyzed', (engine) => {
  let database: Database
  let close: () => Promise<void>
  let short: RoomRow
  let long: RoomRow

  beforeAll(async () => {
    ;({ database, close } = await openTestDatabase(engine))
    const app = await createApp(database)
    const rooms = createRoomRepository(database)
    short = await rooms.findOrCreate(app.id, 'short')
    long = await rooms.findOrCreate(app.id, 'long')
    await fill(short, SHORT_MESSAGES, "'hello ' || i")
    // Hashes cannot be compressed.
    const hashes = LONG_BYTES / 32
    await fill(
      long,
      LONG_MESSAGES,
      `(select string_agg(md5(i || ' ' || part), '') from generate_series(1, ${hashes}) part)`,
    )
  })
  afterAll(() => close())

  async function fill({ key }: RoomRow, count: number, text: string): Promise<void> {
    await database.query(
      `insert into messages (room_key, id, seq, rev, author_id, author_name, author_guest, text, fingerprint, created_at)
       select $1, gen_random_uuid(), i, i, 'guest:ada', 'Ada', true, ${text}, 'f', now() from generate_series(1, $2::int) i`,
      [key, count],
    )
    await database.query('update rooms set seq = $2, rev = $2 where key = $1', [key, count])
  }

  type Reads = ReturnType<typeof createMessageRepository>
  const READS: [string, (messages: Reads, room: RoomRow, middle: number) => Promise<unknown>][] = [
    ['the newest part', (messages, { key }) => messages.tail(key, 100, bounds())],
    ['the latest changes', (messages, { key }) => messages.latest(key, () => 0, 100, bounds())],
    ['what changed since', (messages, { key }, middle) => messages.since(key, middle, 500, bounds())],
    [
      'a page before',
      (messages, { key }, middle) =>
        messages.range(key, { from: middle - 100, place: middle, to: middle - 1 }, bounds()),
    ],
    [
      'a page after',
      (messages, { key }, middle) =>
        messages.range(key, { from: middle, place: middle, to: middle + 99 }, bounds()),
    ],
  ]

  it.each(READS)(
    '[P7] %s of long messages takes no more out of the engine than one answer',
    async (_what, read) => {
      let bytes = 0
      const watched: Database = {
        ...database,
        query: async <Row>(sql: string, params?: readonly unknown[]) => {
          const rows = await database.query<Row>(sql, params)
          bytes += JSON.stringify(rows).length
          return rows
        },
      }
      await read(createMessageRepository(watched), long, LONG_MESSAGES / 2)
      expect(bytes).toBeGreaterThan(bounds().bytes - 2 * LONG_BYTES)
      expect(bytes).toBeLessThan(bounds().bytes + LONG_BYTES)
    },
  )

  it.each(READS)('%s of a long log looks at no other message of the room', async (_what, read) => {
    // Its plan says what it looked at; nothing else tells on both engines.
    let rowsRead = 0
    const explained: Database = {
      ...database,
      query: async <Row>(sql: string, params?: readonly unknown[]) => {
        const [row] = await database.query<{ 'QUERY PLAN': unknown }>(
          `explain (analyze, timing off, format json) ${sql}`,
          params,
        )
        rowsRead += scanned(row?.['QUERY PLAN'])
        return database.query<Row>(sql, params)
      },
    }
    await read(createMessageRepository(explained), short, SHORT_MESSAGES / 2)
    expect(rowsRead).toBeGreaterThan(50)
    expect(rowsRead).toBeLessThan(1_000)
  })
})

describe('the embedded engine', () => {
  it('[P1] a commit waits for one read at most, however many readers there are', async () => {
    const { database, close } = await openTestDatabase('pglite')
    const app = await createApp(database)
    const room = await createRoomRepository(database).findOrCreate(app.id, 'lobby')
    let reading = 0
    const before: number[] = []
    const watched: Database = {
      ...database,
      query: async <Row>(sql: string, params?: readonly unknown[], name?: string) => {
        if (name === 'alcove_append') {
          before.push(reading)
          return database.query<Row>(sql, params, name)
        }
        reading += 1
        try {
          return await database.query<Row>(sql, params, name)
        } finally {
          reading -= 1
        }
      },
    }
    const messages = createMessageRepository(watched)
    const newMessage = (): NewMessage => ({
      ...{ roomKey: room.key, roomId: 'lobby', channel: '', epoch: room.epoch, id: randomUUID() },
      ...{ author: { id: 'u1', name: 'Ada' }, text: 'hi', fingerprint: 'f' },
    })
    const reads = Array.from({ length: 40 }, (_, i) =>
      messages.range(room.key, { from: 1, place: 1, to: 100 }, bounds(String(i % 20))),
    )
    for (let i = 0; i < 20; i += 1) await messages.append([newMessage()])
    await Promise.all(reads)
    await close()
    expect(Math.max(...before)).toBe(1)
  })
})

interface Plan {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Relation Name'?: string
  Plans?: Plan[]
}

/** Rows of messages that a plan's scans looked at. */
function scanned(explained: unknown): number {
  const [{ Plan: root }] = (typeof explained === 'string' ? JSON.parse(explained) : explained) as [
    { Plan: Plan },
  ]
  const visit = (plan: Plan): number => {
    const own = plan['Relation Name'] === 'messages' ? plan['Actual Rows'] : 0
    const filtered = plan['Relation Name'] === 'messages' ? (plan['Rows Removed by Filter'] ?? 0) : 0
    return (own + filtered) * plan['Actual Loops'] + (plan.Plans ?? []).map(visit).reduce((a, b) => a + b, 0)
  }
  return visit(root)
}

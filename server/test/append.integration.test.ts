/** What appending asks of a real PostgreSQL. What it stores is tested in room-log.integration.test.ts, on both engines. */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { migrate } from '../src/storage/migrate.js'
import { openPostgres } from '../src/storage/postgres.js'
import { createRoomRepository, type RoomRow } from '../src/storage/room-repository.js'
import { createPostgresDatabase, ENGINES } from './support/database.js'
import { createApp } from './support/node.js'

describe.skipIf(!ENGINES.includes('postgres'))('appending to a database that was never analyzed', () => {
  let database: Database
  let room: RoomRow
  let client: pg.Client
  let drop: () => Promise<void>

  beforeEach(async () => {
    const made = await createPostgresDatabase()
    drop = made.drop
    database = openPostgres(made.url)
    await migrate(database)
    const app = await createApp(database)
    room = await createRoomRepository(database).findOrCreate(app.id, 'lobby')
    client = new pg.Client(made.url)
    await client.connect()
  })

  afterEach(async () => {
    await client.end()
    await database.close()
    await drop()
  })

  const newMessage = (id: string = randomUUID()): NewMessage => ({
    roomKey: room.key,
    roomId: 'lobby',
    channel: '',
    epoch: room.epoch,
    id,
    author: { id: 'u1', name: 'Ada' },
    text: 'hi',
    fingerprint: 'f',
  })

  /** Rows of messages that `run` looks at, in one transaction on one connection. */
  async function rowsRead(run: (database: Database) => Promise<unknown>): Promise<number> {
    const onOneConnection: Database = {
      ...database,
      query: async <Row>(sql: string, params: readonly unknown[] = []) =>
        (await client.query(sql, [...params])).rows as Row[],
    }
    await client.query('begin')
    await run(onOneConnection)
    const { rows } = await client.query<{ read: string }>(
      "select idx_tup_fetch + seq_tup_read as read from pg_stat_xact_user_tables where relname = 'messages'",
    )
    await client.query('commit')
    return Number(rows[0]?.read)
  }

  it('reads no other message of the room, however many there are', async () => {
    const messages = Array.from({ length: 400 }, () => newMessage())
    expect(await rowsRead((one) => createMessageRepository(one).append(messages))).toBeLessThan(50)
  })

  it('[P3] finds a known id by its key alone', async () => {
    const known = newMessage()
    const others = Array.from({ length: 400 }, () => newMessage())
    await rowsRead((one) => createMessageRepository(one).append([known, ...others]))
    const again = Array.from({ length: 20 }, () => known)
    let outcomes: string[] = []
    const read = await rowsRead(async (one) => {
      outcomes = (await createMessageRepository(one).append(again)).map(({ outcome }) => outcome)
    })
    expect(new Set(outcomes)).toEqual(new Set(['known']))
    expect(read).toBeLessThan(100)
  })

  it('[P3] behind a pooler that forgets prepared statements, everything is stored once all the same', async () => {
    const messages = createMessageRepository(database)
    await messages.append([newMessage()])
    const prepared = () => database.query<{ name: string }>('select name from pg_prepared_statements')
    expect(await prepared()).toEqual([{ name: 'alcove_append' }])
    // The pool hands out the connection that was used last.
    await database.query('deallocate all')
    const appended = await messages.append([newMessage()])
    expect(appended).toMatchObject([{ outcome: 'added', seq: 2 }])
    await expect(messages.append([newMessage()])).resolves.toMatchObject([{ seq: 3 }])
    expect(await prepared()).toEqual([])
    expect(await database.query('select seq from messages order by seq')).toEqual([
      { seq: 1 },
      { seq: 2 },
      { seq: 3 },
    ])
  })
})

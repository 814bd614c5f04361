/** The functions of the database: replaced when their text is new, the same wherever a database comes from. */
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChangeRepository } from '../src/storage/change-repository.js'
import type { Database } from '../src/storage/database.js'
import { DatabaseUnusable } from '../src/storage/database-unusable.js'
import { createMessageRepository } from '../src/storage/message-repository.js'
import { migrate } from '../src/storage/migrate.js'
import { MIGRATIONS } from '../src/storage/migrations/index.js'
import { openPglite } from '../src/storage/pglite.js'
import { openPostgres } from '../src/storage/postgres.js'
import { createReadTurns, createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository } from '../src/storage/room-repository.js'
import { ROUTINES } from '../src/storage/routines/index.js'
import type { Routine } from '../src/storage/routines/routine.js'
import { administer, createPostgresDatabase, ENGINES, temporaryDirectory } from './support/database.js'
import { createApp } from './support/node.js'

const routine = (revision: number, answer: string): Routine => ({
  name: 'answer',
  revision,
  sql: `create or replace function answer() returns text language sql as $$ select '${answer}' $$`,
})

describe.each(ENGINES)('routines on %s', (engine) => {
  /** A database without tables. */
  async function openEmpty(): Promise<Database> {
    if (engine === 'pglite') {
      const database = await openPglite(await temporaryDirectory())
      onTestFinished(() => database.close())
      return database
    }
    const { url, drop } = await createPostgresDatabase()
    const database = openPostgres(url)
    onTestFinished(async () => {
      await database.close()
      await drop()
    })
    return database
  }

  /** What a schema is, in words. */
  const schemaOf = async (database: Database) => [
    await database.query(
      `select proname::text as name, pg_get_functiondef(oid) as text from pg_proc where proname like 'alcove%' order by 1`,
    ),
    await database.query(
      `select table_name::text, column_name::text, data_type::text, is_nullable::text, column_default::text
       from information_schema.columns where table_schema = 'public' order by 1, 2`,
    ),
    await database.query(`select indexdef::text from pg_indexes where schemaname = 'public' order by 1`),
  ]

  it('an upgraded database has what a new one has, and what was written before can be read, retried and changed', async () => {
    const [old, fresh] = [await openEmpty(), await openEmpty()]
    await migrate(old, { migrations: MIGRATIONS.filter(({ id }) => id <= 5), routines: [] })
    const app = await createApp(old)
    await old.query("insert into rooms (app_id, id, epoch) values ($1, 'lobby', 'e1')", [app.id])
    const [room] = await old.query<{ key: number }>('select key from rooms')
    const message = {
      ...{ roomKey: room?.key ?? 0, roomId: 'lobby', channel: '', epoch: 'e1', id: randomUUID() },
      ...{ author: { id: 'ada', name: 'Ada' }, text: 'from before', fingerprint: 'f' },
    }
    const turns = createReadTurns(engine)
    const messages = createMessageRepository(old, turns)
    await messages.append([message])

    const ran = await migrate(old)
    expect(ran).toEqual([
      ...[
        'changes',
        'messages-by-position',
        'reactions',
        'room-settings',
        'edits',
        'edits-by-message',
        'unchanged',
      ],
      ...['alcove_append', 'alcove_change'],
    ])
    expect(await migrate(old)).toEqual([])
    await migrate(fresh)
    expect(await schemaOf(old)).toEqual(await schemaOf(fresh))

    expect(await messages.append([message])).toMatchObject([{ outcome: 'known', seq: 1, rev: 1 }])
    await createChangeRepository(old, turns).apply([
      {
        ...{
          roomKey: message.roomKey,
          epoch: 'e1',
          id: randomUUID(),
          kind: 'message.edited',
          message: message.id,
        },
        ...{ by: { kind: 'user', id: 'ada' }, conditions: { who: 'anybody' } },
        ...{ body: '{"text":"edited"}', fingerprint: 'c' },
      },
    ])
    const { messages: rows } = await messages.tail(message.roomKey, 10, {
      turn: createTurn('reader'),
      bytes: 10_000,
    })
    expect(rows).toMatchObject([{ seq: 1, rev: 2, text: 'edited' }])
    expect(await createRoomRepository(old).find(app.id, 'lobby')).toMatchObject({ epoch: 'e1' })
  })

  it('[CHANGE-5 CHANGE-8] edits from before are counted, and the texts of messages that were deleted are taken away', async () => {
    const database = await openEmpty()
    await migrate(database, { migrations: MIGRATIONS.filter(({ id }) => id <= 9), routines: [] })
    const app = await createApp(database)
    const [room] = await database.query<{ key: number }>(
      "insert into rooms (app_id, id, epoch, seq, rev, bytes) values ($1, 'lobby', 'e1', 2, 6, 5) returning key",
      [app.id],
    )
    const key = room?.key
    const [kept, deleted] = [randomUUID(), randomUUID()]
    const write = (id: string, seq: number, rev: number, text: string, at: string | null) =>
      database.query(
        `insert into messages (room_key, id, seq, rev, created_rev, author_id, author_name, author_guest, text, fingerprint, created_at, deleted_at)
         values ($1, $2, $3, $4, $3, 'ada', 'Ada', false, $5, 'f', now(), $6::timestamptz)`,
        [key, id, seq, rev, text, at],
      )
    await write(kept, 1, 4, 'third', null)
    await write(deleted, 2, 6, '', '2026-01-01')
    let rev = 2
    const journal = (message: string, kind: string, body: object, replaced: object) =>
      database.query(
        `insert into changes (room_key, rev, id, kind, actor_kind, actor_id, message_id, body, replaced, fingerprint, at, position)
         values ($1, $2, $3, $4, 'user', 'ada', $5, $6::jsonb, $7::jsonb, 'f', now(), 1)`,
        [key, (rev += 1), randomUUID(), kind, message, JSON.stringify(body), JSON.stringify(replaced)],
      )
    await journal(kept, 'message.edited', { text: 'second' }, { text: 'first', meta: '{}' })
    await journal(kept, 'message.edited', { text: 'third' }, { text: 'second', meta: '{}' })
    await journal(deleted, 'message.edited', { text: 'secret' }, { text: 'secret first' })
    await journal(deleted, 'message.deleted', { reason: 'spam' }, { text: 'secret' })
    await migrate(database)
    expect(await database.query('select edits from messages order by seq')).toEqual([
      { edits: 2 },
      { edits: 1 },
    ])
    expect(await database.query('select body, replaced from changes order by rev')).toEqual([
      { body: { text: 'second' }, replaced: { text: 'first' } },
      { body: { text: 'third' }, replaced: {} },
      { body: { text: '' }, replaced: {} },
      { body: { reason: 'spam' }, replaced: {} },
    ])
    expect(await database.query('select bytes from rooms')).toEqual([
      { bytes: 'third'.length + 'firstsecondthird'.length + 'spam'.length },
    ])
  })

  it('a text that is new replaces the old one; an older node leaves a higher revision alone', async () => {
    const database = await openEmpty()
    const answer = async () => (await database.query<{ answer: string }>('select answer()'))[0]?.answer
    const withRoutine = (one: Routine) => migrate(database, { migrations: [], routines: [one] })
    expect(await withRoutine(routine(1, 'one'))).toEqual(['answer'])
    expect(await withRoutine(routine(1, 'one'))).toEqual([])
    expect(await withRoutine(routine(1, 'one, mended'))).toEqual(['answer'])
    expect(await withRoutine(routine(2, 'two'))).toEqual(['answer'])
    expect(await answer()).toBe('two')
    expect(await withRoutine(routine(1, 'one'))).toEqual([])
    expect(await answer()).toBe('two')
  })

  it('nodes of two versions that start at once end with the newer text', async () => {
    const database = await openEmpty()
    for (let round = 1; round <= 2; round += 1) {
      await Promise.all(
        [2 * round, 2 * round + 1, 2 * round].map((revision) =>
          migrate(database, { migrations: [], routines: [routine(revision, `${revision}`)] }),
        ),
      )
      expect(await database.query('select answer()')).toEqual([{ answer: `${2 * round + 1}` }])
    }
  })
})

describe.skipIf(!ENGINES.includes('postgres'))('a role that may not change tables', () => {
  it('serves while nothing is new, and learns who has to replace a function', async () => {
    const { url, drop } = await createPostgresDatabase()
    const owner = openPostgres(url)
    const role = `alcove_app_${randomBytes(4).toString('hex')}`
    const address = new URL(url)
    address.username = role
    const app = openPostgres(address.href)
    onTestFinished(async () => {
      await app.close()
      await owner.close()
      await drop()
      await administer(`drop role ${role}`)
    })
    await migrate(owner)
    await owner.script(`create role ${role} login; grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role}`)
    expect(await migrate(app)).toEqual([])
    const [first] = ROUTINES
    if (!first) throw new Error('there are routines')
    const newer = [{ ...first, revision: first.revision + 1, sql: `${first.sql} ` }]
    await expect(migrate(app, { routines: newer })).rejects.toThrow(DatabaseUnusable)
    await expect(migrate(app, { routines: newer })).rejects.toThrow('Run alcove migrate')
    expect(await migrate(owner, { routines: newer })).toEqual([first.name])
    expect(await migrate(app, { routines: newer })).toEqual([])
    // The version before this one still starts.
    expect(await migrate(app)).toEqual([])
  })
})

/** Many who change one message at once, through two nodes, while answers get lost and connections die. */
import { randomUUID } from 'node:crypto'
import { applyRow, type MessagePatch, type MessageRow } from '@alcove/sdk/protocol'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageUnavailable } from '../src/errors/storage-errors.js'
import type { RoomChange } from '../src/log/room-change.js'
import { createRoomWriter, type CommittedBatch } from '../src/log/room-writer.js'
import { createMetrics } from '../src/metrics.js'
import { createLogger } from '../src/process/logger.js'
import { createChangeRepository } from '../src/storage/change-repository.js'
import type { Database } from '../src/storage/database.js'
import { createMessageRepository, type NewMessage } from '../src/storage/message-repository.js'
import { migrate } from '../src/storage/migrate.js'
import { openPostgres } from '../src/storage/postgres.js'
import { createReadTurns, createTurn } from '../src/storage/read-turns.js'
import { createRoomRepository } from '../src/storage/room-repository.js'
import { createPostgresDatabase, ENGINES, openTestDatabase, type Engine } from './support/database.js'
import { createApp, newRoomId } from './support/node.js'
import { seededRandom, testSeed } from './support/random.js'

/** Two nodes' ways to one database; the embedded engine has one. */
async function openTwice(engine: Engine): Promise<[Database, Database]> {
  if (engine === 'pglite') {
    const { database, close } = await openTestDatabase(engine)
    onTestFinished(close)
    return [database, database]
  }
  const { url, drop } = await createPostgresDatabase()
  const nodes: [Database, Database] = [openPostgres(url), openPostgres(url)]
  onTestFinished(async () => {
    for (const node of nodes) await node.close()
    await drop()
  })
  await migrate(nodes[0])
  return nodes
}

describe.each(ENGINES)('changing one message from everywhere on %s', (engine) => {
  async function world(flawed: (database: Database) => Database = (database) => database) {
    const databases = await openTwice(engine)
    const app = await createApp(databases[0])
    const room = await createRoomRepository(databases[0]).findOrCreate(app.id, newRoomId())
    const place = { roomKey: room.key, roomId: 'lobby', channel: '', epoch: room.epoch }
    const batches: CommittedBatch[] = []
    const writers = databases.map((database) => {
      const turns = createReadTurns(engine)
      return createRoomWriter({
        messages: createMessageRepository(database, turns),
        changes: createChangeRepository(flawed(database), turns),
        onCommitted: (batch) => batches.push(batch),
        onUncertain: () => {},
        metrics: createMetrics(),
        log: createLogger('silent'),
        lanes: 2,
      })
    })
    const message: NewMessage = {
      ...place,
      id: randomUUID(),
      author: { id: 'ada', name: 'Ada' },
      text: 'first',
      fingerprint: 'f',
    }
    await writers[0]?.append(message)
    const asked = (change: RoomChange['change']): RoomChange => ({
      ...place,
      id: randomUUID(),
      by: { kind: 'user', id: 'ada' },
      change,
      conditions: { who: 'author', withinSeconds: 600 },
    })
    const edit = (text: string) => asked({ kind: 'message.edited', message: message.id, text })
    const remove = () => asked({ kind: 'message.deleted', message: message.id })
    const row = async () => {
      const bounds = { turn: createTurn('reader'), bytes: 100_000 }
      return (await createMessageRepository(databases[0]).since(room.key, 0, 10_000, bounds)).messages[0]
    }
    const journal = () =>
      databases[0].query<{ id: string; rev: number; text: string | null; kind: string }>(
        `select id, rev, kind, body ->> 'text' as text from changes where room_key = $1 order by rev`,
        [room.key],
      )
    /** What a reader who had every frame of both nodes shows. */
    const shown = () => {
      const rows = batches.flatMap((batch): (MessageRow | MessagePatch)[] => batch.rows)
      return rows.sort((a, b) => a.rev - b.rev).reduce<MessageRow | undefined>(applyRow, undefined)
    }
    return { databases, writers, batches, edit, remove, row, journal, shown }
  }

  it('[CHANGE-2] ten writers on two nodes: the last rev wins, and every reader shows it', async () => {
    const { writers, batches, edit, row, journal, shown } = await world()
    const changes = Array.from({ length: 100 }, (_, i) => edit(`edit ${i}`))
    const revs = await Promise.all(
      changes.map(async (change, i) => (await writers[i % 2]?.change(change))?.rev ?? 0),
    )
    expect(revs.toSorted((a, b) => a - b)).toEqual(changes.map((_, i) => i + 2))
    for (const writer of writers) await writer.close()
    const last = changes[revs.indexOf(101)]
    const stored = await row()
    expect(stored).toMatchObject({
      rev: 101,
      text: last?.change.kind === 'message.edited' && last.change.text,
    })
    expect(shown()).toEqual(stored)
    expect((await journal()).map(({ id }) => id)).toEqual(
      changes.toSorted((a, b) => revs[changes.indexOf(a)]! - revs[changes.indexOf(b)]!).map(({ id }) => id),
    )
    // Each node's frames are without holes within themselves.
    for (const { from, rev, rows } of batches) expect(rows).toHaveLength(rev - from)
  })

  it('[CHANGE-3] edits and deletions at once: one deletion wins, nothing is applied after it', async () => {
    const { writers, edit, remove, row, journal, shown } = await world()
    const changes = Array.from({ length: 60 }, (_, i) => (i % 10 === 5 ? remove() : edit(`edit ${i}`)))
    const outcomes = await Promise.allSettled(changes.map((change, i) => writers[i % 2]!.change(change)))
    for (const writer of writers) await writer.close()
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    for (const outcome of refused) expect(outcome).toMatchObject({ reason: { code: 'message_deleted' } })
    const entries = await journal()
    expect(entries).toHaveLength(60 - refused.length)
    expect(entries.filter(({ kind }) => kind === 'message.deleted')).toHaveLength(1)
    expect(entries.at(-1)?.kind).toBe('message.deleted')
    const stored = await row()
    expect(stored).toMatchObject({ text: '', deleted: { by: 'author' } })
    expect(shown()).toEqual(stored)
  })

  it('[CHANGE-1] answers that get lost, before the commit or after it: each change is one rev, and none is acked that is not there', async () => {
    const random = seededRandom(testSeed())
    const { writers, edit, row, journal } = await world((database) => ({
      ...database,
      async query<Row>(...statement: Parameters<Database['query']>) {
        const luck = random()
        if (luck < 0.2) throw new StorageUnavailable('connection refused')
        const rows = await database.query<Row>(...statement)
        if (luck < 0.5) throw new StorageUnavailable('connection terminated')
        return rows
      },
    }))
    async function insist(writer: (typeof writers)[number], change: RoomChange): Promise<number> {
      for (;;) {
        try {
          return (await writer.change(change)).rev
        } catch (error) {
          if (!(error instanceof StorageUnavailable)) throw error
        }
      }
    }
    const changes = Array.from({ length: 40 }, (_, i) => edit(`edit ${i}`))
    const revs = await Promise.all(changes.map((change, i) => insist(writers[i % 2]!, change)))
    const entries = await journal()
    expect(entries.map(({ rev }) => rev)).toEqual(changes.map((_, i) => i + 2))
    expect(revs).toEqual(changes.map(({ id }) => entries.find((entry) => entry.id === id)?.rev))
    expect(await row()).toMatchObject({ rev: 41, text: entries.at(-1)?.text })
  })

  it.runIf(engine === 'postgres')(
    '[CHANGE-1] connections that are killed in the middle: the same',
    async () => {
      const { databases, writers, edit, journal } = await world()
      const changes = Array.from({ length: 300 }, (_, i) => edit(`edit ${i}`))
      let [waiting, kills] = [changes.length, 0]
      const done = Promise.all(
        changes.map(async (change, i) => {
          for (;;) {
            try {
              const acked = await writers[i % 2]!.change(change)
              waiting -= 1
              return acked.rev
            } catch (error) {
              if (!(error instanceof StorageUnavailable)) throw error
            }
          }
        }),
      )
      // Through one that is not killed itself: the statement ends the others.
      while (waiting > 0 && kills < 20) {
        const killed = await databases[0]
          .query(
            `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and query like '%alcove_change%'`,
          )
          .catch(() => [])
        kills += killed.length
      }
      const revs = await done
      const entries = await journal()
      expect(entries.map(({ rev }) => rev)).toEqual(changes.map((_, i) => i + 2))
      expect(revs).toEqual(changes.map(({ id }) => entries.find((entry) => entry.id === id)?.rev))
    },
  )
})

/** The embedded engine in its thread: what crosses, in which order, and what becomes of it all when the thread dies. */
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createChat, type Message } from '@alcove/sdk'
import { StorageUnavailable, type Database } from '../src/storage/database.js'
import { DirectoryInUse, lockDirectory } from '../src/storage/directory-lock.js'
import { openPglite } from '../src/storage/pglite.js'
import { until } from './support/client.js'
import { temporaryDirectory, usedDataDirectory } from './support/database.js'
import { createApp, GENEROUS, startNodeForTest } from './support/node.js'

vi.mock('node:worker_threads', { spy: true })
beforeEach(() => void vi.mocked(Worker).mockClear())

async function open() {
  const directory = await usedDataDirectory()
  const onLost = vi.fn<(error: Error) => void>()
  const database = await openPglite(directory, { onLost })
  onTestFinished(() => database.close())
  return { directory, database, onLost }
}

/** As the kernel or a fault in the engine would: without a word. @returns once it is gone */
const killEngine = () => vi.mocked(Worker).mock.instances.at(-1)!.terminate()

const first = async (database: Database, sql: string, params?: unknown[]) =>
  (await database.query<Record<string, unknown>>(sql, params))[0]

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as Error & { code?: string },
  )

describe('across the thread', () => {
  test('rows and parameters keep their types', async () => {
    const { database } = await open()
    const at = new Date('2026-01-02T03:04:05.678Z')
    const row = await first(
      database,
      `select 9007199254740991::int8 as big, $1::text[] as texts, $2::timestamptz as at, $3::boolean as yes,
         null as nothing, '{"a": [1]}'::jsonb as json, $4::bigint[] as bigs`,
      [['x', null, 'ü"\\'], at, true, [1, 2 ** 40]],
    )
    expect(row).toEqual({
      big: Number.MAX_SAFE_INTEGER,
      texts: ['x', null, 'ü"\\'],
      at,
      yes: true,
      nothing: null,
      json: { a: [1] },
      bigs: [1, 2 ** 40],
    })
  })

  test('an error of the statement keeps its code, and the next statement is served', async () => {
    const { database, onLost } = await open()
    const error = await failure(database.query('select 1 / $1::int', [0]))
    expect(error).not.toBeInstanceOf(StorageUnavailable)
    expect(error).toMatchObject({ code: '22012', message: 'division by zero' })
    const full = `do $$ begin raise exception 'no space' using errcode = '53100'; end $$`
    expect(await failure(database.script(full))).toBeInstanceOf(StorageUnavailable)
    expect(await first(database, 'select 1 as one')).toEqual({ one: 1 })
    expect(onLost).not.toHaveBeenCalled()
  })

  test('a parameter that cannot cross fails its own statement alone', async () => {
    const { database } = await open()
    expect(await failure(database.query('select $1', [() => 1]))).toMatchObject({ name: 'DataCloneError' })
    expect(await first(database, 'select 1 as one')).toEqual({ one: 1 })
  })

  test('statements run in the order in which they were asked, a script all or nothing', async () => {
    const { database } = await open()
    await database.script('create table numbers (n int)')
    const asked = Array.from({ length: 50 }, (_, n) =>
      first(database, 'insert into numbers values ($1) returning (select count(*) from numbers) as before', [
        n,
      ]),
    )
    expect((await Promise.all(asked)).map((row) => row?.before)).toEqual(asked.map((_, n) => n))
    await failure(database.script('delete from numbers; select 1 / 0'))
    expect(await first(database, 'select count(*) as count from numbers')).toEqual({ count: 50 })
  })
})

describe('closing', () => {
  test('answers what was asked before, ends the thread, and frees the directory with all that was stored', async () => {
    const { directory, database, onLost } = await open()
    const asked = database.query<{ n: number }>('create table kept as select 7 as n')
    await database.close()
    await asked
    expect(onLost).not.toHaveBeenCalled()
    expect(await failure(database.query('select 1'))).toBeInstanceOf(StorageUnavailable)
    expect(Worker).toHaveBeenCalledTimes(1)
    const again = await openPglite(directory)
    expect(await first(again, 'select n from kept')).toEqual({ n: 7 })
    await again.close()
  })

  test('again does nothing', async () => {
    const { database } = await open()
    await Promise.all([database.close(), database.close()])
    await database.close()
  })
})

test('a directory that the engine cannot open is an error, and is not locked afterwards', async () => {
  const directory = await temporaryDirectory()
  writeFileSync(join(directory, 'pglite'), 'no directory')
  expect(await failure(openPglite(directory))).toBeInstanceOf(Error)
  await (
    await lockDirectory(directory)
  )()
})

describe('[P1] an engine that dies', () => {
  test('fails what waits as unavailable, is told once, and the next statement finds all that was stored', async () => {
    const { database, onLost } = await open()
    await database.script('create table kept (n int)')
    await database.query('insert into kept values (1)')
    const waiting = [
      failure(database.query('select pg_sleep(60)')),
      failure(database.query('insert into kept values (2)')),
    ]
    await killEngine()
    for (const error of await Promise.all(waiting)) expect(error).toBeInstanceOf(StorageUnavailable)
    expect(await database.query('select n from kept')).toEqual([{ n: 1 }])
    expect(onLost.mock.calls).toEqual([[expect.any(StorageUnavailable)]])
    expect(Worker).toHaveBeenCalledTimes(2)
  })

  test('leaves the directory locked, and at most one thread has it open', async () => {
    const { directory, database } = await open()
    await killEngine()
    const asked = Array.from({ length: 20 }, () => database.query('select 1'))
    await expect(lockDirectory(directory)).rejects.toBeInstanceOf(DirectoryInUse)
    await Promise.all(asked)
    expect(Worker).toHaveBeenCalledTimes(2)
  })

  test('and cannot be opened again is unavailable until it can', async () => {
    const { directory, database } = await open()
    const files = join(directory, 'pglite')
    await killEngine()
    renameSync(files, `${files}-away`)
    writeFileSync(files, 'no directory')
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await failure(database.query('select 1'))).toBeInstanceOf(StorageUnavailable)
    expect(Worker).toHaveBeenCalledTimes(2)
    rmSync(files)
    renameSync(`${files}-away`, files)
    await vi.waitFor(() => database.query('select 1'), { timeout: 10_000 })
  })

  test('can be closed', async () => {
    const { directory, database } = await open()
    await killEngine()
    await database.close()
    await (
      await lockDirectory(directory)
    )()
  })

  test('again and again under a node: every acked message is stored once, dense, and writers just go on', async () => {
    const { database, onLost } = await open()
    const node = await startNodeForTest(database, { headCheckEveryMs: 300 })
    const app = await createApp(database, { limits: GENEROUS })
    const acked: Message[] = []
    let isWriting = true
    const writers = Array.from({ length: 3 }, async () => {
      const chat = createChat({ server: node.url, app: app.id, storage: null })
      onTestFinished(() => chat.close())
      const room = await chat.join('lobby')
      while (isWriting) acked.push(await room.send('x'))
    })
    for (let kills = 1; kills <= 3; kills += 1) {
      const target = acked.length + 50
      await until(() => expect(acked.length).toBeGreaterThan(target), 20_000)
      await killEngine()
      await until(() => expect(onLost).toHaveBeenCalledTimes(kills))
    }
    const target = acked.length + 50
    await until(() => expect(acked.length).toBeGreaterThan(target), 20_000)
    isWriting = false
    await Promise.all(writers)
    const stored = await database.query<{ id: string; seq: number }>(
      'select id, seq from messages order by seq',
    )
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, index) => index + 1))
    expect(
      acked
        .map(({ id, seq }) => `${seq} ${id}`)
        .filter((one) => !stored.some(({ id, seq }) => one === `${seq} ${id}`)),
    ).toEqual([])
    expect(stored).toHaveLength(acked.length)
  }, 60_000)
})

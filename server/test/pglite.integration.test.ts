/** The embedded engine in its thread: what crosses, in which order, and what becomes of it all when the thread dies. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createChat, type Message } from '@alcove/sdk'
import { plainMessage } from '../src/process/plain-message.js'
import type { Database } from '../src/storage/database.js'
import { StorageUnavailable } from '../src/errors/storage-errors.js'
import { DirectoryInUse, lockDirectory } from '../src/storage/directory-lock.js'
import { DirectoryUnusable } from '../src/storage/directory-unusable.js'
import { migrate } from '../src/storage/migrate.js'
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
    expect(error).toMatchObject({ name: 'StorageRefused', code: '22012' })
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

test('a migration that is an index is built', async () => {
  const { database } = await open()
  const index = { name: 'apps_later', definition: 'on apps (created_at)', isUnique: true }
  expect(await migrate(database, { migrations: [{ id: 1_000, name: 'later', index }] })).toEqual(['later'])
  expect(
    await first(database, "select indisunique from pg_index where indexrelid = to_regclass('apps_later')"),
  ).toEqual({
    indisunique: true,
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

/** Somebody else's files, also where the tests run as root. */
async function asAnotherUser<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run()
  process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

describe('a directory that cannot be used is reported in one sentence, and is not locked afterwards', () => {
  const damages: [string, (files: string) => void, RegExp][] = [
    [
      'no PG_VERSION',
      (files) => rmSync(join(files, 'PG_VERSION')),
      /pglite has files but no PG_VERSION, so it is not whole\. Restore the whole data directory from a backup, or move .*pglite away to start over\.$/,
    ],
    ['garbage for PG_VERSION', (files) => writeFileSync(join(files, 'PG_VERSION'), '\0\x07x'), /gave up/],
    ['no pg_control', (files) => rmSync(join(files, 'global/pg_control')), /gave up .* \(Aborted\(\)\)\. If/],
    [
      'garbage for pg_control',
      (files) => writeFileSync(join(files, 'global/pg_control'), 'x'.repeat(8_192)),
      /gave up/,
    ],
    ['no base', (files) => rmSync(join(files, 'base'), { recursive: true }), /gave up/],
    ['an empty log', zeroLog, /gave up/],
    ['a file for pglite', asFile, /pglite is not a directory\. Move it away, or restore/],
    ['a file for lock', (files) => asFile(join(dirname(files), 'lock')), /lock is not a directory\. Move/],
    [
      "another user's pglite",
      (files) => {
        chmodSync(dirname(files), 0o777)
        chmodSync(files, 0o500)
      },
      /this user may not read and write .*pglite \(EACCES\)\. Give/,
    ],
    [
      "another user's lock",
      (files) => mkdirSync(join(dirname(files), 'lock'), { mode: 0o500 }),
      /this user may not read and write .*lock \(EACCES\)\. Give/,
    ],
  ]

  function asFile(path: string): void {
    rmSync(path, { recursive: true, force: true })
    writeFileSync(path, 'no directory')
  }

  function zeroLog(files: string): void {
    const folder = join(files, 'pg_wal')
    const segments = readdirSync(folder).filter((name) => name.startsWith('0'))
    for (const name of segments) writeFileSync(join(folder, name), Buffer.alloc(16 * 2 ** 20))
  }

  test.each(damages)('%s', async (what, damage, sentence) => {
    const directory = await usedDataDirectory()
    chmodSync(directory, 0o755)
    const files = join(directory, 'pglite')
    damage(files)
    const open = () => failure(openPglite(directory))
    const error = await (what.startsWith('another') ? asAnotherUser(open) : open())
    expect(error).toBeInstanceOf(DirectoryUnusable)
    expect(error.message).toMatch(sentence)
    expect(error.message).toContain(`unable to open the embedded database in ${directory}; `)
    expect(error.message).not.toContain('\n')
    expect(plainMessage(error)).toBe(error.message)
    if (what.endsWith('lock')) return
    await (
      await lockDirectory(directory)
    )()
  })
})

describe('a new database', () => {
  test('is put in its place whole, whatever a start that was killed left', async () => {
    const directory = await temporaryDirectory()
    const files = join(directory, 'pglite')
    const opened = openPglite(directory)
    await until(() => expect(existsSync(join(`${files}.new`, 'base'))).toBe(true))
    expect(existsSync(files)).toBe(false)
    await killEngine()
    expect(plainMessage(await failure(opened))).toMatch(
      /a new one could not be made \(.*thread ended.*It takes/,
    )
    expect(existsSync(files)).toBe(false)
    const database = await openPglite(directory)
    onTestFinished(() => database.close())
    expect(await first(database, 'select 1 as one')).toEqual({ one: 1 })
    expect(readdirSync(directory).sort()).toEqual(['lock', 'pglite'])
  })
})

describe('[P1] an engine that dies', () => {
  test('fails waiting statements as unavailable, is logged once, and the next statement finds everything stored', async () => {
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
    const base = join(directory, 'pglite', 'base')
    await killEngine()
    renameSync(base, `${base}-away`)
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await failure(database.query('select 1'))).toBeInstanceOf(StorageUnavailable)
    expect(Worker).toHaveBeenCalledTimes(2)
    renameSync(`${base}-away`, base)
    await vi.waitFor(() => database.query('select 1'), 60_000)
  })

  test('and whose files are gone does not start over', async () => {
    const { directory, database } = await open()
    const files = join(directory, 'pglite')
    await killEngine()
    renameSync(files, `${files}-away`)
    const error = await failure(database.query('select 1'))
    expect(error).toBeInstanceOf(StorageUnavailable)
    expect(error.message).toMatch(/it was removed or replaced.*may be moved back/)
    expect(existsSync(files)).toBe(false)
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
      await until(() => expect(acked.length).toBeGreaterThan(target))
      await killEngine()
      await until(() => expect(onLost).toHaveBeenCalledTimes(kills))
    }
    const target = acked.length + 50
    await until(() => expect(acked.length).toBeGreaterThan(target))
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
  })
})

describe('[P1] files that are taken away from a running engine', () => {
  const SENTENCE = 'the data directory was removed or replaced; stop the server, restore it'

  function replaceWithCopy(path: string): void {
    cpSync(path, `${path}.copy`, { recursive: true })
    rmSync(path, { recursive: true })
    renameSync(`${path}.copy`, path)
  }

  const filled = async () => {
    const opened = await open()
    onTestFinished(() => rmSync(`${opened.directory}-away`, { recursive: true, force: true }))
    await opened.database.script('create table kept (n int)')
    await opened.database.query('insert into kept values (1)')
    return opened
  }

  test.each<[string, (directory: string) => void]>([
    ['removed', (directory) => rmSync(directory, { recursive: true })],
    ['moved away', (directory) => renameSync(directory, `${directory}-away`)],
    ['replaced with a copy', (directory) => replaceWithCopy(join(directory, 'pglite'))],
    [
      'restored in part, as by rsync',
      (directory) => replaceWithCopy(join(directory, 'pglite/global/pg_control')),
    ],
  ])(
    '%s: from then on nothing is stored or answered, it is logged once, and no new database is created',
    async (_, take) => {
      const { directory, database, onLost } = await filled()
      take(directory)
      const there = existsSync(directory)
      for (const sql of ['insert into kept values (2)', 'select n from kept', 'insert into kept values (3)'])
        expect(await failure(database.query(sql))).toBeInstanceOf(StorageUnavailable)
      await until(() => expect(database.cannotStore?.()).toBe(SENTENCE))
      expect(Worker).toHaveBeenCalledTimes(1)
      expect(onLost).toHaveBeenCalledTimes(1)
      expect(onLost.mock.calls[0]?.[0].message).toMatch(
        /it was removed or replaced.*Stop the server, restore/,
      )
      expect(existsSync(directory)).toBe(there)
      await database.close()
    },
  )

  test('while nobody asks anything, it is noticed all the same', async () => {
    const { directory, database, onLost } = await filled()
    rmSync(directory, { recursive: true })
    await until(() => expect(onLost).toHaveBeenCalledTimes(1))
    expect(database.cannotStore?.()).toBe(SENTENCE)
  })

  test('closing is none the worse for it, and what was asked before is not answered as stored', async () => {
    const { directory, database, onLost } = await filled()
    rmSync(directory, { recursive: true })
    const asked = failure(database.query('insert into kept values (2)'))
    await database.close()
    expect(await asked).toBeInstanceOf(StorageUnavailable)
    expect(onLost).toHaveBeenCalledTimes(1)
  })

  test('moved back, they have all that was stored, and more is stored', async () => {
    const { directory, database } = await filled()
    renameSync(directory, `${directory}-away`)
    expect(await failure(database.query('insert into kept values (2)'))).toBeInstanceOf(StorageUnavailable)
    renameSync(`${directory}-away`, directory)
    await vi.waitFor(() => database.query('insert into kept values (3)'), 60_000)
    const stored = await database.query<{ n: number }>('select n from kept order by n')
    expect(stored).toEqual(expect.arrayContaining([{ n: 1 }, { n: 3 }]))
    expect(database.cannotStore?.()).toBeUndefined()
  })
})

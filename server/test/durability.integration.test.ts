/** The embedded engine and its disk: what was acked survives a power cut, and a disk that fails is never believed. */
import { readdirSync, readFileSync, statSync, chmodSync, rmSync } from 'node:fs'
import type fs from 'node:fs/promises'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type threads from 'node:worker_threads'
import { setEnvironmentData, Worker } from 'node:worker_threads'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { StorageUnavailable } from '../src/errors/storage-errors.js'
import { DirectoryUnusable, DiskFull } from '../src/storage/directory-unusable.js'
import { migrate } from '../src/storage/migrate.js'
import { openPglite } from '../src/storage/pglite.js'
import { temporaryDirectory, usedDataDirectory } from './support/database.js'
import { readDisk, replay, writeAfterCut } from './support/power-cut.js'
import { seededRandom, testSeed } from './support/random.js'
import {
  DISK,
  EARLY_ANSWERS,
  FAIL_SYNCS,
  FAIL_WRITES,
  FAULTS,
  FAILED_SYNCS,
  LOG_SYNCS,
  watch,
  type DiskSettings,
  type Operation,
} from './support/watched-disk.js'

vi.mock('node:worker_threads', async (importOriginal) => {
  const real = await importOriginal<typeof threads>()
  const watched = new URL('./support/watched-disk.js', import.meta.url).href
  const start = (file: URL, options: object) =>
    new real.Worker(file, { ...options, execArgv: ['--import', watched] })
  return {
    ...real,
    Worker: vi.fn(function (file: URL, options: object) {
      return start(file, options)
    }),
  }
})
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  const { rename, open }: Pick<typeof fs, 'rename' | 'open'> = {
    // As they are when they are called: `watch` changes them.
    rename: (...args) => real.rename(...args),
    open: (...args) => real.open(...args),
  }
  return { ...real, rename, open, statfs: vi.fn(real.statfs) }
})

const CUTS = Number(process.env.ALCOVE_TEST_CUTS ?? 8)

beforeEach(() => void vi.mocked(Worker).mockClear())

function watchedDisk(journal?: string): Int32Array {
  const control = new Int32Array(new SharedArrayBuffer(64))
  setEnvironmentData(DISK, { control, ...(journal !== undefined && { journal }) } satisfies DiskSettings)
  return control
}

async function open(directory: string, journal?: string) {
  const control = watchedDisk(journal)
  const onLost = vi.fn<(error: Error) => void>()
  const onReturned = vi.fn<() => void>()
  const database = await openPglite(directory, { onLost, onReturned })
  onTestFinished(() => database.close())
  return { database, control, onLost, onReturned, fail: failing(control) }
}

const failing = (control: Int32Array) => (place: number, code: (typeof FAULTS)[number]) =>
  void Atomics.store(control, place, FAULTS.indexOf(code))

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as Error,
  )

const rows = async (database: Database) =>
  (await database.query<{ n: number }>('select n from kept order by n')).map(({ n }) => n)
const insert = (database: Database, n: number) => database.query('insert into kept values ($1)', [n])

describe('[P1] what is acked is on the disk', () => {
  test('no statement is answered before the log is synced, and a transaction takes one sync, however many rows it has', async () => {
    const { database, control } = await open(await usedDataDirectory())
    await database.script('create table kept (n int)')
    const syncsOf = async (run: () => Promise<unknown>) => {
      const before = control[LOG_SYNCS]!
      await run()
      return control[LOG_SYNCS]! - before
    }
    for (let n = 0; n < 20; n += 1) expect(await syncsOf(() => insert(database, n))).toBe(1)
    for (const count of [20, 200])
      expect(
        await syncsOf(() => database.query('insert into kept select generate_series(1, $1::int)', [count])),
      ).toBe(1)
    expect(await syncsOf(() => rows(database))).toBe(0)
    expect(control[EARLY_ANSWERS]).toBe(0)
  })

  test(`after ${CUTS} power cuts at random moments every acked row is there, each in a database that opens`, async () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const directory = await usedDataDirectory()
    const files = join(directory, 'pglite')
    const journal = join(await temporaryDirectory(), 'journal')
    const disk = readDisk(files)
    const acked = await writeMuch(directory, journal)
    const operations = readJournal(journal)
    const cuts = Array.from({ length: CUTS }, () => Math.floor(random() * operations.length)).sort(
      (a, b) => a - b,
    )
    let done = 0
    for (const cut of cuts) {
      replay(disk, files, operations.slice(done, cut))
      done = cut
      const after = await temporaryDirectory()
      writeAfterCut(disk, join(after, 'pglite'), random)
      const database = await openPglite(after)
      const answered = new Set(
        operations.slice(0, cut).flatMap((one) => (one.op === 'answer' ? [one.id] : [])),
      )
      const expected = acked.filter(({ id }) => answered.has(id)).flatMap(({ stored }) => stored)
      const stored = expected.length > 0 ? new Set(await rows(database)) : new Set()
      const lost = expected.filter((n) => !stored.has(n))
      expect(lost, `seed ${seed}, cut after ${cut} of ${operations.length}`).toEqual([])
      await database.close()
      rmSync(after, { recursive: true })
    }
  }, 300_000)

  test('the log is bounded while the engine runs', async () => {
    const directory = await usedDataDirectory()
    const { database } = await open(directory)
    await database.script('create table grown (n int primary key, noise bytea)')
    const segments = () =>
      readdirSync(join(directory, 'pglite', 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name)).length
    const counts: number[] = []
    for (let n = 0; n < 60; n += 1) {
      // Some 4 MiB that cannot be compressed.
      await database.query(
        `insert into grown select $1::int, string_agg(sha512((i || '-' || $1::int)::bytea), ''::bytea) from generate_series(1, 65000) i`,
        [n],
      )
      counts.push(segments())
    }
    expect(Math.max(...counts)).toBeLessThan(12)
    expect((await database.query<{ n: number }>('select count(*)::int as n from grown'))[0]?.n).toBe(60)
  })

  test('a power cut during the first start leaves a whole database or none, and what is acked after it is there', async () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const directory = await temporaryDirectory()
    const journal = join(await temporaryDirectory(), 'journal')
    const disk = readDisk(directory)
    const control = watchedDisk(journal)
    const undo = watch({ control, journal })
    const database = await openPglite(directory)
    await migrate(database)
    undo()
    await database.close()
    const operations = readJournal(journal)
    const named = operations.findIndex((one) => one.op === 'rename' && one.to === join(directory, 'pglite'))
    const answered = operations.findLastIndex((one) => one.op === 'answer')
    expect(named).toBeGreaterThan(0)
    expect(answered).toBeGreaterThan(named)

    let done = 0
    // Where the files get their name, after it, and after the last answer.
    for (const cut of [named, named + 1, named + 2, answered + 1]) {
      replay(disk, directory, operations.slice(done, cut))
      done = cut
      const after = await temporaryDirectory()
      writeAfterCut(disk, after, random)
      if (!readdirSync(after).includes('pglite')) {
        expect(cut, `seed ${seed}`).toBeLessThan(answered)
        continue
      }
      const again = await openPglite(after)
      expect(await migrate(again).then((ran) => ran.length > 0)).toBe(cut <= answered)
      await again.close()
      rmSync(after, { recursive: true })
    }
  }, 300_000)
})

/** @returns what each answer confirmed */
async function writeMuch(directory: string, journal: string): Promise<{ id: number; stored: number[] }[]> {
  const { database } = await open(directory, journal)
  // The ids of the thread's requests: it counts from 1.
  let id = 1
  await database.script('create table kept (n int primary key, padding text)')
  const acked: { id: number; stored: number[] }[] = []
  for (let n = 1; n <= 1_500; n += 1) {
    id += 1
    if (n % 500 === 250) await database.query('checkpoint')
    else if (n % 500 === 400) await database.query('select pg_switch_wal()')
    else {
      await database.query(`insert into kept values ($1, repeat('x', 50))`, [n])
      acked.push({ id, stored: [n] })
    }
  }
  await database.close()
  return acked
}

function readJournal(journal: string): Operation[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Operation)
}

describe('[P1] a disk that fails', () => {
  test.each([
    [FAIL_SYNCS, 'EIO', /EIO/],
    [FAIL_SYNCS, 'ENOSPC', /the disk was full/],
    [FAIL_WRITES, 'EIO', /EIO/],
    [FAIL_WRITES, 'ENOSPC', /the disk was full/],
    [FAIL_WRITES, 'EDQUOT', /quota/],
  ] as const)(
    'acks nothing, is not asked again by the same engine, and all that was acked is there when it works again (%i, %s)',
    async (place, code, sentence) => {
      const { database, control, onLost, onReturned, fail } = await open(await usedDataDirectory())
      await database.script('create table kept (n int)')
      await insert(database, 1)
      fail(place, code)
      const results = await Promise.allSettled([2, 3, 4].map((n) => insert(database, n)))
      for (const result of results)
        expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StorageUnavailable) as Error })
      await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), 30_000)
      expect(onLost.mock.calls[0]![0].message).toMatch(sentence)
      expect(database.cannotStore?.()).toBeDefined()
      expect(control[FAILED_SYNCS]!).toBeLessThanOrEqual(vi.mocked(Worker).mock.calls.length)
      fail(place, '')
      await vi.waitFor(() => insert(database, 5), 60_000)
      const stored = await rows(database)
      expect(stored).toEqual(expect.arrayContaining([1, 5]))
      expect(onLost).toHaveBeenCalledTimes(1)
      expect(onReturned).toHaveBeenCalledTimes(1)
      expect(database.cannotStore?.()).toBeUndefined()
    },
  )

  test('that is full is not tried again until something was freed', async () => {
    const { database, onLost, fail } = await open(await usedDataDirectory())
    await database.script('create table kept (n int)')
    await insert(database, 0)
    freeIs(4_096)
    fail(FAIL_WRITES, 'ENOSPC')
    await failure(insert(database, 1))
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), 30_000)
    expect(onLost.mock.calls[0]![0].message).toMatch(/the disk is full: 4096 bytes free in .*Make room/)
    const engines = vi.mocked(Worker).mock.calls.length
    fail(FAIL_WRITES, '')
    expect((await failure(insert(database, 1))).message).toMatch(/the disk is full: 4096 bytes free/)
    expect(database.cannotStore?.()).toBe('nothing can be stored; the disk is full')
    expect(vi.mocked(Worker)).toHaveBeenCalledTimes(engines)
    freeIs(8_192)
    await vi.waitFor(() => insert(database, 2), 60_000)
    expect(database.cannotStore?.()).toBeUndefined()
  })

  test.each([
    ['an existing database', usedDataDirectory],
    ['a new one', temporaryDirectory],
  ])('that is full when %s is opened is called full, with what is free', async (_, makeDirectory) => {
    const directory = await makeDirectory()
    failing(watchedDisk())(FAIL_WRITES, 'ENOSPC')
    freeIs(4_096)
    const error = await failure(openPglite(directory))
    expect(error).toBeInstanceOf(DirectoryUnusable)
    expect(error.message).toContain(`the disk is full: 4096 bytes free in ${directory}. `)
    expect(error.message).not.toMatch(/damaged|start over|move/)
  })

  test('with errors when the database is opened is called that', async () => {
    failing(watchedDisk())(FAIL_WRITES, 'EIO')
    const error = await failure(openPglite(await usedDataDirectory()))
    expect(error).not.toBeInstanceOf(DiskFull)
    expect(error.message).toMatch(/the disk reports an error \(EIO.*Look at the log/)
    expect(error.message).not.toMatch(/damaged|start over/)
  })
})

function freeIs(bytes: number): void {
  vi.mocked(statfs).mockResolvedValue({
    type: 0,
    bsize: 1,
    blocks: 1e6,
    bfree: bytes,
    bavail: bytes,
    files: 9,
    ffree: 9,
  })
  onTestFinished(() => void vi.mocked(statfs).mockReset())
}

describe('the files', () => {
  test.each([
    ['a new database', temporaryDirectory],
    ['one that an earlier version made for all to read', readableDirectory],
  ])('of %s are for their owner only, whatever the directory above has', async (_, makeDirectory) => {
    const directory = await makeDirectory()
    chmodSync(directory, 0o755)
    const { database } = await open(directory)
    await database.script('create table kept (n int)')
    await database.query('checkpoint')
    expect(openToOthers(join(directory, 'pglite'))).toEqual([])
    await database.close()
    expect(openToOthers(join(directory, 'pglite'))).toEqual([])
  })

  async function readableDirectory(): Promise<string> {
    const directory = await usedDataDirectory()
    for (const path of everythingIn(join(directory, 'pglite')))
      chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o666)
    return directory
  }

  const everythingIn = (directory: string) => [
    directory,
    ...(readdirSync(directory, { recursive: true }) as string[]).map((name) => join(directory, name)),
  ]

  function openToOthers(directory: string): string[] {
    return everythingIn(directory).filter((path) => {
      const found = statSync(path)
      return (found.mode & (found.isFile() ? 0o177 : 0o077)) !== 0
    })
  }
})

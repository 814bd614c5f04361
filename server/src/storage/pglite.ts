/**
 * The embedded engine: Postgres compiled to WebAssembly, in a thread of this process, on files in the data directory.
 * Survives a killed process; it never fsyncs, so a power cut is not covered (docs/operating.md says so).
 * Owns the directory's lock, and starting the thread again after it died.
 */
import { join, resolve } from 'node:path'
import { sortingErrors, StorageUnavailable, type Database } from './database.js'
import { lockDirectory } from './directory-lock.js'
import { DirectoryUnusable } from './directory-unusable.js'
import { lookForFiles, makeFiles, unreadable } from './engine-files.js'
import { startEngineThread, type EngineThread } from './engine-thread.js'

/** An engine that cannot be opened again is not tried with every statement. */
const REOPEN_PAUSE_MS = 1_000

/** @throws DirectoryInUse, DirectoryUnusable */
export async function openPglite(
  dataDir: string,
  options: { onLost?: (error: Error) => void } = {},
): Promise<Database> {
  const files = join(resolve(dataDir), 'pglite')
  // Two processes on one directory destroy it, and the engine itself does not notice.
  const unlock = await lockDirectory(dataDir)
  let thread: Promise<EngineThread> | undefined
  let isClosed = false

  /** Only while no other thread has the directory open: at first, and after the last one is gone. */
  async function start(): Promise<EngineThread> {
    // The engine would make a new database where the old one's files are gone.
    if ((await lookForFiles(files)) === 'none')
      throw new DirectoryUnusable(dataDir, `${files} is gone`, 'Bring it back.')
    return startEngineThread(files, (reason) => {
      thread = undefined
      options.onLost?.(reason)
    }).catch((error: unknown) => {
      throw unreadable(files, error)
    })
  }

  /** A dead engine is started by the next statement: what it had committed is in its files, as after a killed process. */
  function running(): Promise<EngineThread> {
    if (isClosed) return Promise.reject(new StorageUnavailable('it is closed'))
    thread ??= start().catch((error: unknown) => {
      setTimeout(() => (thread = undefined), REOPEN_PAUSE_MS).unref()
      throw new StorageUnavailable(error)
    })
    return thread
  }

  try {
    if ((await lookForFiles(files)) === 'none') await makeFiles(files)
    thread = start()
    await thread
  } catch (error) {
    await unlock()
    throw error
  }
  return {
    engine: 'pglite',
    query: <Row>(sql: string, params: readonly unknown[] = []) =>
      sortingErrors(async () => (await (await running()).query(sql, params)) as Row[]),
    script: (sql) => sortingErrors(async () => (await running()).script(sql)),
    close: async () => {
      isClosed = true
      try {
        await (await thread?.catch(() => undefined))?.close()
      } finally {
        await unlock()
      }
    },
  }
}

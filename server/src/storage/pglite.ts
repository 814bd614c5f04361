/**
 * The embedded engine: Postgres compiled to WebAssembly, in a thread of this process, on files in the data directory.
 * Everything it reported as committed is on disk (ADR 28). Owns the directory's lock, and restarts the thread after it
 * died.
 */
import { sortingErrors, type Database } from './database.js'
import { StorageUnavailable } from '../errors/storage-errors.js'
import { lockDirectory } from './directory-lock.js'
import { DirectoryUnusable } from './directory-unusable.js'
import { watchCondition, type EngineEvents } from './engine-condition.js'
import { filesOf, lookForFiles, makeFiles, unreadable } from './engine-files.js'
import { startEngineThread, type EngineThread } from './engine-thread.js'
import { restrictToOwner } from './owner-only.js'
import { areSameFiles, pinFiles } from './pinned-files.js'

/** An engine that cannot be reopened is not retried with every statement. */
const REOPEN_PAUSE_MS = 1_000

/** @throws DirectoryInUse, DirectoryUnusable */
export async function openPglite(dataDir: string, events: EngineEvents = {}): Promise<Database> {
  const files = filesOf(dataDir)
  // Two processes on one directory would destroy it without the engine noticing.
  const unlock = await lockDirectory(dataDir)
  let pinned: ReturnType<typeof pinFiles> | undefined
  const areSame = () => !pinned || areSameFiles(files, pinned.identity)
  const condition = watchCondition(dataDir, areSame, events)
  let thread: Promise<EngineThread> | undefined
  let isClosed = false

  /** Only while no other thread has the directory open: at the start, and after the last one is gone. */
  async function start(): Promise<EngineThread> {
    // The engine would create a new database if the old one's files are gone.
    if ((await lookForFiles(files)) === 'none')
      throw new DirectoryUnusable(dataDir, `${files} is gone`, 'Bring it back.')
    restrictToOwner(files)
    pinned ??= pinFiles(files)
    return startEngineThread({ directory: files, identity: pinned.identity }, (reason) => {
      thread = undefined
      condition.lost(reason)
    }).catch(async (error: unknown) => {
      throw await unreadable(files, error)
    })
  }

  async function startAgain(): Promise<EngineThread> {
    try {
      await condition.mayStart()
      const started = await start()
      condition.returned()
      return started
    } catch (error) {
      setTimeout(() => (thread = undefined), REOPEN_PAUSE_MS).unref()
      throw new StorageUnavailable(error)
    }
  }

  /** The next statement restarts a dead engine: its commits are in its files, as after a killed process. */
  function running(): Promise<EngineThread> {
    if (isClosed) return Promise.reject(new StorageUnavailable('it is closed'))
    thread ??= startAgain()
    return thread
  }

  try {
    if ((await lookForFiles(files)) === 'none') await makeFiles(files)
    thread = start()
    await thread
  } catch (error) {
    pinned?.release()
    await unlock()
    throw error
  }
  return {
    engine: 'pglite',
    query: <Row>(sql: string, params: readonly unknown[] = []) =>
      condition.watching(() =>
        sortingErrors(async () => (await (await running()).query(sql, params)) as Row[]),
      ),
    script: (sql) => condition.watching(() => sortingErrors(async () => (await running()).script(sql))),
    cannotStore: () => condition.cannotStore(),
    close: async () => {
      isClosed = true
      condition.close()
      try {
        await (await thread?.catch(() => undefined))?.close()
      } catch (error) {
        // With the files gone there is nothing to shut down properly.
        if (areSame()) throw error
        condition.lost(new StorageUnavailable(error))
      } finally {
        pinned?.release()
        await unlock()
      }
    },
  }
}

/**
 * The embedded engine: Postgres compiled to WebAssembly, in a thread of this process, on files in the data directory. What
 * it answered as committed is on the disk (ADR 28). Owns the directory's lock, and starting the thread again after it died.
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

/** An engine that cannot be opened again is not tried with every statement. */
const REOPEN_PAUSE_MS = 1_000

/** @throws DirectoryInUse, DirectoryUnusable */
export async function openPglite(dataDir: string, events: EngineEvents = {}): Promise<Database> {
  const files = filesOf(dataDir)
  // Two processes on one directory destroy it, and the engine itself does not notice.
  const unlock = await lockDirectory(dataDir)
  let pinned: ReturnType<typeof pinFiles> | undefined
  const areSame = () => !pinned || areSameFiles(files, pinned.identity)
  const condition = watchCondition(dataDir, areSame, events)
  let thread: Promise<EngineThread> | undefined
  let isClosed = false

  /** Only while no other thread has the directory open: at first, and after the last one is gone. */
  async function start(): Promise<EngineThread> {
    // The engine would make a new database where the old one's files are gone.
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

  /** A dead engine is started by the next statement: what it had committed is in its files, as after a killed process. */
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
        // In files that are not there any more nothing can be brought to an end.
        if (areSame()) throw error
        condition.lost(new StorageUnavailable(error))
      } finally {
        pinned?.release()
        await unlock()
      }
    },
  }
}

/**
 * The embedded engine's files: created completely or not at all, and refused if incomplete. The engine itself treats a
 * directory without `PG_VERSION` as empty and creates a new database over its contents.
 */
import { readdirSync } from 'node:fs'
import { access, constants, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DirectoryUnusable, DiskFull, diskFails, sayUnusable } from './directory-unusable.js'
import { saidFull } from './disk-space.js'
import { syncTree } from './durable-files.js'
import { startEngineThread } from './engine-thread.js'
import { makeDirectory } from './make-directory.js'
import { restrictToOwner } from './owner-only.js'
import { syncDirectory } from './sync-directory.js'

/** The only file the engine looks for. */
const MARK = 'PG_VERSION'

export const filesOf = (dataDir: string): string => join(resolve(dataDir), 'pglite')

/**
 * Creates nothing and needs no lock. A directory that cannot be read counts as present; opening it reports the reason.
 */
export function holdsDatabase(dataDir: string): boolean {
  try {
    return readdirSync(filesOf(dataDir)).length > 0
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

/**
 * Call only while holding the directory's lock and with no engine using the files.
 * @throws DirectoryUnusable
 */
export async function lookForFiles(files: string): Promise<'whole' | 'none'> {
  try {
    const names = await readdir(files)
    if (names.length === 0) return 'none'
    if (!names.includes(MARK))
      throw new DirectoryUnusable(
        dirname(files),
        `${files} has files but no ${MARK}, so it is not whole`,
        `Restore the whole data directory from a backup, or move ${files} away to start over.`,
      )
    const isOurs = constants.R_OK | constants.W_OK
    await access(files, isOurs | constants.X_OK)
    await access(join(files, MARK), isOurs)
    return 'whole'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none'
    throw await sayUnusable(files, error)
  }
}

/**
 * Created in a separate directory by a separate engine, which ends afterwards: a start that is killed meanwhile leaves
 * nothing in the way, and its memory, twice that of a running engine, is freed. The files get their final name only
 * when all of them are on disk: after a power cut there is a complete database or none, and none means that nothing was
 * ever stored.
 */
export async function makeFiles(files: string): Promise<void> {
  const fresh = `${files}.new`
  try {
    await rm(fresh, { recursive: true, force: true })
    makeDirectory(fresh)
    const maker = await startEngineThread({ directory: fresh }, () => undefined)
    await maker.close()
    restrictToOwner(fresh)
    await syncTree(fresh)
    await rename(fresh, files)
    syncDirectory(dirname(files))
  } catch (error) {
    const dataDir = dirname(files)
    const full = await saidFull(dataDir, error)
    // It takes space that may be needed elsewhere.
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined)
    throw new DirectoryUnusable(
      dataDir,
      full ?? `a new one could not be made (${reasonIn(error)})`,
      'It takes 1 GB of memory for some seconds, and 50 MB of disk.',
      error,
    )
  }
}

/** The error reported when the engine fails on files that looked complete. */
export async function unreadable(files: string, error: unknown): Promise<DirectoryUnusable> {
  const dataDir = dirname(files)
  const full = await saidFull(dataDir, error)
  if (full !== undefined) return new DiskFull(dataDir, full, error)
  if (error instanceof Error && 'code' in error && error.code === 'EIO') return diskFails(dataDir, error)
  return new DirectoryUnusable(
    dataDir,
    `the engine gave up on the files in ${files} (${reasonIn(error)})`,
    `If memory suffices they are damaged: restore the whole data directory from a backup, or move ${files} aside to start over. Delete nothing.`,
    error,
  )
}

function reasonIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\. Build with -sASSERTIONS for more info\.$/, '')
}

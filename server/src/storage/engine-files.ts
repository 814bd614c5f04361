/**
 * The embedded engine's files: made whole or not at all, and refused where they are not whole. The engine itself takes a
 * directory without `PG_VERSION` for an empty one, and makes a new database over what is there.
 */
import { access, constants, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DirectoryUnusable, sayUnusable } from './directory-unusable.js'
import { startEngineThread } from './engine-thread.js'

/** The engine looks for this file alone. */
const MARK = 'PG_VERSION'

/**
 * Only under the directory's lock, and with no engine on the files.
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
        `Restore the whole data directory from a backup, or move ${files} away to begin anew.`,
      )
    const isOurs = constants.R_OK | constants.W_OK
    await access(files, isOurs | constants.X_OK)
    await access(join(files, MARK), isOurs)
    return 'whole'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'none'
    throw sayUnusable(files, error)
  }
}

/**
 * Aside, by an engine of its own that is gone afterwards: a start that is killed meanwhile leaves nothing in the way, and
 * the memory that it took, twice that of a running one, is given back.
 */
export async function makeFiles(files: string): Promise<void> {
  const fresh = `${files}.new`
  try {
    await rm(fresh, { recursive: true, force: true })
    const maker = await startEngineThread(fresh, () => undefined)
    await maker.close()
    await rename(fresh, files)
  } catch (error) {
    throw new DirectoryUnusable(
      dirname(files),
      `a new one could not be made (${reasonIn(error)})`,
      'It takes 1 GB of memory for some seconds, and 50 MB of disk.',
      error,
    )
  }
}

/** What is told when the engine fails on files that looked whole. */
export function unreadable(files: string, error: unknown): DirectoryUnusable {
  return new DirectoryUnusable(
    dirname(files),
    `the engine gave up on the files in ${files} (${reasonIn(error)})`,
    `If memory and disk suffice they are damaged: restore the whole data directory from a backup, or move ${files} away to begin anew.`,
    error,
  )
}

function reasonIn(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/\. Build with -sASSERTIONS for more info\.$/, '')
}

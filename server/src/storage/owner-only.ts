/**
 * Takes from everybody but the owner what a directory and all below it give them: the files of the embedded database hold
 * every message and every secret. Earlier versions made them readable for all.
 */
import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const OTHERS = 0o077
/** No file of the database is a program. */
const OTHERS_AND_EXECUTE = 0o177
/** Somebody else's file, a file system without modes of its own, or a file that is gone. */
const CANNOT_BE_CHANGED = new Set(['EPERM', 'ENOTSUP', 'EROFS', 'ENOENT'])

export function restrictToOwner(directory: string): void {
  // From the top: from here on nobody else gets in.
  restrict(directory)
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    // A link's own mode means nothing, and what it leads to is not ours to change.
    if (!entry.isSymbolicLink()) restrict(join(entry.parentPath, entry.name))
  }
}

function restrict(path: string): void {
  try {
    const found = lstatSync(path)
    const excess = found.isDirectory() ? OTHERS : OTHERS_AND_EXECUTE
    if ((found.mode & excess) !== 0) chmodSync(path, found.mode & 0o7777 & ~excess)
  } catch (error) {
    if (!CANNOT_BE_CHANGED.has((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/**
 * Removes all permissions of others on the files of the data directory, which hold every message and every secret.
 * Earlier versions made some readable by all, and a volume may be opened to a group each time it is mounted (`fsGroup`
 * in Kubernetes).
 */
import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../errors/failure-kind.js'

const OTHERS = 0o077
/** None of our files is executable. */
const OTHERS_AND_EXECUTE = 0o177
/** A file of another user, a file system without modes, or a file that is gone. */
const CANNOT_BE_CHANGED = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EROFS', 'ENOENT'])
/** The contents of the data directory, which itself may be open to anyone the operator chooses. */
const OURS = ['secret', 'demo-app.json', 'control', 'lock', 'pglite']

type ChangeMode = (path: string, mode: number) => void

/** Runs at each start. @returns a warning for each of our files that remains open to others */
export function restrictDataDirectory(dataDir: string, change: ChangeMode = chmodSync): string[] {
  return OURS.map((name) => join(dataDir, name)).flatMap((path) => {
    const reason = restrict(path, change)
    return reason === undefined
      ? []
      : [`${path} is open to others, and that could not be changed (${reason})`]
  })
}

export function restrictToOwner(directory: string): void {
  // Top down, so that nobody else gets in from here on.
  restrict(directory)
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    restrict(join(entry.parentPath, entry.name))
  }
}

/** @returns the reason if it could not be changed */
function restrict(path: string, change: ChangeMode = chmodSync): string | undefined {
  try {
    const found = lstatSync(path)
    // A link's own mode means nothing, and its target is not ours to change.
    if (found.isSymbolicLink() || excessOf(found) === 0) return undefined
    change(path, found.mode & 0o7777 & ~excessOf(found))
    // Some file systems accept any mode and keep none.
    return excessOf(lstatSync(path)) === 0 ? undefined : 'its file system keeps no modes'
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (!CANNOT_BE_CHANGED.has(code)) throw error
    return code === 'ENOENT' ? undefined : code
  }
}

const excessOf = (found: Stats): number => found.mode & (found.isDirectory() ? OTHERS : OTHERS_AND_EXECUTE)

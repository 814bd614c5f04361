/**
 * Takes from everybody but the owner what others may do with the files of the data directory, which hold every message and
 * every secret. Earlier versions made some readable for all; and a volume may be opened to a group each time it is mounted
 * (`fsGroup` of Kubernetes).
 */
import { chmodSync, lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { codeOf } from '../errors/failure-kind.js'

const OTHERS = 0o077
/** No file of ours is a program. */
const OTHERS_AND_EXECUTE = 0o177
/** Somebody else's file, a file system without modes of its own, or a file that is gone. */
const CANNOT_BE_CHANGED = new Set(['EPERM', 'EACCES', 'ENOTSUP', 'ENOSYS', 'EROFS', 'ENOENT'])
/** What lies in the data directory, which itself may be open to whomever its operator likes. */
const OURS = ['secret', 'demo-app.json', 'control', 'lock', 'pglite']

type ChangeMode = (path: string, mode: number) => void

/** At each start. @returns a sentence for each of our files that stays open to others */
export function restrictDataDirectory(dataDir: string, change: ChangeMode = chmodSync): string[] {
  return OURS.map((name) => join(dataDir, name)).flatMap((path) => {
    const reason = restrict(path, change)
    return reason === undefined
      ? []
      : [`${path} is open to others, and that could not be changed (${reason})`]
  })
}

export function restrictToOwner(directory: string): void {
  // From the top: from here on nobody else gets in.
  restrict(directory)
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    restrict(join(entry.parentPath, entry.name))
  }
}

/** @returns why it stays as it is, where it does */
function restrict(path: string, change: ChangeMode = chmodSync): string | undefined {
  try {
    const found = lstatSync(path)
    // A link's own mode means nothing, and what it leads to is not ours to change.
    if (found.isSymbolicLink() || excessOf(found) === 0) return undefined
    change(path, found.mode & 0o7777 & ~excessOf(found))
    // Some file systems take any mode, and keep none.
    return excessOf(lstatSync(path)) === 0 ? undefined : 'its file system keeps no modes'
  } catch (error) {
    const code = codeOf(error) ?? ''
    if (!CANNOT_BE_CHANGED.has(code)) throw error
    return code === 'ENOENT' ? undefined : code
  }
}

const excessOf = (found: Stats): number => found.mode & (found.isDirectory() ? OTHERS : OTHERS_AND_EXECUTE)

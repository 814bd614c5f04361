/** A data directory that cannot be used as it is: one sentence for whoever starts the server, with what to do. */
import { dirname, resolve } from 'node:path'

export class DirectoryUnusable extends Error {
  override readonly name = 'DirectoryUnusable'
  constructor(dataDir: string, reason: string, advice: string, cause?: unknown) {
    super(`unable to open the embedded database in ${resolve(dataDir)}; ${reason}. ${advice}`, { cause })
  }
}

/** What the operating system refused, at a file or folder directly in the data directory. Other errors stay what they are. */
export function sayUnusable(path: string, error: unknown): unknown {
  if (error instanceof DirectoryUnusable || !(error instanceof Error)) return error
  if (!('code' in error) || !('syscall' in error)) return error
  const dataDir = dirname(path)
  const code = String(error.code)
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    const advice = 'Move it away, or restore the whole data directory from a backup.'
    return new DirectoryUnusable(dataDir, `${path} is not a directory`, advice, error)
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const advice = 'Give the data directory, with all that is in it, to the user who runs Alcove.'
    return new DirectoryUnusable(dataDir, `this user may not read and write ${path} (${code})`, advice, error)
  }
  const advice = 'It must be on a local file system that knows Unix sockets and hard links.'
  return new DirectoryUnusable(dataDir, error.message, advice, error)
}

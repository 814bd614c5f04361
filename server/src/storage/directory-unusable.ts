/** A data directory that cannot be used: one sentence for the operator, with what to do. */
import { ExpectedFailure } from '../errors/expected-failure.js'
import { dirname, resolve } from 'node:path'
import { saidFull } from './disk-space.js'

export class DirectoryUnusable extends ExpectedFailure {
  override readonly name = 'DirectoryUnusable'
  constructor(dataDir: string, reason: string, advice: string, cause?: unknown) {
    super(`unable to open the embedded database in ${resolve(dataDir)}; ${reason}. ${advice}`, { cause })
  }
}

/** The stored data is intact. */
export class DiskFull extends DirectoryUnusable {
  constructor(dataDir: string, reason: string, cause?: unknown) {
    super(dataDir, reason, 'Make room; what is stored is safe.', cause)
  }
}

/**
 * The directory was replaced under a running server, perhaps to restore a backup, while the server's state belongs to
 * the former one.
 */
export class DirectoryReplaced extends DirectoryUnusable {
  constructor(dataDir: string) {
    super(
      dataDir,
      'it was removed or replaced while the server used it',
      'Stop the server, restore the whole data directory, and start it again. One that was only moved away may be moved back.',
    )
  }
}

/**
 * Converts an operating system error about a file or folder directly in the data directory. Other errors are returned
 * unchanged.
 */
export async function sayUnusable(path: string, error: unknown): Promise<unknown> {
  if (error instanceof DirectoryUnusable || !(error instanceof Error)) return error
  if (!('code' in error) || !('syscall' in error)) return error
  const dataDir = dirname(path)
  const full = await saidFull(dataDir, error)
  if (full !== undefined) return new DiskFull(dataDir, full, error)
  const code = String(error.code)
  if (code === 'EEXIST' || code === 'ENOTDIR') {
    const advice = 'Move it away, or restore the whole data directory from a backup.'
    return new DirectoryUnusable(dataDir, `${path} is not a directory`, advice, error)
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    const advice = 'Give the data directory, with all that is in it, to the user who runs Alcove.'
    return new DirectoryUnusable(dataDir, `this user may not read and write ${path} (${code})`, advice, error)
  }
  if (code === 'EIO') return diskFails(dataDir, error)
  const advice = 'It must be on a local file system that knows Unix sockets and hard links.'
  return new DirectoryUnusable(dataDir, error.message, advice, error)
}

export function diskFails(dataDir: string, error: Error): DirectoryUnusable {
  const advice = 'Look at the log of the operating system, and copy the data directory to a sound disk.'
  return new DirectoryUnusable(dataDir, `the disk reports an error (${error.message})`, advice, error)
}

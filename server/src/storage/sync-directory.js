/**
 * Puts the names in a directory on the disk: a file that was made, renamed or linked survives a power cut only so.
 *
 * JavaScript, because the engine's thread uses it too; see pglite-thread.js.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Some file systems cannot sync a directory; one that this user may write to but not read cannot be opened for it. */
const CANNOT_BE_SYNCED = new Set(['EINVAL', 'EBADF', 'ENOTSUP', 'EISDIR', 'EPERM', 'EACCES'])

/** @param {string} path */
export function syncDirectory(path) {
  let opened
  try {
    opened = openSync(path, 'r')
    fsyncSync(opened)
  } catch (error) {
    if (!CANNOT_BE_SYNCED.has(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error
  } finally {
    if (opened !== undefined) closeSync(opened)
  }
}

/** Paths of Unix sockets, which systems truncate or refuse above about a hundred characters. */
import { join, relative } from 'node:path'
import { DirectoryUnusable } from './directory-unusable.js'

/** The longest path of a Unix socket that both Linux (108) and macOS (104) accept. */
const MAX_SOCKET_PATH = 103

/** Relative to the working directory if that is shorter. @throws DirectoryUnusable */
export function shortSocketPath(path: string): string {
  const near = relative(process.cwd(), path)
  const short = near.length < path.length ? near : path
  if (short.length > MAX_SOCKET_PATH) {
    throw new DirectoryUnusable(
      join(path, '../..'),
      `its path is too long for a socket (${short.length} characters, at most ${MAX_SOCKET_PATH})`,
      'Use a shorter ALCOVE_DATA_DIR.',
    )
  }
  return short
}

/**
 * One process per data directory, decided by the kernel rather than by process ids (which repeat in containers) or
 * heartbeats (which make a restart wait). The owner listens on a Unix socket in the directory; a successful connection
 * proves that the owner is alive. The socket of a killed owner refuses.
 *
 * Taking over a dead owner's lock must be atomic: owners are numbered `lock.1`, `lock.2` …, the owner has the highest
 * number, and `link` lets exactly one process create the next. The highest file is never removed, so a number is never
 * used twice. Nothing here needs to survive a power cut, because no owner does.
 */
import { ExpectedFailure } from '../errors/expected-failure.js'
import { randomBytes } from 'node:crypto'
import { link, readdir, unlink } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { join, resolve } from 'node:path'
import { sayUnusable } from './directory-unusable.js'
import { makeDirectory } from './make-directory.js'
import { shortSocketPath } from './socket-path.js'

export class DirectoryInUse extends ExpectedFailure {
  override readonly name = 'DirectoryInUse'
  constructor(directory: string) {
    super(
      `unable to open data directory ${directory}; another Alcove process is using it. ` +
        `Stop that process, give this one another ALCOVE_DATA_DIR, or set DATABASE_URL to share one PostgreSQL.`,
    )
  }
}

/**
 * @returns releases the lock.
 * @throws DirectoryInUse, DirectoryUnusable
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const folder = join(resolve(directory), 'lock')
  try {
    return await lockIn(folder, directory)
  } catch (error) {
    throw await sayUnusable(folder, error)
  }
}

async function lockIn(folder: string, directory: string): Promise<() => Promise<void>> {
  makeDirectory(folder)
  const mine = join(folder, `new.${randomBytes(4).toString('hex')}`)
  const server = await listen(mine)
  try {
    for (;;) {
      const newest = await newestGeneration(folder)
      if (newest > 0 && (await isAlive(join(folder, `lock.${newest}`)))) throw new DirectoryInUse(directory)
      const own = join(folder, `lock.${newest + 1}`)
      // Another process was faster; look again.
      if (!(await linked(mine, own))) continue
      if ((await newestGeneration(folder)) === newest + 1) {
        await removeOlder(folder, newest + 1)
        break
      }
      // Other processes came and went meanwhile, and our number was free only because its file had been removed.
      await remove(own)
    }
  } catch (error) {
    await closeServer(server)
    throw error
  } finally {
    await remove(mine)
  }
  return () => closeServer(server)
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(shortSocketPath(path), done)
  })
  server.unref()
  return server
}

function isAlive(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(shortSocketPath(path))
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    // Refused: the owner is dead. Any other error (such as missing permission) is safer treated as a living owner.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Not `rm`, which stats the file first: Node (including 24) caches the last result, and after a socket `realpathSync`
 * stops halfway, so that the next `require` through a symlink does not find its module.
 */
async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

async function newestGeneration(folder: string): Promise<number> {
  const numbers = (await readdir(folder)).map((name) => Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? 0))
  return Math.max(0, ...numbers)
}

async function removeOlder(folder: string, generation: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const number = Number(/^lock\.(\d+)$/.exec(name)?.[1] ?? Infinity)
    if (number < generation) await remove(join(folder, name))
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => server.close(() => done()))
}

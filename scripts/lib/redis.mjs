/** Finds a `redis-server` for the tests, which start and kill their own; on a Debian machine, as root, installs one. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installDebianPackages } from './debian.mjs'

/** Sharded pub/sub came with it. */
const MINIMUM_MAJOR = 7

/** Path of a `redis-server` that is new enough, `TEST_REDIS_SERVER` first; undefined when there is none. */
export function findRedisServer() {
  const inPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'))
  return [process.env.TEST_REDIS_SERVER, ...inPath].find((path) => path && isNewEnough(path))
}

/** Like `findRedisServer`, but gets one where it can. Rejects with one line that says what is missing. */
export async function ensureRedisServer() {
  const found =
    findRedisServer() ?? ((await installDebianPackages(['redis-server'])) ? findRedisServer() : undefined)
  if (found) return found
  throw new Error(
    `Redis ${MINIMUM_MAJOR} or newer is missing: install it (Debian: \`apt-get install redis-server\`), ` +
      'or set TEST_REDIS_SERVER to the path of redis-server.',
  )
}

function isNewEnough(path) {
  if (!existsSync(path)) return false
  const { stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
  return Number(/ v=(\d+)\./.exec(stdout ?? '')?.[1]) >= MINIMUM_MAJOR
}

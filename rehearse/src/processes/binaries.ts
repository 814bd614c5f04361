/** Finds the programs a rehearsal runs on: PostgreSQL's and Redis'. */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const DEBIAN_POSTGRES = '/usr/lib/postgresql'
const MINIMUM_POSTGRES = 15

/** The folder that has both `initdb` and `postgres`, newest version first. */
export function findPostgres(): string | undefined {
  const versions = existsSync(DEBIAN_POSTGRES) ? readdirSync(DEBIAN_POSTGRES).map(Number) : []
  const folders = [
    ...versions
      .filter((version) => version >= MINIMUM_POSTGRES)
      .sort((a, b) => b - a)
      .map((version) => join(DEBIAN_POSTGRES, `${version}`, 'bin')),
    ...pathFolders(),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

export function findRedisServer(): string | undefined {
  return pathFolders()
    .map((folder) => join(folder, 'redis-server'))
    .find((file) => existsSync(file))
}

const pathFolders = () => (process.env.PATH ?? '').split(delimiter)

/** What targets stand on: one PostgreSQL and one Redis for a whole run, with the settings they come with. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findPostgres, findRedisServer } from '@alcove/rehearse/processes/binaries'
import { startPostgres } from '@alcove/rehearse/processes/postgres-process'
import { startRedis } from '@alcove/rehearse/processes/redis-process'

export interface Ground {
  /** Without a pid it is somebody else's, and its processor time is not counted. */
  readonly postgres: { readonly url: string; readonly pid?: number }
  readonly redis: { readonly port: number; readonly pid: number }
  readonly versions: { readonly postgres: string; readonly redis: string }
  close(): Promise<void>
}

/** Where they are not to be looked for. */
export interface Programs {
  postgres?: string | undefined
  redisServer?: string | undefined
  /** A PostgreSQL that runs already, instead of one of our own. */
  databaseUrl?: string | undefined
}

/** @throws when PostgreSQL or Redis is not on this machine */
export async function layGround(programs: Programs = {}): Promise<Ground> {
  const redisServer = programs.redisServer ?? findRedisServer()
  if (redisServer === undefined)
    throw new Error('unable to measure; there is no redis-server on this machine')
  const { postgres, version } = await postgresOf(programs)
  const redis = await startRedis(redisServer)
  return {
    postgres,
    redis,
    versions: { postgres: version, redis: versionOf(redisServer) },
    async close() {
      await Promise.all([postgres.close(), redis.close()])
    },
  }
}

async function postgresOf({ postgres, databaseUrl }: Programs) {
  if (databaseUrl !== undefined)
    return { postgres: { url: databaseUrl, close: async () => {} }, version: 'given' }
  const folder = postgres ?? findPostgres()
  if (folder === undefined)
    throw new Error(
      'unable to measure; there is no PostgreSQL 15 or newer (initdb and postgres) on this machine',
    )
  return { postgres: await startPostgres(folder), version: versionOf(join(folder, 'postgres')) }
}

function versionOf(program: string): string {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  return /(\d+(?:\.\d+)+)/.exec(stdout ?? '')?.[1] ?? 'unknown'
}

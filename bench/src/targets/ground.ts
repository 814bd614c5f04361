/** What targets stand on: one PostgreSQL and one Redis for a whole run, with the settings they come with. */
import { findPostgres, findRedisServer } from '@alcove/server/processes/binaries'
import { startPostgres } from '@alcove/server/processes/postgres-process'
import { startRedis } from '@alcove/server/processes/redis-process'

export interface Ground {
  readonly postgres: { readonly url: string; readonly pid: number }
  readonly redis: { readonly port: number; readonly pid: number }
  close(): Promise<void>
}

/** @throws when PostgreSQL or Redis is not on this machine */
export async function layGround(programs: { postgres?: string; redis?: string } = {}): Promise<Ground> {
  const postgresFolder = programs.postgres ?? findPostgres()
  const redisServer = programs.redis ?? findRedisServer()
  if (postgresFolder === undefined)
    throw new Error(
      'unable to measure; there is no PostgreSQL 15 or newer (initdb and postgres) on this machine',
    )
  if (redisServer === undefined)
    throw new Error('unable to measure; there is no redis-server on this machine')
  const postgres = await startPostgres(postgresFolder)
  const redis = await startRedis(redisServer)
  return {
    postgres,
    redis,
    async close() {
      await Promise.all([postgres.close(), redis.close()])
    },
  }
}

/** A node that cannot start gives back what it opened on the way: nothing keeps its process alive or goes on trying. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { startNode } from '../src/app.js'
import type * as httpServer from '../src/http/server.js'
import { createLogger } from '../src/process/logger.js'
import type { Database } from '../src/storage/database.js'
import { until } from './support/client.js'
import { HAS_REDIS, startRedis } from './support/redis.js'

const broken = new Error('unable to read the pages')
let isTime: () => Promise<unknown>
vi.mock('../src/http/server.js', async (importOriginal) => {
  const real = await importOriginal<typeof httpServer>()
  return {
    createHttpServer(parts: Parameters<typeof httpServer.createHttpServer>[0]) {
      const http = real.createHttpServer(parts)
      vi.spyOn(http, 'listen').mockImplementation(async () => {
        await isTime()
        throw broken
      })
      return http
    },
  }
})

const CONNECTIONS_OF_A_NODE = 3

it.skipIf(!HAS_REDIS).each([
  ['at once', 0],
  ['once Redis is there', CONNECTIONS_OF_A_NODE],
])(
  '[I6] failing before it listens, %s, it leaves no timer and no connection to Redis',
  async (_when, open) => {
    const redis = await startRedis()
    // Without the one that asks.
    const connections = async () =>
      String(await redis.command('CLIENT', 'LIST'))
        .trim()
        .split('\n').length - 1
    isTime = () => until(async () => expect(await connections()).toBeGreaterThanOrEqual(open))
    const started = vi.spyOn(globalThis, 'setInterval')
    const ended = vi.spyOn(globalThis, 'clearInterval')
    onTestFinished(() => void vi.restoreAllMocks())
    const failed = startNode({
      config: {
        host: '127.0.0.1',
        port: 0,
        secret: 'a secret of the server, long enough',
        trustProxy: 0,
        maxConnections: 100,
        redisUrl: redis.url,
      },
      database: {
        engine: 'pglite',
        query: () => Promise.resolve([{ id: 'a deployment', may: false }]),
      } as unknown as Database,
      log: createLogger('silent'),
    })
    await expect(failed).rejects.toBe(broken)
    const ours = started.mock.results
      .map(({ value }) => value as NodeJS.Timeout)
      .filter((timer) => timer.hasRef() && !ended.mock.calls.some(([cleared]) => cleared === timer))
    expect(started).toHaveBeenCalled()
    expect(ours).toHaveLength(0)
    await until(async () => expect(await connections()).toBe(0))
  },
)

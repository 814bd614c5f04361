import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startNode } from './app.js'
import { createLogger } from './process/logger.js'
import type { Database } from './storage/database.js'

test('[I6] a node that cannot listen says so and leaves no timer that would keep its process alive', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const started = vi.spyOn(globalThis, 'setInterval')
  const ended = vi.spyOn(globalThis, 'clearInterval')
  const failed = startNode({
    config: {
      host: '127.0.0.1',
      port: (taken.address() as AddressInfo).port,
      secret: 'a secret of the server, long enough',
      trustProxy: 0,
      maxConnections: 100,
    },
    database: { engine: 'pglite', query: () => Promise.resolve([]) } as unknown as Database,
    log: createLogger('silent'),
  })
  await expect(failed).rejects.toMatchObject({ code: 'EADDRINUSE' })
  const alive = started.mock.results
    .map(({ value }) => value as NodeJS.Timeout)
    .filter((timer) => timer.hasRef() && !ended.mock.calls.some(([cleared]) => cleared === timer))
  expect(started).toHaveBeenCalled()
  expect(alive).toEqual([])
})

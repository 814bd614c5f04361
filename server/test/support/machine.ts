/** A machine with several workers: the real command, with a PostgreSQL database and a Redis of its own. */
import { onTestFinished } from 'vitest'
import type { Database } from '../../src/storage/database.js'
import { migrate } from '../../src/storage/migrate.js'
import { openPostgres } from '../../src/storage/postgres.js'
import { createPostgresDatabase } from './database.js'
import { openRedis } from './redis.js'
import { openServerProcess, type ServerProcess } from './server-process.js'
import { until } from './client.js'

export interface Machine extends ServerProcess {
  environment: Record<string, string>
  database: Database
  apiUrl: string
  /** The processes of the workers that are ready, in the order they became so. */
  workerPids(): number[]
  /** Values of one metric, by worker. */
  metric(name: string): Promise<Map<string, number>>
  close(): Promise<void>
}

export async function openMachine(workers: number): Promise<Machine> {
  const redis = await openRedis()
  const { url, drop } = await createPostgresDatabase()
  const database = openPostgres(url)
  await migrate(database)
  const environment = {
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    ALCOVE_SECRET: 'a secret of the test, long enough for it',
    WORKERS: String(workers),
    API_PORT: '0',
    LOG_LEVEL: 'debug',
  }
  const server = await openServerProcess(environment)
  const entries = () => server.log.map((line) => JSON.parse(line) as Record<string, unknown>)
  const workerPids = () =>
    entries()
      .filter(({ msg }) => msg === 'worker ready')
      .map(({ pid }) => pid as number)
      .filter(isAlive)
  return {
    ...server,
    environment,
    database,
    apiUrl: `http://127.0.0.1:${String(entries().find(({ msg }) => msg === 'listening')?.apiPort)}`,
    workerPids,
    async metric(name) {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      const rows = [...text.matchAll(new RegExp(`^${name}\\{worker="(\\d+)"\\} (\\S+)$`, 'gm'))]
      return new Map(rows.map(([, worker = '', value]) => [worker, Number(value)]))
    },
    async close() {
      const pids = workerPids()
      server.child.kill('SIGKILL')
      // Workers end by themselves when their primary is gone.
      await until(() => {
        if (pids.some(isAlive)) throw new Error('a worker is still there')
      })
      await database.close()
      await drop()
      await redis.close()
    },
  }
}

/** Closed with the test. */
export async function startMachine(workers: number): Promise<Machine> {
  const machine = await openMachine(workers)
  onTestFinished(() => machine.close())
  return machine
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A redis-server of one's own, without persistence: it may lose everything at any time. */
import { Redis } from 'ioredis'
import { startProgram, type Program } from './child-process.js'
import { quietPort } from './quiet-port.js'
import { temporaryFolder } from './temporary-folder.js'
import { waitUntil } from './wait-until.js'

const READY_WITHIN_MS = 10_000

export interface RedisProcess {
  readonly port: number
  readonly pid: number
  kill(): Promise<void>
  start(): Promise<void>
  /** Hangs as a paused machine does: connections stay, nothing is answered. */
  sleep(): void
  wake(): void
  command(...words: [string, ...string[]]): Promise<unknown>
  close(): Promise<void>
}

/** @param binary path of `redis-server` */
export async function startRedis(binary: string): Promise<RedisProcess> {
  const port = await quietPort()
  const dir = temporaryFolder('redis')
  let program: Program | undefined

  async function start(): Promise<void> {
    const args = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
    ]
    program = await startProgram(binary, args, { stdio: 'ignore' })
    if (!(await waitUntil(async () => (await command('PING')) === 'PONG', READY_WITHIN_MS)))
      throw new Error('unable to start Redis; it did not answer in time')
  }

  async function command(...[name, ...args]: [string, ...string[]]): Promise<unknown> {
    const client = new Redis({ port, lazyConnect: true, retryStrategy: null, connectTimeout: 2_000 })
    client.on('error', () => {})
    try {
      return await client.call(name, ...args)
    } finally {
      client.disconnect()
    }
  }

  await start()
  return {
    port,
    get pid() {
      return program?.pid ?? 0
    },
    start,
    async kill() {
      await program?.kill()
    },
    sleep: () => program?.signal('SIGSTOP'),
    wake: () => program?.signal('SIGCONT'),
    command,
    async close() {
      await program?.kill()
    },
  }
}

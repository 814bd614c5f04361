/** A real redis-server for a test: in memory only, on a port of its own, to be killed, started again and paused. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { onTestFinished } from 'vitest'
import { quietPort } from './quiet-port.js'

const BINARY = process.env.TEST_REDIS_SERVER

/** `npm test` always sets TEST_REDIS_SERVER; only a quick run on a machine without Redis goes without. */
export const HAS_REDIS = BINARY !== undefined

const START_TIMEOUT_MS = 60_000
const RETRY_START_MS = 20

export interface RedisServer {
  url: string
  port: number
  /** SIGKILL; resolves once it is gone, with all it held. */
  kill(): Promise<void>
  /** On the same port, killed first if it still runs; resolves once it answers. */
  restart(): Promise<void>
  /** SIGSTOP: connections stay, nothing is answered. */
  pause(): void
  resume(): void
  /** On a connection of its own, so that it works right after a restart. */
  command(...args: (string | number)[]): Promise<unknown>
  close(): Promise<void>
}

export interface RedisOptions {
  /** Of the command line, such as `['--maxmemory', '10mb']`. */
  args?: readonly string[]
}

/** Killed with the test. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await openRedis(options)
  onTestFinished(() => server.close())
  return server
}

/** For `beforeAll`; the caller closes it. */
export async function openRedis({ args = [] }: RedisOptions = {}): Promise<RedisServer> {
  if (!BINARY) throw new Error('TEST_REDIS_SERVER is not set; run npm test')
  const port = await quietPort()
  const directory = await mkdtemp(join(tmpdir(), 'alcove-redis-'))
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--appendonly', 'no']
  const server = runRedis(port, [...settings, '--save', '', ...args])
  await server.restart()
  return {
    ...server,
    async close() {
      await server.kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A redis-server with exactly these arguments, not yet started. */
export function runRedis(port: number, args: readonly string[]): Omit<RedisServer, 'close'> {
  let child: ChildProcess | undefined
  const isRunning = () => child !== undefined && child.exitCode === null && child.signalCode === null

  async function kill(): Promise<void> {
    if (!child || !isRunning()) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async function restart(): Promise<void> {
    await kill()
    const started = spawn(BINARY!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    let output = ''
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()))
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await answers(port))) {
      if (!isRunning() || Date.now() > deadline) {
        await kill()
        throw new Error(`redis-server did not get ready on port ${port}\n${output}`)
      }
      await new Promise((done) => setTimeout(done, RETRY_START_MS))
    }
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    kill,
    restart,
    pause: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    command: (...commandArgs) => command(port, ...commandArgs),
  }
}

/** `['master', …]` or `['slave', host, port, state, …]`. */
export const roleOf = (server: Pick<RedisServer, 'command'>): Promise<unknown[]> =>
  server.command('ROLE') as Promise<unknown[]>

const answers = (port: number): Promise<boolean> =>
  command(port, 'PING').then(
    (answer) => answer === 'PONG',
    () => false,
  )

async function command(port: number, ...[name, ...args]: (string | number)[]): Promise<unknown> {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return await client.call(String(name), ...args)
  } finally {
    client.disconnect()
  }
}

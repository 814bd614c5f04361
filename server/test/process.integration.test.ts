/** The server as a process of somebody's system: signals from the first moment, and a log that nobody takes. */
import { execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createChat } from '@alcove/sdk'
import { AppSettingsSchema } from '../src/apps/app-settings.js'
import { openControlSocket } from '../src/commands/control-socket.js'
import { createLogger } from '../src/process/logger.js'
import type { AppRepository } from '../src/storage/app-repository.js'
import { lockDirectory } from '../src/storage/directory-lock.js'
import { usedDataDirectory } from './support/database.js'
import { quietPort } from './support/quiet-port.js'
import { alcove, CLI, startServerProcess } from './support/server-process.js'
import { until } from './support/until.js'

/** Tells when the program listens; Node's own handler, which is there before, is none of the program's. */
const SAY_WHEN_HEARD = `data:text/javascript,${encodeURIComponent(
  "process.on('newListener', (name) => name === 'SIGTERM' && process.nextTick(() => process._rawDebug('hears')))",
)}`

function emptyDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'alcove-process-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** One for all: the embedded engine takes seconds to make a new one. */
const dataDirectory = mkdtempSync(join(tmpdir(), 'alcove-process-'))
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }))

function serve(environment: Record<string, string>, stdio: StdioOptions): ChildProcess {
  const child = spawn(process.execPath, [CLI, 'serve'], {
    env: { PATH: process.env.PATH, ALCOVE_DATA_DIR: dataDirectory, ...environment },
    stdio,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

function collect(child: ChildProcess): () => string {
  let text = ''
  child.stdout?.on('data', (data: Buffer) => (text += data.toString()))
  return () => text
}

const exitOf = async (child: ChildProcess) => (await once(child, 'exit')) as [number | null, string | null]

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s is heard before the program is loaded: as the first process of a container it would be lost',
    async (signal) => {
      const child = serve({ PORT: '0', NODE_OPTIONS: `--import=${SAY_WHEN_HEARD}` }, [
        'ignore',
        'pipe',
        'pipe',
      ])
      const said = collect(child)
      await once(child.stderr!, 'data')
      const ended = exitOf(child)
      child.kill(signal)
      expect(await ended).toEqual([0, null])
      expect(said()).not.toContain('listening')
    },
  )

  it.skipIf(!process.env.TEST_DATABASE_URL)('ends a start that waits for a migration', async () => {
    const admin = new pg.Client(process.env.TEST_DATABASE_URL)
    await admin.connect()
    onTestFinished(() => admin.end())
    const name = `process_${Date.now()}`
    await admin.query(`create database ${name}`)
    const url = new URL(process.env.TEST_DATABASE_URL!)
    url.pathname = `/${name}`
    const other = new pg.Client(url.href)
    await other.connect()
    onTestFinished(async () => {
      await other.end()
      await admin.query(`drop database ${name} with (force)`)
    })
    await other.query('select pg_advisory_lock(7305101)')
    const child = serve(
      { PORT: '0', DATABASE_URL: url.href, ALCOVE_SECRET: 'a secret of the server, long enough' },
      ['ignore', 'pipe', 'inherit'],
    )
    const said = collect(child)
    await until(() => expect(said()).toContain('waiting for'))
    const ended = exitOf(child)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(said()).not.toContain('listening')
  })
})

const answers = (port: number) =>
  until(async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200))

describe.skipIf(process.platform !== 'linux')('a log that cannot be written holds up nothing', () => {
  it.each([
    ['its disk is full', () => openSync('/dev/full', 'w')],
    ['its reader has stopped reading', stuckPipe],
    ['its reader is gone', brokenPipe],
  ])('when %s: the server starts, answers, and stops cleanly', async (_, open) => {
    const log = open()
    const port = await quietPort()
    const child = serve({ PORT: String(port), LOG_LEVEL: 'trace' }, ['ignore', log, 'inherit'])
    closeSync(log)
    const ended = exitOf(child)
    await answers(port)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})

/** Its buffer is full, and it is held open. */
function stuckPipe(): number {
  const path = join(emptyDirectory(), 'log')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  onTestFinished(() => closeSync(reader))
  try {
    for (;;) writeSync(reader, 'x'.repeat(4_096))
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
  }
  return openSync(path, 'w')
}

function brokenPipe(): number {
  const path = join(emptyDirectory(), 'log')
  execFileSync('mkfifo', [path])
  const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
  const writer = openSync(path, 'w')
  closeSync(reader)
  return writer
}

it('files of the data directory that were opened to a group are their owner’s again after a start', async () => {
  const secret = join(dataDirectory, 'secret')
  const port = await quietPort()
  if (!existsSync(secret)) writeFileSync(secret, 'a secret of the server, long enough')
  chmodSync(secret, 0o660)
  const child = serve({ PORT: String(port) }, ['ignore', 'ignore', 'inherit'])
  const ended = exitOf(child)
  await answers(port)
  expect(statSync(secret).mode & 0o777).toBe(0o600)
  child.kill('SIGTERM')
  await ended
})

it('what somebody asks for and does not read to its end is no error', async () => {
  const child = spawn('sh', ['-c', `"${process.execPath}" "${CLI}" help | head -1; exit 0`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
  await once(child, 'close')
  expect(errors).toBe('')
})

it('[P1] a data directory that is removed under it: /readyz and one line of the log say so, no send is acked', async () => {
  const ALCOVE_DATA_DIR = await usedDataDirectory()
  const { url, log, kill } = await startServerProcess({ ALCOVE_DATA_DIR, ALCOVE_CREATE_DEMO: '1' })
  const chat = createChat({ server: url, app: 'demo', user: { name: 'Ada' }, storage: null })
  onTestFinished(() => chat.close())
  const room = await chat.join('lobby')
  await room.send('before')
  rmSync(ALCOVE_DATA_DIR, { recursive: true })
  let isAcked = false
  void room.send('after').then(
    () => (isAcked = true),
    () => {},
  )
  await until(async () => {
    const answer = await fetch(`${url}/readyz`)
    expect([answer.status, await answer.json()]).toEqual([
      503,
      {
        status: 'unavailable',
        checks: {
          database: {
            engine: 'pglite',
            ok: false,
            reason: 'the data directory was removed or replaced; stop the server, restore it',
          },
        },
      },
    ])
  })
  expect((await fetch(`${url}/healthz`)).status, 'a restart would create a new database').toBe(200)
  expect(log.filter((line) => line.includes('embedded database cannot store'))).toEqual([
    expect.stringContaining('it was removed or replaced while the server used it. Stop the server'),
  ])
  expect(await kill('SIGTERM')).toEqual({ code: 0, signal: null })
  expect(isAcked).toBe(false)
  expect(existsSync(ALCOVE_DATA_DIR)).toBe(false)
})

it('says which version it is', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  for (const argument of ['--version', '-v', 'version'])
    expect(await alcove([argument], {})).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})

it('the command changes apps of a server that runs on the embedded database', async () => {
  const port = await quietPort()
  const environment = { PORT: String(port), ALCOVE_DATA_DIR: dataDirectory }
  const child = serve(environment, ['ignore', 'ignore', 'inherit'])
  await answers(port)
  const origin = 'https://shop.example'
  const access = () => fetch(`http://127.0.0.1:${port}/v1/apps/shop/access`, { headers: { origin } })
  expect((await access()).status).not.toBe(200)
  const created = await alcove(['app', 'create', 'shop'], environment)
  expect(created).toMatchObject({ code: 0, stderr: '' })
  expect(created.stdout).toContain(`created app shop in the database ${dataDirectory}\n`)
  expect(await alcove(['app', 'update', 'shop', '--add-origin', origin], environment)).toMatchObject({
    code: 0,
    stderr: '',
  })
  await until(async () => expect((await access()).status).toBe(200))
  expect((await alcove(['app', 'list'], environment)).stdout).toContain(origin)
  expect((await alcove(['token', 'shop', 'ada'], environment)).stdout).toMatch(/^ey/)
  // A command that needs the directory itself still learns who has it.
  expect(await alcove(['migrate'], environment)).toMatchObject({ code: 1, stdout: '' })

  const killed = exitOf(child)
  child.kill('SIGKILL')
  await killed
  expect((await alcove(['app', 'list'], environment)).stdout, 'without the server').toContain('shop')
})

describe('a command that finds the embedded database in use', () => {
  const environment = { ALCOVE_DATA_DIR: dataDirectory }

  it('waits for another command', async () => {
    const ids = ['one', 'two']
    const results = await Promise.all(ids.map((id) => alcove(['app', 'create', id], environment)))
    for (const result of results) expect(result).toMatchObject({ code: 0 })
    const { stdout } = await alcove(['app', 'list'], environment)
    for (const id of ids) expect(stdout).toContain(id)
  })

  it('waits for a server that is starting, and does its work through it', async () => {
    const unlock = await lockDirectory(dataDirectory)
    onTestFinished(unlock)
    const looks = new AbortController()
    const seen = watch(join(dataDirectory, 'lock'), { signal: looks.signal })[Symbol.asyncIterator]().next()
    const listed = alcove(['app', 'list'], environment)
    await seen
    looks.abort()
    const app = { id: 'of-the-server', secret: 'x'.repeat(43), settings: AppSettingsSchema.parse({}) }
    const apps = { list: () => Promise.resolve([app]) } as Partial<AppRepository> as AppRepository
    onTestFinished(await openControlSocket(dataDirectory, apps, createLogger('silent')))
    expect(await listed).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('of-the-server') as string,
    })
  })
})

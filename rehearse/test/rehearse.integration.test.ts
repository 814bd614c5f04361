/**
 * The short rehearsal as an operator runs it: every row of the fault table, on a cluster of real processes. And that the
 * tool is no formality: damage done behind its back is found.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findPostgres } from '../src/processes/binaries.js'
import { seededRandom } from '../src/processes/random.js'
import { signedApp } from '../src/processes/trial-app.js'
import type { Report } from '../src/report.js'
import { ROWS } from '../src/rows/index.js'
import { openScene } from '../src/scene.js'
import { startTcpProxy } from '../src/tcp-proxy.js'
import {
  openTestDatabase,
  temporaryDirectory,
  usedDataDirectory,
} from '../../server/test/support/database.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest } from '../../server/test/support/node.js'
import { testSeed } from '../../server/test/support/random.js'
import { HAS_REDIS, startRedis } from '../../server/test/support/redis.js'
import { startServerProcess, type CommandResult } from '../../server/test/support/server-process.js'

const CLI = fileURLToPath(new URL('../../server/dist/cli.js', import.meta.url))

/** Ended with the test, together with all it started. */
async function rehearse(args: string[], environment: Record<string, string> = {}): Promise<CommandResult> {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [CLI, 'rehearse', ...args], { env: { PATH, HOME, ...environment } })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exited
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  const [code] = (await exited) as [number | null]
  return { code, stdout, stderr }
}

describe.skipIf(!HAS_REDIS || !(findPostgres() ?? process.env.TEST_DATABASE_URL))(
  'a cluster of its own',
  () => {
    it('[P1 P2 P3 P4 P5 P6 P7 P8] all invariants hold through every row', async () => {
      const json = join(await temporaryDirectory(), 'report.json')
      const { code, stdout, stderr } = await rehearse([
        ...['--rows', 'short', '--seed', `${testSeed()}`, '--json', json],
        ...['--redis-server', process.env.TEST_REDIS_SERVER!],
        // A server of its own where there are programs for one: it can be stopped at once.
        ...(findPostgres() ? [] : ['--database-url', process.env.TEST_DATABASE_URL!]),
      ])
      console.info(stdout)
      expect(stderr).toBe('')
      const report = JSON.parse(await readFile(json, 'utf8')) as Report
      expect(
        report.rows.flatMap(({ row, violations }) => violations.map(({ what }) => `${row}: ${what}`)),
      ).toEqual([])
      expect(report.afterwards).toEqual([])
      expect(code).toBe(0)
      expect(report.rows.map(({ row }) => Number(row))).toEqual(ROWS.map(({ number }) => number))
      for (const { acked, stored } of report.rows) {
        expect(acked).toBeGreaterThan(0)
        expect(stored).toBeGreaterThanOrEqual(acked)
      }
    }, 1_200_000)
  },
)

describe('an operator’s cluster', () => {
  it('guests write and read there, lose their connections, and lose nothing else', async () => {
    const server = await startServerProcess({
      ALCOVE_DATA_DIR: await usedDataDirectory(),
      ALCOVE_CREATE_DEMO: '1',
    })
    const { code, stdout } = await rehearse([
      '--server',
      server.url,
      '--app',
      'demo',
      '--seconds',
      '5',
      '--seed',
      '7',
    ])
    expect(stdout).toContain('all invariants held; seed 7')
    expect(code).toBe(0)
  })
})

describe('the checker on a real node', () => {
  it('finds a message that was stolen from the database, and one that nobody sent', async () => {
    const { database, close } = await openTestDatabase('pglite')
    onTestFinished(close)
    const node = await startNodeForTest(database)
    const { id, secret } = await createApp(database, { limits: GENEROUS })
    const room = newRoomId()
    const scene = await openScene({
      proxies: [node.url],
      app: signedApp(id, secret),
      random: seededRandom(1),
      room,
      writers: 2,
      readers: 2,
    })
    onTestFinished(() => scene.close())
    scene.start()
    expect(await scene.moreAcks(20, 60_000)).toBe(true)
    scene.stop()
    await expect.poll(() => scene.writers.every(({ waiting }) => waiting === 0)).toBe(true)
    await database.query('update messages set text = $1 where seq = 5', [`${scene.mark}nobody's`])
    await database.query('delete from messages where seq = 10')
    const { violations, lost } = await scene.judge()
    expect(new Set(violations.map(({ rule }) => rule))).toEqual(new Set(['I1', 'I2', 'I3']))
    expect(lost).toBeGreaterThan(0)
  })
})

describe.skipIf(!HAS_REDIS)('a link to a real Redis', () => {
  it('loses the selected pushes, and neither the others nor an answer', async () => {
    const redis = await startRedis()
    const link = await startTcpProxy({
      target: () => ({ host: '127.0.0.1', port: redis.port }),
      isRedis: true,
    })
    const client = new Redis({ port: link.port })
    onTestFinished(async () => {
      client.disconnect()
      await link.close()
    })
    const heard: string[] = []
    client.on('smessage', (_channel: string, text: string) => heard.push(text))
    await client.ssubscribe('channel')
    link.losePushes('lost', 1)
    for (const text of ['one', 'lost', 'lost too', 'two']) await redis.command('SPUBLISH', 'channel', text)
    await expect.poll(() => heard).toEqual(['one', 'lost too', 'two'])
    expect(link.lostPushes).toBe(1)
    expect(await client.ping()).toBeTruthy()
  })
})

describe('mistakes', () => {
  it('a bad option is reported, and the exit code is 2', async () => {
    const { code, stdout, stderr } = await rehearse(['--rows', '99'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('--rows should be short, all, or some of 1, 2, 3')
  })

  it('a missing server is reported in one line, without a verdict', async () => {
    const { code, stdout, stderr } = await rehearse([
      '--server',
      'http://127.0.0.1:1',
      '--app',
      'demo',
      '--seed',
      '1',
    ])
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'seed 1\n' })
    expect(stderr).toBe('unable to rehearse; nobody answers at http://127.0.0.1:1/\n')
  })

  it('a machine without Redis is reported in one line', async () => {
    const { code, stderr } = await rehearse([], { PATH: '/nowhere' })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^unable to rehearse; missing on this machine: redis-server .*\n$/)
  })
})

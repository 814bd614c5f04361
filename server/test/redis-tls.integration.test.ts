/** Nodes that meet over TLS, with passwords: at one server, behind sentinels with a password of their own, in a cluster. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { checkRedis } from '../src/cluster/check-redis.js'
import { namesOf } from '../src/cluster/keys.js'
import type { Database } from '../src/storage/database.js'
import { makeCertificates, type Certificates } from './support/certificates.js'
import { connectClient, until } from './support/client.js'
import { CAN_CLUSTER, startNodesOn } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, type TestApp } from './support/node.js'
import { quietPort } from './support/quiet-port.js'
import { runRedis, startRedis, type RedisServer } from './support/redis.js'

describe.skipIf(!CAN_CLUSTER)('over TLS', () => {
  let made: Certificates
  let database: Database
  let closeDatabase: () => Promise<void>
  let app: TestApp
  beforeAll(async () => {
    made = makeCertificates()
    const opened = await openTestDatabase('postgres')
    database = opened.database
    closeDatabase = opened.close
    app = await createApp(database, { limits: GENEROUS })
  })
  afterAll(async () => {
    await closeDatabase()
    made.remove()
  })

  const tlsArgs = (port: number) => [
    ...['--tls-port', `${port}`, '--tls-auth-clients', 'no', '--tls-ca-cert-file', made.ca],
    ...['--tls-cert-file', made.cert, '--tls-key-file', made.key],
  ]

  /** With a user of ours; its plain port is the test's own way in. */
  async function startServer(...args: string[]): Promise<{ server: RedisServer; port: number }> {
    const port = await quietPort()
    const server = await startRedis({ args: [...tlsArgs(port), ...args] })
    await server.command(
      ...[
        'ACL',
        'SETUSER',
        'alcove',
        'on',
        '>p@ss',
        '~alcove:1:*',
        '&alcove:1:*',
        '+@all',
        '-@dangerous',
        '+info',
      ],
    )
    return { server, port }
  }

  async function meet(url: string): Promise<void> {
    await checkRedis(url, namesOf('test'))
    const nodes = await startNodesOn(url, database, 2)
    const room = newRoomId()
    const [writer, reader] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
    await reader!.must('room:join', { room })
    expect((await writer!.must('room:join', { room })).presence.count).toBe(2)
    await until(async () => {
      await writer!.must('message:send', { room, id: randomUUID(), text: 'hello' })
      await until(() => expect(reader!.received().length).toBeGreaterThan(0), 1_000)
    })
  }

  it('one server', async () => {
    const { port } = await startServer()
    await meet(`rediss://alcove:p%40ss@localhost:${port}?ca=${made.ca}`)
  })

  it('a group behind sentinels, which have a password of their own', async () => {
    const { port } = await startServer()
    const directory = await mkdtemp(join(tmpdir(), 'alcove-sentinel-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const [plain, secure] = [await quietPort(), await quietPort()]
    const file = join(directory, 'sentinel.conf')
    await writeFile(
      file,
      [
        ...[`port ${plain}`, 'bind 127.0.0.1', `dir ${directory}`, 'tls-replication yes'],
        ...tlsArgs(secure).reduce<string[]>(
          (lines, word) =>
            word.startsWith('--')
              ? [...lines, word.slice(2)]
              : [...lines.slice(0, -1), `${lines.at(-1)} ${word}`],
          [],
        ),
        `sentinel monitor main 127.0.0.1 ${port} 1`,
        '',
      ].join('\n'),
    )
    const sentinel = runRedis(plain, [file, '--sentinel'])
    await sentinel.restart()
    onTestFinished(() => sentinel.kill())
    await sentinel.command('ACL', 'SETUSER', 'default', 'resetpass', '>their own')
    const url = `rediss+sentinel://alcove:p%40ss@localhost:${secure}/main?ca=${made.ca}`
    await expect(checkRedis(url, namesOf('test'))).rejects.toThrow(
      /the sentinels want a password.*sentinelPassword/,
    )
    await meet(`${url}&sentinelPassword=their%20own`)
  })

  it('a Redis Cluster', async () => {
    const { server, port } = await startServer(
      '--cluster-announce-ip',
      '127.0.0.1',
      '--cluster-enabled',
      'yes',
      '--tls-cluster',
      'yes',
      '--cluster-port',
      `${await quietPort()}`,
    )
    await server.command('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383)
    await until(async () =>
      expect(String(await server.command('CLUSTER', 'INFO'))).toContain('cluster_state:ok'),
    )
    await meet(`rediss+cluster://alcove:p%40ss@localhost:${port}?ca=${made.ca}`)
  })
})

/** PostgreSQL away, slow, or gone in the middle of a commit: no ack without a commit, nothing twice, sends fail fast. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChat } from '@alcove/sdk'
import { migrate } from '../src/storage/migrate.js'
import type { Database } from '../src/storage/database.js'
import { StorageUnavailable } from '../src/errors/storage-errors.js'
import { openPostgres } from '../src/storage/postgres.js'
import { codeOf, connectClient, until } from './support/client.js'
import { administer, createPostgresDatabase } from './support/database.js'
import {
  createApp,
  GENEROUS,
  newRoomId,
  startNodeForTest,
  type TestApp,
  type TestNode,
} from './support/node.js'
import { startTcpProxy, type TcpProxy } from './support/tcp-proxy.js'

interface SetUp {
  /** Around the proxy. */
  direct: Database
  proxy: TcpProxy
  node: TestNode
  app: TestApp
  name: string
}

async function setUp(): Promise<SetUp> {
  const { url, drop } = await createPostgresDatabase()
  onTestFinished(drop)
  const { hostname, port, pathname } = new URL(url)
  const proxy = await startTcpProxy({ host: hostname, port: Number(port) })
  const viaProxy = new URL(url)
  viaProxy.port = String(proxy.port)
  const direct = openPostgres(url)
  onTestFinished(() => direct.close())
  await migrate(direct)
  const proxied = openPostgres(viaProxy.href)
  onTestFinished(() => proxied.close())
  const node = await startNodeForTest(proxied, { headCheckEveryMs: 300 })
  return { direct, proxy, node, app: await createApp(direct, { limits: GENEROUS }), name: pathname.slice(1) }
}

const rows = (database: Database, room: string) =>
  database.query<{ id: string; seq: number; text: string }>(
    'select m.id, m.seq, m.text from messages m join rooms r on r.key = m.room_key where r.id = $1 order by seq',
    [room],
  )

describe.skipIf(!process.env.TEST_DATABASE_URL)('PostgreSQL', () => {
  it('a query is given up in time; a migration takes as long as it takes', async () => {
    const { url, drop } = await createPostgresDatabase()
    onTestFinished(drop)
    const database = openPostgres(url, { answerTimeoutMs: 100 })
    onTestFinished(() => database.close())
    await expect(database.query('select pg_sleep(0.5)')).rejects.toThrow(StorageUnavailable)
    await expect(database.script('select pg_sleep(0.5)')).resolves.toBeUndefined()
  })

  it('[P1] while it is away sends fail fast and retryable; on return the same ids commit once', async () => {
    const { direct, proxy, node, app } = await setUp()
    const room = newRoomId()
    const client = await connectClient(node.url, app)
    await client.must('room:join', { room })
    proxy.cut()
    const id = randomUUID()
    const started = Date.now()
    expect(await client.ask('message:send', { room, id, text: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', retryable: true },
    })
    expect(Date.now() - started).toBeLessThan(5_000)
    expect((await fetch(`${node.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${node.url}/readyz`)).status).toBe(503)
    expect(codeOf(await client.ask('room:join', { room: newRoomId() }))).toBe('unavailable')
    proxy.heal()
    await until(async () =>
      expect(codeOf(await client.ask('message:send', { room, id, text: 'x' }))).toBe('ok'),
    )
    expect(await rows(direct, room)).toHaveLength(1)
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200)
  })

  it('[P3] an ack lost after COMMIT was sent is resolved: one row, the ack has its seq, readers see it once', async () => {
    const { direct, proxy, node, app } = await setUp()
    const room = newRoomId()
    const writer = await connectClient(node.url, app)
    const reader = await connectClient(node.url, app)
    for (const client of [writer, reader]) await client.must('room:join', { room })
    const text = `lost answer ${randomUUID()}`
    proxy.loseAnswerAfter(text)
    const { message } = await writer.must('message:send', { room, id: randomUUID(), text })
    expect(message.seq).toBe(1)
    expect((await rows(direct, room)).map((row) => row.text)).toEqual([text])
    // No frame was sent for it: readers are told the head and ask.
    await until(() => expect(reader.factsOf('room:head').at(-1)).toMatchObject({ rev: 1 }))
  })

  it('[P4] an SDK conversation goes through an outage: pending, then committed in order, once, complete for both', async () => {
    const { direct, proxy, node, app } = await setUp()
    const room = newRoomId()
    const open = async (name: string) => {
      const chat = createChat({ server: node.url, app: app.id, user: { name }, storage: null })
      onTestFinished(() => chat.close())
      return chat.join(room)
    }
    const [ada, bob] = [await open('Ada'), await open('Bob')]
    await ada.send('0')
    proxy.cut()
    const sending = [1, 2, 3].map((i) => ada.send(String(i)))
    await until(() => expect(ada.messages.at(1)?.error?.code).toBe('unavailable'))
    expect(ada.messages.map((message) => message.state)).toEqual(['sent', 'pending', 'pending', 'pending'])
    proxy.heal()
    expect((await Promise.all(sending)).map((message) => message.seq)).toEqual([2, 3, 4])
    await until(() => expect(bob.messages.map((message) => message.text)).toEqual(['0', '1', '2', '3']))
    expect((await rows(direct, room)).map((row) => row.text)).toEqual(['0', '1', '2', '3'])
  })

  it('[P9] every backend of the database terminated at once: no fault, the next send commits', async () => {
    const { node, app, name } = await setUp()
    const room = newRoomId()
    const client = await connectClient(node.url, app)
    await client.must('room:join', { room })
    await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    await until(async () =>
      expect(codeOf(await client.ask('message:send', { room, id: randomUUID(), text: 'x' }))).toBe('ok'),
    )
    expect((await node.metrics.faults.get()).values[0]?.value).toBe(0)
  })

  it('a database that hangs makes no request hang: an answer within 10 s, and again when it is back', async () => {
    const { proxy, node, app } = await setUp()
    const room = newRoomId()
    const client = await connectClient(node.url, app)
    await client.must('room:join', { room })
    proxy.hang()
    const [sent, ready] = await Promise.all([
      client.socket
        .timeout(20_000)
        .emitWithAck('message:send', { room, id: randomUUID(), text: 'x' }) as Promise<{
        ok: false
        error: { code: string }
      }>,
      fetch(`${node.url}/readyz`),
    ])
    expect(sent).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(ready.status).toBe(503)
    proxy.cut()
    proxy.heal()
    await until(async () =>
      expect(codeOf(await client.ask('message:send', { room, id: randomUUID(), text: 'x' }))).toBe('ok'),
    )
  })

  it('[P2 P3] two nodes on one database: one order, one row for a message sent through both', async () => {
    const { direct, node, app } = await setUp()
    const other = await startNodeForTest(direct, { headCheckEveryMs: 300 })
    const room = newRoomId()
    const token = await app.token('ada')
    const clients = await Promise.all([
      connectClient(node.url, app, { token }),
      connectClient(other.url, app, { token }),
    ])
    for (const client of clients) await client.must('room:join', { room })
    const ids = Array.from({ length: 50 }, () => randomUUID())
    const acks = await Promise.all(
      ids.flatMap((id) => clients.map((client) => client.must('message:send', { room, id, text: id }))),
    )
    const stored = await rows(direct, room)
    expect(stored.map((row) => row.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    const seqOf = new Map(stored.map((row) => [row.id, row.seq]))
    for (const { message } of acks) expect(message.seq).toBe(seqOf.get(message.id))
  })
})

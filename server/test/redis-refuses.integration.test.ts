/** A Redis that is there and refuses: said once, in its own words, both ways, and at /readyz; nobody waits for it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../src/process/logger.js'
import type { Database } from '../src/storage/database.js'
import { connectClient, until } from './support/client.js'
import { CAN_CLUSTER, isShared, startNodesOn, valueOf } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import {
  createApp,
  GENEROUS,
  newRoomId,
  startNodeForTest,
  type TestApp,
  type TestNode,
} from './support/node.js'
import { openRedis, startRedis, type RedisServer } from './support/redis.js'

const RIGHTS = ['on', '>pw', '~alcove:1:*', '&alcove:1:*', '+@all', '-@dangerous', '+info']

describe.skipIf(!CAN_CLUSTER)('a Redis that refuses', () => {
  let database: Database
  let closeDatabase: () => Promise<void>
  let app: TestApp
  let redis: RedisServer
  beforeAll(async () => {
    redis = await openRedis()
    const opened = await openTestDatabase('postgres')
    database = opened.database
    closeDatabase = opened.close
    app = await createApp(database, { limits: GENEROUS })
  })
  beforeEach(() => redis.command('ACL', 'SETUSER', 'alcove', 'reset', ...RIGHTS))
  afterAll(async () => {
    await closeDatabase()
    await redis.close()
  })

  const urlOf = ({ port }: RedisServer) => `redis://alcove:pw@127.0.0.1:${port}`

  /** What the node logs about Redis. */
  function listen() {
    const lines: { msg: string; reason?: string; lastFault?: string }[] = []
    const log = createLogger('info', {
      write: (line: string) => {
        const entry = JSON.parse(line) as (typeof lines)[number]
        if (entry.msg.startsWith('Redis')) lines.push(entry)
      },
    })
    return { lines, log }
  }

  async function reasonAt({ url }: TestNode): Promise<string | undefined> {
    const answer = await fetch(`${url}/readyz`)
    expect(answer.status).toBe(200)
    const { checks } = (await answer.json()) as { checks: { redis: { reason?: string } } }
    return checks.redis.reason
  }

  it.each([
    ['subscribing and publishing', ['resetchannels'], /^nodes cannot hear each other: NOPERM$/],
    ['publishing', ['-spublish'], /^nodes cannot hear each other: NOPERM$/],
    ['scripts', ['-@scripting'], /^nodes cannot share who is there.*: NOPERM$/],
    ['keys', ['resetkeys'], /^nodes cannot share who is there.*: (NOPERM|ERR)$/],
  ])(
    '[P1] %s: sends are acked, /readyz says why, and all is well again once it is granted',
    async (_what, rights, reason) => {
      const { lines, log } = listen()
      const [one] = await startNodesOn(urlOf(redis), database, 1)
      const two = await startNodeForTest(database, { redisUrl: urlOf(redis), log })
      await isShared([one, two], true)
      const room = newRoomId()
      const [writer, reader] = [await connectClient(one.url, app), await connectClient(two.url, app)]
      await writer.must('room:join', { room })
      await reader.must('room:join', { room })

      await redis.command('ACL', 'SETUSER', 'alcove', ...rights)
      await isShared([one, two], false)
      for (const node of [one, two]) await until(async () => expect(await reasonAt(node)).toMatch(reason))
      expect(await valueOf(two, 'alcove_redis_up')).toBe(0)
      expect(await valueOf(two, 'alcove_redis_refusals_total')).toBeGreaterThan(0)
      expect(await valueOf(two, 'alcove_cluster_nonsense_total')).toBe(0)
      await writer.must('message:send', { room, id: randomUUID(), text: 'hello' })
      const words = lines.filter(({ msg }) => msg.startsWith('Redis refuses')).map((line) => line.reason)
      expect(words.length).toBeGreaterThanOrEqual(1)
      expect(new Set(words).size).toBe(words.length)

      await redis.command('ACL', 'SETUSER', 'alcove', 'reset', ...RIGHTS)
      await isShared([one, two], true)
      expect(lines.filter(({ msg }) => /again|back/.test(msg)).length).toBeGreaterThanOrEqual(1)
      await until(async () => {
        const before = reader.received().length
        await writer.must('message:send', { room, id: randomUUID(), text: 'hello' })
        await until(() => expect(reader.received().length).toBeGreaterThan(before), 1_000)
      })
    },
  )

  it('[P1 P2] full (OOM) or unable to save (MISCONF): frames flow, and the rest is said to be missing', async () => {
    const full = await startRedis()
    const { lines, log } = listen()
    const [one] = await startNodesOn(full.url, database, 1)
    const two = await startNodeForTest(database, { redisUrl: full.url, log })
    await isShared([one, two], true)
    const room = newRoomId()
    const [writer, reader] = [await connectClient(one.url, app), await connectClient(two.url, app)]
    await writer.must('room:join', { room })
    await reader.must('room:join', { room })
    for (const [on, off, code] of [
      [['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], 'OOM'],
      [
        ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
        ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
        'NOREPLICAS',
      ],
    ] as const) {
      await full.command(...on)
      await until(async () => expect(await reasonAt(two)).toMatch(new RegExp(`: ${code}$`)))
      const before = reader.received().length
      await writer.must('message:send', { room, id: randomUUID(), text: 'hello' })
      await until(() => expect(reader.received().length).toBe(before + 1))
      expect(await valueOf(two, 'alcove_cluster_nonsense_total')).toBe(0)
      await full.command(...off)
      await isShared([one, two], true)
      const said = lines.splice(0)
      expect(said.filter(({ reason }) => reason?.startsWith(code))).toHaveLength(1)
      expect(said.at(-1)?.msg).toBe('Redis grants again what this node needs')
    }
  })

  it('whose password has changed is away with that reason, said once, and back when it is right', async () => {
    const { lines, log } = listen()
    const node = await startNodeForTest(database, { redisUrl: urlOf(redis), log })
    await isShared([node], true)
    await redis.command('ACL', 'SETUSER', 'alcove', 'resetpass', '>other')
    await redis.command('CLIENT', 'KILL', 'USER', 'alcove')
    await until(async () => expect(await reasonAt(node)).toBe('WRONGPASS'))
    await redis.command('ACL', 'SETUSER', 'alcove', '>pw')
    await isShared([node], true)
    expect(lines.filter(({ lastFault }) => lastFault?.startsWith('WRONGPASS'))).toHaveLength(1)
    expect(lines.map(({ msg }) => msg).at(-1)).toBe('Redis is back')
    expect(lines.length).toBeLessThanOrEqual(3)
  })

  it('that became a replica is named as READONLY, once, and back when it is a master', async () => {
    const { lines, log } = listen()
    const [server, master] = [await startRedis(), await startRedis()]
    const node = await startNodeForTest(database, { redisUrl: server.url, log })
    await isShared([node], true)
    await server.command('REPLICAOF', '127.0.0.1', master.port)
    await until(async () => expect(await reasonAt(node)).toBe('READONLY'))
    await server.command('REPLICAOF', 'NO', 'ONE')
    await isShared([node], true)
    expect(lines.filter(({ reason }) => reason?.startsWith('READONLY'))).toHaveLength(1)
    expect(lines.length).toBeLessThanOrEqual(3)
    onTestFinished(() => void lines.splice(0))
  })
})

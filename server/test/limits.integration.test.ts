/** What one user, address, room or app may do on all nodes together, and on each alone while Redis is away. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type * as InTimeModule from '../src/cluster/in-time.js'
import type { Database } from '../src/storage/database.js'
import {
  codeOf,
  connectClient,
  openSocket,
  refusedHandshake,
  until,
  type TestClient,
} from './support/client.js'
import { CAN_CLUSTER, isShared, prefixOf, startCluster, valueOf } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, type TestApp, type TestNode } from './support/node.js'

/**
 * A node that waited 50 ms for a count goes on with its own. Where it is tested how nodes count together, a machine that
 * stands still for so long must not make them count alone.
 */
const patience = vi.hoisted(() => ({ times: 1_000 }))
vi.mock('../src/cluster/in-time.js', async (importOriginal) => {
  const original = await importOriginal<typeof InTimeModule>()
  const inTime: typeof original.inTime = (answer, deadlineMs) =>
    original.inTime(answer, deadlineMs * patience.times)
  return { ...original, inTime }
})

/** A window of 10 s: longer than any of these tests counts. */
const SLOW = { ...GENEROUS, messagesPerSecondPerUser: 1, messageBurstPerUser: 10 }

let database: Database
let prefix: string
let closeDatabase: () => Promise<void>

/** Two nodes. */
const startPair = () => startCluster(database, 2)
type Pair = Awaited<ReturnType<typeof startPair>>

/** One user, or a guest on each node, joined to the room. */
async function joinBoth(nodes: Pair['nodes'], app: TestApp, room: string, user?: string) {
  const token = user === undefined ? undefined : await app.token(user)
  const clients = await Promise.all(nodes.map(({ url }) => connectClient(url, app, token ? { token } : {})))
  for (const client of clients) await client.must('room:join', { room })
  return clients
}

const send = (client: TestClient, room: string) =>
  client.ask('message:send', { room, id: randomUUID(), text: 'x' })

/** Where a window is used up over both nodes in one moment, one of them may have let one more pass. */
const TOO_MANY = 1

function expectBurst(taken: number): void {
  expect(taken).toBeGreaterThanOrEqual(SLOW.messageBurstPerUser)
  expect(taken).toBeLessThanOrEqual(SLOW.messageBurstPerUser + TOO_MANY)
}

/** How many of so many sends at once, spread over the clients, were taken. */
async function takenOf(count: number, clients: readonly TestClient[], room: string): Promise<number> {
  const sends = Array.from({ length: count }, (_, i) => send(clients[i % clients.length]!, room))
  const codes = (await Promise.all(sends)).map(codeOf)
  expect(codes.filter((code) => code !== 'ok' && code !== 'rate_limited')).toEqual([])
  return codes.filter((code) => code === 'ok').length
}

describe.skipIf(!CAN_CLUSTER)('limits of a cluster', () => {
  beforeAll(async () => {
    const opened = await openTestDatabase('postgres')
    database = opened.database
    prefix = await prefixOf(database)
    closeDatabase = opened.close
  })
  afterAll(() => closeDatabase())

  describe('rates', () => {
    it('a user on two nodes has one burst, and learns when the next begins', async () => {
      const { nodes } = await startPair()
      const app = await createApp(database, { limits: SLOW })
      const room = newRoomId()
      const clients = await joinBoth(nodes, app, room, 'ada')
      expectBurst(await takenOf(40, clients, room))
      for (const client of clients) {
        const answer = await send(client, room)
        expect(answer).toMatchObject({ ok: false, error: { code: 'rate_limited', retryable: true } })
        const waitMs = answer.ok ? 0 : (answer.error.retryAfterMs ?? 0)
        expect(waitMs).toBeGreaterThan(0)
        expect(waitMs).toBeLessThanOrEqual(10_000)
      }
      for (const node of nodes) expect(await valueOf(node, 'alcove_rate_limits_local_total')).toBe(0)
    })

    it.each([
      ['a room', { messagesPerSecondPerRoom: 20 }, false],
      ['an app', { messagesPerSecondPerApp: 20 }, true],
    ])('%s has its messages a second, whatever node they come through', async (_what, limit, isSpread) => {
      const { nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, ...limit } })
      const rooms = [newRoomId(), newRoomId()]
      const clients = await Promise.all(nodes.map(({ url }) => connectClient(url, app)))
      for (const client of clients) for (const room of rooms) await client.must('room:join', { room })
      const startedAt = performance.now()
      const [first, second] = await Promise.all([
        takenOf(30, [clients[0]!], rooms[0]!),
        takenOf(30, [clients[1]!], rooms[isSpread ? 1 : 0]!),
      ])
      const windows = Math.ceil((performance.now() - startedAt) / 1_000)
      expect(first + second).toBeGreaterThanOrEqual(20)
      expect(first + second).toBeLessThanOrEqual((20 + TOO_MANY) * windows)
    })

    it('a window whose last point is taken late still ends when it would have', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, {
        limits: { ...GENEROUS, messagesPerSecondPerUser: 1, messageBurstPerUser: 60 },
      })
      const room = newRoomId()
      const [first, second] = await joinBoth(nodes, app, room, 'ada')
      expect(await takenOf(59, [first!, second!], room)).toBe(59)
      const [key] = (await redis.command('KEYS', `${prefix}:rate:send/*${app.id}*`)) as [string]
      await until(async () => expect(await redis.command('GET', key)).toBe('59'))
      // As if it had begun 55 s ago.
      await redis.command('PEXPIRE', key, 5_000)
      expect(codeOf(await send(second!, room))).toBe('ok')
      const refused = await send(second!, room)
      expect(refused).toMatchObject({ ok: false, error: { code: 'rate_limited' } })
      expect(refused.ok ? 0 : refused.error.retryAfterMs).toBeLessThanOrEqual(5_000)
      await until(async () => expect(await redis.command('EXISTS', key)).toBe(0))
      expect(codeOf(await send(second!, room))).toBe('ok')
    })

    it('a window shorter than a second ends', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, {
        limits: { ...GENEROUS, messagesPerSecondPerUser: 5, messageBurstPerUser: 1 },
      })
      const room = newRoomId()
      const clients = await joinBoth(nodes, app, room, 'ada')
      for (let i = 0; i < 3; i += 1)
        await until(async () => expect(codeOf(await send(clients[i % 2]!, room))).toBe('ok'))
      const keys = (await redis.command('KEYS', `${prefix}:rate:send/*`)) as string[]
      for (const key of keys) expect(await redis.command('PTTL', key)).toBeLessThanOrEqual(200)
    })

    it('what something else wrote under a key of ours is overwritten', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: SLOW })
      const room = newRoomId()
      const clients = await joinBoth(nodes, app, room, 'ada')
      const key = `${prefix}:rate:send/10/10:${app.id}%000aada`
      for (const nonsense of [
        ['LPUSH', key, 'x'],
        ['SET', key, 'x', 'PX', 5_000],
        ['SET', key, '9223372036854775807', 'PX', 5_000],
        ['SET', key, '999'],
        ['SET', key, '999', 'PX', 9_999_999],
      ]) {
        await redis.command('DEL', key)
        await redis.command(...(nonsense as [string]))
        expect(codeOf(await send(clients[0]!, room))).toBe('ok')
        await until(async () => expect(await redis.command('GET', key)).toBe('1'))
      }
    })

    it('while Redis is away each node counts for itself at once and says so; then all count together again', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: SLOW })
      const room = newRoomId()
      const [before, during, after] = [
        await joinBoth(nodes, app, room, 'before'),
        await joinBoth(nodes, app, room, 'during'),
        await joinBoth(nodes, app, room, 'after'),
      ]
      expectBurst(await takenOf(40, before, room))
      await redis.kill()
      await isShared(nodes, false)
      expect(await takenOf(40, during, room)).toBe(20)
      for (const node of nodes)
        expect(await valueOf(node, 'alcove_rate_limits_local_total')).toBeGreaterThanOrEqual(10)
      await redis.restart()
      await isShared(nodes, true)
      expectBurst(await takenOf(40, after, room))
    })

    it('no ack waits for a Redis that hangs', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: GENEROUS })
      const room = newRoomId()
      const [client] = await joinBoth(nodes, app, room)
      patience.times = 1
      onTestFinished(() => void (patience.times = 1_000))
      const countedAlone = () => valueOf(nodes[0], 'alcove_rate_limits_local_total')
      /** In the order of how long they took. */
      const sendWhileItHangs = async () => {
        await until(async () => {
          const before = await countedAlone()
          expect(codeOf(await send(client!, room))).toBe('ok')
          expect(await countedAlone()).toBe(before)
        })
        redis.pause()
        const tookMs: number[] = []
        for (let i = 0; i < 50; i += 1) {
          const startedAt = performance.now()
          expect(codeOf(await send(client!, room))).toBe('ok')
          tookMs.push(performance.now() - startedAt)
        }
        redis.resume()
        await isShared(nodes, true)
        return tookMs.sort((a, b) => a - b)
      }
      const rounds = [await sendWhileItHangs(), await sendWhileItHangs(), await sendWhileItHangs()]
      // What else the machine does is in some of the rounds, what an ack waits for is in each.
      const leastMs = (place: number) => Math.min(...rounds.map((tookMs) => tookMs[place]!))
      expect(leastMs(25)).toBeLessThan(50)
      // The second waits 50 ms, the first for nothing; a second more would be the deadline of everything else.
      expect(leastMs(49)).toBeLessThan(500)
      if (process.env.LOG_LEVEL) console.log('sends while Redis hangs, ms', rounds)
    })
  })

  describe('connections', () => {
    /** How many of so many handshakes at once were let in. */
    async function letIn(count: number, nodes: readonly TestNode[], app: TestApp, token?: string) {
      const outcomes = await Promise.all(
        Array.from({ length: count }, (_, i) => {
          const { url } = nodes[i % nodes.length]!
          const socket = openSocket(url, app, token ? { token } : {})
          return new Promise<string>((resolve) => {
            socket.once('session:opened', () => resolve('ok'))
            socket.once('connect_error', (error: Error & { data?: { code: string } }) =>
              resolve(error.data?.code ?? error.message),
            )
          })
        }),
      )
      expect(outcomes.filter((code) => code !== 'ok' && code !== 'too_many_connections')).toEqual([])
      return outcomes.filter((code) => code === 'ok').length
    }

    it.each([
      ['a user', { connectionsPerUser: 7 }, 'ada'],
      ['an address', { connectionsPerAddress: 7 }, undefined],
    ])('%s has so many on all nodes, also when 30 handshakes run at once', async (_whose, limit, user) => {
      const { nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, ...limit } })
      const token = user && (await app.token(user))
      expect(await letIn(30, nodes, app, token)).toBe(7)
      for (const { url } of nodes)
        expect((await refusedHandshake(url, app, token ? { token } : {})).code).toBe('too_many_connections')
    })

    it('a place is free on every node once its connection is gone, and no place is lost', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 1 } })
      const token = await app.token('ada')
      for (const { url } of [...nodes, ...nodes]) {
        const client = await connectClient(url, app, { token })
        for (const node of nodes) expect(await letIn(3, [node], app, token)).toBe(0)
        client.close()
        await until(async () => expect(await redis.command('KEYS', `*{${app.id}}:connections:*`)).toEqual([]))
      }
    })

    it('an app whose last connection is gone from every node leaves nothing of it in Redis', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 2 } })
      const token = await app.token('ada')
      const connected = `${prefix}:{${app.id}}:connected`
      const clients = []
      for (const { url } of nodes) clients.push(await connectClient(url, app, { token }))
      expect(await redis.command('SCARD', connected)).toBe(2)
      expect(await letIn(4, nodes, app, token)).toBe(0)
      for (const [index, client] of clients.entries()) {
        client.close()
        await until(async () => expect(await redis.command('SCARD', connected)).toBe(1 - index))
      }
      expect(await redis.command('KEYS', `${prefix}:{${app.id}}*`)).toEqual([])
      // It counts again from nothing.
      expect(await letIn(5, nodes, app, token)).toBe(2)
    })

    it('a handshake that breaks off gives its place back', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 20 } })
      const token = await app.token('ada')
      for (let i = 0; i < 40; i += 1) {
        const socket = openSocket(nodes[i % 2]!.url, app, { token })
        // Once the handshake is on its way, sooner and later.
        socket.io.engine.once('open', () => setTimeout(() => socket.io.engine.close(), i % 8))
      }
      const client = await connectClient(nodes[0].url, app)
      await until(async () => {
        expect(await valueOf(nodes[0], 'alcove_connections')).toBe(1)
        expect(await valueOf(nodes[1], 'alcove_connections')).toBe(0)
        const keys = (await redis.command('KEYS', `*{${app.id}}:connections:*`)) as string[]
        expect(keys).toHaveLength(1)
        expect(await redis.command('HKEYS', keys[0]!)).not.toContain('u:ada')
      })
      client.close()
    })

    it("a dead node's connections count until its lease ends, and no longer", async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 3 } })
      const token = await app.token('ada')
      const dead = 'deadbeefdeadbeef'
      const [seconds] = (await redis.command('TIME')) as [string]
      const endAfter = (ms: number) =>
        redis.command('ZADD', `${prefix}:{nodes}:leases`, Number(seconds) * 1_000 + ms, dead)
      await endAfter(60_000)
      await redis.command('SADD', `${prefix}:{nodes}:apps:${dead}`, app.id)
      await redis.command('SADD', `${prefix}:{${app.id}}:connected`, dead)
      await redis.command('HSET', `${prefix}:{${app.id}}:connections:${dead}`, 'u:ada', 2)
      expect(await letIn(10, nodes, app, token)).toBe(1)
      await endAfter(0)
      await until(async () => {
        expect(await redis.command('EXISTS', `${prefix}:{${app.id}}:connections:${dead}`)).toBe(0)
      })
      expect(await letIn(10, nodes, app, token)).toBe(2)
    })

    it('FLUSHALL, nonsense under our keys: right again', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 6 } })
      const token = await app.token('ada')
      const others = { token: await app.token('bob') }
      for (const { url } of [...nodes, ...nodes]) await connectClient(url, app, { token })
      for (const spoil of [
        () => redis.command('FLUSHALL'),
        async () => {
          await redis.command('FLUSHALL')
          await redis.command('SET', `${prefix}:{${app.id}}:connected`, 'x')
          // Found by the next connection of anybody.
          for (const { url } of nodes) await connectClient(url, app, others)
        },
      ]) {
        await spoil()
        await until(async () => {
          const keys = (await redis.command('KEYS', `*{${app.id}}:connections:*`)) as string[]
          const counts = await Promise.all(keys.map((key) => redis.command('HGET', key, 'u:ada')))
          expect(counts).toEqual(['2', '2'])
        })
      }
      expect(await letIn(10, nodes, app, token)).toBe(2)
    })

    it('while Redis is away each node has its own places; then all count together again', async () => {
      const { redis, nodes } = await startPair()
      const app = await createApp(database, { limits: { ...GENEROUS, connectionsPerUser: 5 } })
      const token = await app.token('ada')
      for (const { url } of nodes) await connectClient(url, app, { token })
      await redis.kill()
      await isShared(nodes, false)
      expect(await letIn(6, [nodes[0]], app, token)).toBe(4)
      expect(await letIn(1, [nodes[1]], app, token)).toBe(1)
      await redis.restart()
      await isShared(nodes, true)
      await until(async () => {
        const keys = (await redis.command('KEYS', `*{${app.id}}:connections:*`)) as string[]
        const counts = await Promise.all(keys.map((key) => redis.command('HGET', key, 'u:ada')))
        expect(counts.map(Number).sort((a, b) => a - b)).toEqual([2, 5])
      })
      expect(await letIn(5, nodes, app, token)).toBe(0)
    })
  })
})

/** Several nodes in one process, over a real Redis: one room for everybody, whatever node they are on. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { User } from '@alcove/sdk/protocol'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Database } from '../src/storage/database.js'
import { connectClient, until, type TestClient } from './support/client.js'
import { CAN_CLUSTER, isShared, prefixOf, startCluster, valueOf } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, type TestApp } from './support/node.js'

/** What P5 promises. */
const FOUND_WITHIN_MS = 20_000

let database: Database
let prefix: string
let closeDatabase: () => Promise<void>
let app: TestApp

describe.skipIf(!CAN_CLUSTER)('a cluster', () => {
  beforeAll(async () => {
    const opened = await openTestDatabase('postgres')
    database = opened.database
    prefix = await prefixOf(database)
    closeDatabase = opened.close
    app = await createApp(database, { limits: GENEROUS })
  })
  afterAll(() => closeDatabase())

  const send = (client: TestClient, room: string, text = 'hello') =>
    client.must('message:send', { room, id: randomUUID(), text })
  const join = (client: TestClient, room: string) => client.must('room:join', { room })

  /** The members as a client knows them after all it was told. */
  function membersOf(client: TestClient, start: readonly User[], room: string): string[] {
    const members = new Map(start.map((user) => [user.id, user]))
    for (const change of client.factsOf('presence:changed')) {
      if (change.room !== room) continue
      for (const user of [...(change.joined ?? []), ...(change.updated ?? [])]) members.set(user.id, user)
      for (const id of change.left ?? []) members.delete(id)
    }
    return [...members.values()].map(({ name }) => name).sort()
  }

  describe('messages', () => {
    it('[P2 P4] what is sent through one node reaches the readers of all, once and in one order', async () => {
      const { nodes } = await startCluster(database, 3)
      const room = newRoomId()
      const clients = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      for (const client of clients) await join(client, room)
      await Promise.all(
        clients.flatMap((client, node) =>
          Array.from({ length: 20 }, (_, i) => send(client, room, `${node}:${i}`)),
        ),
      )
      for (const client of clients) {
        await until(() => expect(client.received()).toHaveLength(60))
        const received = [...client.received()].sort((a, b) => a.rev - b.rev)
        expect(received.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
        expect(received.map(({ id }) => id)).toEqual(
          [...clients[0]!.received()].sort((a, b) => a.rev - b.rev).map(({ id }) => id),
        )
      }
    })

    it('[P5] frames of other nodes count as delivered: the head check finds nothing', async () => {
      // So seldom that the frames are there before the next look, also where Redis is slow for a moment.
      const { nodes } = await startCluster(database, 2, { headCheckEveryMs: 1_000 })
      const room = newRoomId()
      const [ada, bob] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      await join(ada!, room)
      await join(bob!, room)
      // The first look only learns where the head is.
      await until(() => expect(bob!.factsOf('room:head')).toHaveLength(1))
      for (let i = 0; i < 5; i += 1) await send(ada!, room)
      await until(() => expect(bob!.received()).toHaveLength(5))
      const checks = async () => valueOf(nodes[1], 'alcove_head_checks_total')
      const before = await checks()
      await until(async () => expect(await checks()).toBeGreaterThan(before + 1))
      expect(bob!.factsOf('room:head')).toHaveLength(1)
      expect(await valueOf(nodes[1], 'alcove_head_gaps_total')).toBe(0)
    })

    it('[P4] a message whose sender has left is still delivered elsewhere', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const [ada, bob] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      await join(ada!, room)
      await join(bob!, room)
      ada!.socket.emit('message:send', { room, id: randomUUID(), text: 'gone' }, () => {})
      ada!.socket.emit('room:leave', { room }, () => {})
      await until(() => expect(bob!.received().map(({ text }) => text)).toEqual(['gone']))
    })

    it('[P8] a room of the same name in another app receives nothing', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const other = await createApp(database)
      const [ada, eve] = await Promise.all([
        connectClient(nodes[0].url, app),
        connectClient(nodes[1].url, other),
      ])
      const bob = await connectClient(nodes[1].url, app)
      for (const client of [ada, bob, eve]) await join(client, room)
      await send(ada, room)
      await until(() => expect(bob.received()).toHaveLength(1))
      expect(eve.received()).toEqual([])
      await until(() => expect(membersOf(eve, [], room)).toEqual([eve.session.me.name]))
    })
  })

  describe('presence', () => {
    it('[P6] members and counts are the same on all nodes, in the join answer and after', async () => {
      const { nodes } = await startCluster(database, 3)
      const room = newRoomId()
      const clients: { client: TestClient; start: readonly User[] }[] = []
      for (const [i, name] of ['Ada', 'Bob', 'Eve'].entries()) {
        const client = await connectClient(nodes[i]!.url, app, { name })
        const { presence } = await join(client, room)
        expect(presence.count).toBe(i + 1)
        expect(presence.members?.map((user) => user.name)).toEqual(['Ada', 'Bob', 'Eve'].slice(0, i + 1))
        clients.push({ client, start: presence.members ?? [] })
      }
      for (const { client, start } of clients)
        await until(() => expect(membersOf(client, start, room)).toEqual(['Ada', 'Bob', 'Eve']))
      await clients[2]!.client.must('room:leave', { room })
      for (const { client, start } of clients.slice(0, 2))
        await until(() => expect(membersOf(client, start, room)).toEqual(['Ada', 'Bob']))
    })

    it('[P6 A9] one user on two nodes is one member, and neither connection evicts the other', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const token = await app.token('ada', { name: 'Ada' })
      const [one, two] = await Promise.all(nodes.map((node) => connectClient(node.url, app, { token })))
      const watcher = await connectClient(nodes[1].url, app, { name: 'Watcher' })
      const { presence } = await join(watcher, room)
      expect((await join(one!, room)).presence.count).toBe(2)
      expect((await join(two!, room)).presence.count).toBe(2)
      await one!.must('room:leave', { room })
      await send(two!, room)
      await until(() => expect(watcher.received()).toHaveLength(1))
      await until(() => expect(membersOf(watcher, presence.members ?? [], room)).toEqual(['Ada', 'Watcher']))
      await two!.must('room:leave', { room })
      await until(() => expect(membersOf(watcher, presence.members ?? [], room)).toEqual(['Watcher']))
      const told = watcher.factsOf('presence:changed').map(({ count }) => count)
      expect(told.at(-1)).toBe(1)
    })

    it('[A19] seats are exact: of 40 who come through two nodes at once, ten get in', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const small = await createApp(database, { limits: { ...GENEROUS, membersPerRoom: 10 } })
      const clients = await Promise.all(
        Array.from({ length: 40 }, (_, i) => connectClient(nodes[i % 2]!.url, small)),
      )
      const answers = await Promise.all(clients.map((client) => client.ask('room:join', { room })))
      expect(answers.filter(({ ok }) => ok)).toHaveLength(10)
      for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('room_full')
      const inside = clients[answers.findIndex(({ ok }) => ok)]!
      await inside.must('room:leave', { room })
      const outside = clients[answers.findIndex(({ ok }) => !ok)]!
      await until(async () => expect((await outside.ask('room:join', { room })).ok).toBe(true))
    })

    it('[A19 P6] coming and going without a fault makes no node doubt itself, and seats stay exact', async () => {
      const { redis, nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const small = await createApp(database, { limits: { ...GENEROUS, membersPerRoom: 5 } })
      const names = async () => (await redis.command('ZRANGE', `${prefix}:{nodes}:leases`, 0, -1)) as string[]
      const before = (await names()).sort()
      const members = `${prefix}:{${small.id}}:members:${room}`
      const counts: number[] = []
      // Each person with two tabs, on two nodes, under two names.
      await Promise.all(
        Array.from({ length: 10 }, async (_, i) => {
          const tabs = await Promise.all(
            nodes.map(async (node, tab) =>
              connectClient(node.url, small, {
                token: await small.token(`user-${i}`, { name: `User ${i}.${tab}` }),
              }),
            ),
          )
          for (let round = 0; round < 15; round += 1) {
            await Promise.all(tabs.map((tab) => tab.ask('room:join', { room })))
            counts.push(Number(await redis.command('HLEN', members)))
            await Promise.all(tabs.map((tab) => tab.ask('room:leave', { room })))
          }
        }),
      )
      expect(Math.max(...counts)).toBe(5)
      await until(async () => expect(await redis.command('EXISTS', members)).toBe(0))
      // Two renewals later every node has still the name it had.
      const renewals = async () =>
        Number(await redis.command('ZSCORE', `${prefix}:{nodes}:leases`, before[0]!))
      const first = await renewals()
      await until(async () => expect(await renewals()).toBeGreaterThan(first))
      expect((await names()).sort()).toEqual(before)
    })

    it('a rename is seen through all nodes, by others and by oneself', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const one = await connectClient(nodes[0].url, app, { name: 'Ada' })
      const two = await connectClient(nodes[1].url, app, { token: one.session.guestToken! })
      const watcher = await connectClient(nodes[1].url, app, { name: 'Watcher' })
      const { presence } = await join(watcher, room)
      await join(one, room)
      await one.must('user:rename', { name: 'Ada L.' })
      await until(() => expect(two.factsOf('user:renamed').at(-1)?.me.name).toBe('Ada L.'))
      expect(two.factsOf('user:renamed').at(-1)?.guestToken).toBeDefined()
      expect(one.factsOf('user:renamed'), 'the caller has the answer').toEqual([])
      await until(() =>
        expect(membersOf(watcher, presence.members ?? [], room)).toEqual(['Ada L.', 'Watcher']),
      )
    })

    it('who types is seen through all nodes', async () => {
      const { nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const [ada, bob] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      await join(ada!, room)
      await join(bob!, room)
      await ada!.must('typing:start', { room })
      await until(() =>
        expect(
          bob!
            .factsOf('typing:changed')
            .at(-1)
            ?.users.map(({ id }) => id),
        ).toEqual([ada!.session.me.id]),
      )
      await ada!.must('typing:stop', { room })
      await until(() => expect(bob!.factsOf('typing:changed').at(-1)?.users).toEqual([]))
    })

    it('[A4] the last one to leave leaves nothing in Redis, and the last node neither', async () => {
      const { redis, nodes } = await startCluster(database, 1)
      const client = await connectClient(nodes[0].url, app)
      const room = newRoomId()
      await join(client, room)
      // Counts of rates end by themselves, within seconds.
      const keys = async () =>
        ((await redis.command('KEYS', 'alcove:*')) as string[]).filter((key) => !key.includes(':rate:'))
      expect((await keys()).some((key) => key.endsWith(room))).toBe(true)
      await client.must('room:leave', { room })
      const keysOfApp = async () => (await keys()).filter((key) => key.includes(`{${app.id}}`))
      const isOfConnections = (key: string) => /:connect(ed|ions:)/.test(key)
      await until(async () => expect((await keysOfApp()).filter((key) => !isOfConnections(key))).toEqual([]))
      client.close()
      await until(async () => expect(await keysOfApp()).toEqual([]))
      await nodes[0].close()
      const left = await keys()
      expect(left.filter((key) => !key.startsWith(`${prefix}:rate:`))).toEqual([])
      // Rates end with their windows.
      for (const key of left) expect(await redis.command('PTTL', key)).toBeLessThanOrEqual(60_000)
    })
  })

  describe('Redis away', () => {
    it('[P1 P5] sends are acked and seen on their node; others have them when it is back', async () => {
      const { redis, nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const [ada, bob] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
      const here = await connectClient(nodes[0].url, app)
      for (const client of [ada!, bob!, here]) await join(client, room)
      await redis.kill()
      for (let i = 0; i < 5; i += 1) await send(ada!, room, `away ${i}`)
      await until(() => expect(here.received()).toHaveLength(5))
      await isShared(nodes, false)
      const { presence } = await join(await connectClient(nodes[0].url, app, { name: 'Late' }), newRoomId())
      expect(presence.count).toBe(1)
      await redis.restart()
      await until(() => expect(bob!.factsOf('room:head').at(-1)?.rev).toBe(5), FOUND_WITHIN_MS)
      await until(async () => {
        await send(ada!, room, 'back')
        expect(bob!.received().map(({ text }) => text)).toContain('back')
      })
    })

    it('joins do not wait for it, however many rooms', async () => {
      const { redis, nodes } = await startCluster(database, 1)
      const ada = await connectClient(nodes[0].url, app)
      await redis.kill()
      await isShared(nodes, false)
      const joinMany = async () => {
        const start = performance.now()
        await Promise.all(Array.from({ length: 10 }, () => join(ada, newRoomId())))
        return performance.now() - start
      }
      // What else the machine does is in some of the rounds, what a join waits for is in each.
      const tookMs = [await joinMany(), await joinMany(), await joinMany()]
      // One wait for a subscription alone is a second.
      expect(Math.min(...tookMs)).toBeLessThan(1_000)
    })

    it('a room that closed meanwhile is not subscribed to again', async () => {
      const { redis, nodes } = await startCluster(database, 1)
      const ada = await connectClient(nodes[0].url, app)
      const [left, kept, next] = [newRoomId(), newRoomId(), newRoomId()]
      for (const room of [left, kept]) await join(ada, room)
      const channels = async () => (await redis.command('PUBSUB', 'SHARDCHANNELS')) as string[]
      const channelIn = (room: string) => expect.stringContaining(room) as string
      await until(async () => expect(await channels()).toContainEqual(channelIn(left)))
      await redis.kill()
      await isShared(nodes, false)
      await ada.must('room:leave', { room: left })
      await redis.restart()
      await isShared(nodes, true)
      await join(ada, next)
      await until(async () => expect(await channels()).toContainEqual(channelIn(next)))
      expect(await channels()).toContainEqual(channelIn(kept))
      expect(await channels()).not.toContainEqual(channelIn(left))
    })

    it('[P6] presence is right again after FLUSHALL', async () => {
      const { redis, nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const ada = await connectClient(nodes[0].url, app, { name: 'Ada' })
      await join(ada, room)
      await redis.command('FLUSHALL')
      await until(async () => {
        const bob = await connectClient(nodes[1].url, app, { name: 'Bob' })
        const { presence } = await join(bob, room)
        bob.close()
        expect(presence.members?.map(({ name }) => name)).toContain('Ada')
      })
    })
  })

  describe('nonsense in Redis', () => {
    it('[P9] in channels: ignored, counted, and delivered to nobody', async () => {
      const { redis, nodes } = await startCluster(database, 1)
      const room = newRoomId()
      const ada = await connectClient(nodes[0].url, app)
      await join(ada, room)
      const foreign = new Redis(redis.url)
      onTestFinished(() => foreign.disconnect())
      const message = (packet: object, opts: object = {}) =>
        JSON.stringify({
          uid: 'someone-else',
          nsp: '/',
          type: 3,
          data: { packet, opts: { rooms: [`r/${app.id}/${room}`], except: [], flags: {}, ...opts } },
        })
      const packet = (...data: unknown[]) => ({ type: 2, nsp: '/', data })
      const nonsense = [
        'null',
        '{',
        '{}',
        '[]',
        '\u0000\u00ff',
        'x'.repeat(1_000_000),
        message(packet('session:closing', { error: {} })),
        message(
          packet('room:changed', { room, epoch: 'x', from: 0, rev: 1, messages: [{ __proto__: null }] }),
        ),
        message(packet('room:changed', null)),
        message(packet('user:renamed', { note: 'user:renamed', app: app.id, user: { id: 5 } }), {
          rooms: [],
        }),
        message({ type: 2, nsp: '/', data: { length: 2 } }),
        JSON.stringify({
          uid: 'x',
          nsp: '/',
          type: 6,
          data: { opts: { rooms: [], except: [] }, close: true },
        }),
        JSON.stringify({
          uid: 'x',
          nsp: '/',
          type: 7,
          data: { opts: { rooms: [], except: [] }, requestId: 'r' },
        }),
        JSON.stringify({ uid: 'x', nsp: '/', type: 9, data: { packet: ['x'] } }),
      ]
      // That she is there herself is the last thing she is told by right.
      await until(() => expect(ada.factsOf('presence:changed')).toHaveLength(1))
      const facts = ada.facts.length
      for (const channel of [`${prefix}#/#`, `${prefix}#/#r/${app.id}/${room}#`])
        for (const text of nonsense) expect(await foreign.spublish(channel, text)).toBe(1)
      await until(async () =>
        expect(await valueOf(nodes[0], 'alcove_cluster_nonsense_total')).toBe(nonsense.length * 2),
      )
      await send(ada, room)
      await until(() => expect(ada.received()).toHaveLength(1))
      expect(ada.facts.slice(facts).map(({ name }) => name)).toEqual(['room:changed'])
    })

    it('[P9] in keys: dropped, and replaced by the right data', async () => {
      const { redis, nodes } = await startCluster(database, 2)
      const room = newRoomId()
      const [ada, bob] = await Promise.all(
        nodes.map((node, i) => connectClient(node.url, app, { name: ['Ada', 'Bob'][i]! })),
      )
      await join(ada!, room)
      const members = `${prefix}:{${app.id}}:members:${room}`
      for (const spoil of [
        () => redis.command('SET', members, 'nonsense'),
        () => redis.command('HSET', members, ada!.session.me.id, '{"no":"sense"', 'x', '1 n1 {"id":'),
        async () => {
          await redis.command('DEL', `${prefix}:{nodes}:leases`)
          await redis.command('SET', `${prefix}:{nodes}:leases`, 'nonsense')
        },
      ]) {
        await spoil()
        await until(async () => {
          const { presence } = await join(bob!, room)
          await bob!.must('room:leave', { room })
          expect(presence.members?.map(({ name }) => name).sort()).toEqual(['Ada', 'Bob'])
        })
      }
    })
  })
})

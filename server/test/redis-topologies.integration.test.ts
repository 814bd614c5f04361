/** Row 4 of the fault table: nodes over sentinels and over a Redis Cluster follow a new master and a moved slot. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { channelOf } from '../src/cluster/channel.js'
import { connectClient, until, type TestClient } from './support/client.js'
import { CAN_CLUSTER, prefixOf, startNodesOn } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, type TestApp, type TestNode } from './support/node.js'
import { startRedisCluster } from './support/redis-cluster.js'
import { startRedisFailover } from './support/redis-failover.js'

/** What P5 promises. */
const FOUND_WITHIN_MS = 20_000

describe.skipIf(!CAN_CLUSTER)('row 4', () => {
  let database: Database
  let prefix: string
  let closeDatabase: () => Promise<void>
  let app: TestApp
  beforeAll(async () => {
    const opened = await openTestDatabase('postgres')
    database = opened.database
    prefix = await prefixOf(database)
    closeDatabase = opened.close
    app = await createApp(database, { limits: GENEROUS })
  })
  afterAll(() => closeDatabase())

  async function startRoom(redisUrl: string): Promise<{
    nodes: TestNode[]
    writer: TestClient
    reader: TestClient
    room: string
    write: (count: number) => Promise<void>
    written: () => string[]
  }> {
    const nodes = await startNodesOn(redisUrl, database, 2)
    const room = newRoomId()
    const [writer, reader] = await Promise.all(nodes.map((node) => connectClient(node.url, app)))
    await writer!.must('room:join', { room })
    await reader!.must('room:join', { room })
    const written: string[] = []
    return {
      nodes,
      room,
      writer: writer!,
      reader: reader!,
      async write(count) {
        for (let i = 0; i < count; i += 1) {
          const id = randomUUID()
          await writer!.must('message:send', { room, id, text: 'hello' })
          written.push(id)
        }
      },
      written: () => written,
    }
  }

  /** What the reader got, and what it gets when it asks as `room:head` tells it to. */
  async function isComplete(reader: TestClient, room: string, written: readonly string[]): Promise<void> {
    await until(async () => {
      const live = new Set(reader.received().map(({ id }) => id))
      const head = reader.factsOf('room:head').at(-1)
      if (head) {
        const { log } = await reader.must('room:sync', { room, epoch: head.epoch, rev: 0 })
        if (log.head <= head.rev) for (const { id } of log.messages) live.add(id)
      }
      expect(written.filter((id) => !live.has(id))).toEqual([])
    }, FOUND_WITHIN_MS)
  }

  /** A message arrives as a frame, not by a question. */
  async function isLive(scene: Awaited<ReturnType<typeof startRoom>>): Promise<void> {
    await until(async () => {
      const before = scene.reader.received().length
      await scene.write(1)
      await until(() => expect(scene.reader.received().length).toBeGreaterThan(before), 1_000)
    })
  }

  it('[P4 P5] Sentinel: a new master; sends are acked throughout, and frames flow again', async () => {
    const group = await startRedisFailover()
    const scene = await startRoom(group.url)
    await scene.write(5)
    await until(() => expect(scene.reader.received()).toHaveLength(5))
    const failing = group.failover()
    await scene.write(20)
    await failing
    await isComplete(scene.reader, scene.room, scene.written())
    await isLive(scene)
    // Members were kept on the master that died.
    const third = await connectClient(scene.nodes[1]!.url, app)
    await until(async () => {
      const { presence } = await third.must('room:join', { room: scene.room })
      expect(presence.count).toBe(3)
    })
  })

  it('[P4 P5] Redis Cluster: a slot moves, and its subscriptions with it', async () => {
    const redis = await startRedisCluster()
    const scene = await startRoom(redis.url)
    const { presence } = await scene.reader.must('room:join', { room: scene.room })
    expect(presence.count).toBe(2)
    await scene.write(5)
    await until(() => expect(scene.reader.received()).toHaveLength(5))
    const channel = `${prefix}#/#${channelOf(app.id, scene.room)}#`
    const { slot, owner } = await redis.ownerOf(channel)
    const moving = redis.moveSlot(slot, owner, (owner + 1) % 3)
    await scene.write(20)
    await moving
    await isComplete(scene.reader, scene.room, scene.written())
    await isLive(scene)
  })

  it('[P6] Redis Cluster: the slot of an app’s members moves with everybody in it', async () => {
    const redis = await startRedisCluster()
    const scene = await startRoom(redis.url)
    const { slot, owner } = await redis.ownerOf(`{${app.id}}`)
    await redis.moveSlot(slot, owner, (owner + 1) % 3)
    const third = await connectClient(scene.nodes[0]!.url, app)
    await until(async () => {
      const { presence } = await third.must('room:join', { room: scene.room })
      expect(presence.count).toBe(3)
    })
    await third.must('room:leave', { room: scene.room })
    await until(() => expect(scene.reader.factsOf('presence:changed').at(-1)?.count).toBe(2))
  })
})

/** What the guests of one address may do after the handshake, under any identity, without cost to others. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { CAN_CLUSTER, startCluster } from './support/cluster.js'
import { openTestDatabase } from './support/database.js'
import { createApp, newRoomId, worldFor, type TestApp } from './support/node.js'

const FLOOD = '203.0.113.1'
const NEIGHBOUR = '203.0.113.2'
const from = (address: string) => ({ socket: { extraHeaders: { 'x-forwarded-for': address } } })

describe('guests of one address', () => {
  const world = worldFor('pglite', { trustProxy: 1 })
  const guest = (app: TestApp, address: string) => connectClient(world.node.url, app, from(address))

  async function guestIn(app: TestApp, room: string, address: string): Promise<TestClient> {
    const client = await guest(app, address)
    await client.must('room:join', { room })
    return client
  }

  const send = (client: TestClient, room: string, text = 'x') =>
    client.ask('message:send', { room, id: randomUUID(), text })

  /** One after the other, each with a burst. @returns the codes of all sends */
  async function burstOf(guests: number, app: TestApp, room: string, text: string): Promise<string[]> {
    const codes: string[] = []
    for (let i = 0; i < guests; i += 1) {
      const client = await guestIn(app, room, FLOOD)
      codes.push(
        ...(await Promise.all(Array.from({ length: 10 }, () => send(client, room, text)))).map(codeOf),
      )
      client.close()
    }
    return codes
  }

  /** A person of another address writes and is answered. */
  async function expectHeard(app: TestApp, room: string): Promise<void> {
    const neighbour = await guestIn(app, room, NEIGHBOUR)
    expect(codeOf(await send(neighbour, room))).toBe('ok')
    neighbour.close()
  }

  it.each([
    ['short messages', 'x', 2],
    ['long messages', 'x'.repeat(4_000), 5],
  ])('share one budget of %s, also when each message comes from a new guest', async (_what, text, points) => {
    // 10 people: 100 points in 10 s.
    const app = await createApp(world.database, {
      limits: { connectionsPerAddress: 10, messagesPerSecondPerRoom: 1_000 },
    })
    const room = newRoomId()
    const startedAt = performance.now()
    const codes = await burstOf(12, app, room, text)
    const windows = 1 + Math.floor((performance.now() - startedAt) / 10_000)
    expect(new Set(codes)).toEqual(new Set(['ok', 'rate_limited']))
    const taken = codes.filter((code) => code === 'ok').length
    expect(taken).toBeGreaterThanOrEqual(100 / points - 1)
    expect(taken).toBeLessThanOrEqual((windows * 100) / points)
    await expectHeard(app, room)
  })

  it('have five times the budget of one app over all apps together', async () => {
    const apps = await Promise.all(
      Array.from({ length: 9 }, () =>
        createApp(world.database, {
          limits: { connectionsPerAddress: 3, messageBurstPerUser: 100, messagesPerSecondPerUser: 10 },
        }),
      ),
    )
    const room = newRoomId()
    const clients = await Promise.all(apps.map((app) => guestIn(app, room, FLOOD)))
    const startedAt = performance.now()
    const codes = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 15 }, () => send(client, room).then(codeOf))),
    )
    const windows = 1 + Math.floor((performance.now() - startedAt) / 10_000)
    // 30 points in 10 s for each app, 2 a message: 15 messages, and 75 in all apps.
    const taken = codes.filter((code) => code === 'ok').length
    expect(taken).toBeGreaterThanOrEqual(74)
    expect(taken).toBeLessThanOrEqual(75 * windows)
    await expectHeard(apps[8]!, room)
  })

  it('learn when to retry', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 1 } })
    const room = newRoomId()
    const client = await guestIn(app, room, FLOOD)
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(client, room)))
    const refused = answers.find((answer) => !answer.ok)
    expect(refused).toMatchObject({ error: { code: 'rate_limited', retryable: true } })
    const waitMs = refused?.ok === false ? (refused.error.retryAfterMs ?? 0) : 0
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(10_000)
  })

  it('leave half of a room to those who come from elsewhere', async () => {
    const app = await createApp(world.database, { limits: { messagesPerSecondPerRoom: 8 } })
    const room = newRoomId()
    const crowd = await Promise.all(Array.from({ length: 5 }, () => guestIn(app, room, FLOOD)))
    const neighbour = await guestIn(app, room, NEIGHBOUR)
    for (let second = 0; second < 3; second += 1) {
      const flood = crowd.flatMap((client) => [send(client, room), send(client, room)])
      const own = send(neighbour, room)
      expect(codeOf(await own)).toBe('ok')
      expect((await Promise.all(flood)).map(codeOf)).toContain('rate_limited')
      await until(async () => expect(codeOf(await send(crowd[0]!, room))).toBe('ok'))
    }
  })

  it('make few rooms, in any number of guests, and enter those that are there', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 5 } })
    const known = newRoomId()
    const codes: string[] = []
    for (let i = 0; i < 4; i += 1) {
      const client = await guestIn(app, known, FLOOD)
      for (let made = 0; made < 3; made += 1)
        codes.push(codeOf(await client.ask('room:join', { room: newRoomId() })))
      client.close()
    }
    expect(codes.filter((code) => code === 'ok')).toHaveLength(4)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(8)
    await guestIn(app, newRoomId(), NEIGHBOUR)
  })

  it('read no more than their address may, one after the other or at once', async () => {
    const app = await createApp(world.database, {
      limits: { connectionsPerAddress: 5, messagesPerSecondPerUser: 100, messageBurstPerUser: 100 },
    })
    const room = newRoomId()
    const writer = await connectClient(world.node.url, app, { token: await app.token('ada') })
    await writer.must('room:join', { room })
    for (let i = 0; i < 10; i += 1)
      await writer.must('message:send', { room, id: randomUUID(), text: 'x'.repeat(3_990) + i })
    // 800 points, 3 a page of 40 KB.
    const readers = await Promise.all(Array.from({ length: 5 }, () => guestIn(app, room, FLOOD)))
    const startedAt = performance.now()
    const codes = await Promise.all(
      readers.map(async (client) => {
        const own: string[] = []
        for (let i = 0; i < 90; i += 1)
          own.push(codeOf(await client.ask('room:history', { room, before: 11, limit: 100 })))
        return own
      }),
    )
    const windows = 1 + Math.floor((performance.now() - startedAt) / 10_000)
    const read = codes.flat().filter((code) => code === 'ok').length
    expect(new Set(codes.flat())).toContain('rate_limited')
    expect(read).toBeLessThanOrEqual((windows * 800) / 3 + readers.length)
    const neighbour = await guestIn(app, room, NEIGHBOUR)
    expect(codeOf(await neighbour.ask('room:history', { room, before: 11, limit: 100 }))).toBe('ok')
  })

  it('are new so often and no oftener; who was here before comes in', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 2 } })
    const first = await guest(app, FLOOD)
    const guestToken = first.session.guestToken!
    first.close()
    let made = 1
    for (let code = 'ok'; code === 'ok' && made < 50;) {
      code = await guest(app, FLOOD).then(
        (client) => (client.close(), 'ok'),
        (error: { data?: { code: string } }) => error.data?.code ?? String(error),
      )
      if (code === 'ok') made += 1
      // A place is free again a moment after its connection has closed.
      else if (code === 'too_many_connections') code = 'ok'
      else expect(code).toBe('rate_limited')
    }
    expect(made).toBe(10)
    await until(
      async () => void (await connectClient(world.node.url, app, { ...from(FLOOD), token: guestToken })),
    )
    await guest(app, NEIGHBOUR)
  })

  it('[P6] keep no seats by coming, breaking off and coming again as somebody else', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 3, membersPerRoom: 20 } })
    const room = newRoomId()
    const codes: string[] = []
    for (let i = 0; i < 12; i += 1) {
      try {
        const client = await guestIn(app, room, FLOOD)
        client.socket.io.engine.close()
        codes.push('ok')
      } catch (error) {
        codes.push((error as { data?: { code: string } }).data?.code ?? String(error))
      }
    }
    expect(codes).toContain('too_many_connections')
    const neighbour = await guest(app, NEIGHBOUR)
    const { presence } = await neighbour.must('room:join', { room })
    expect(presence.count).toBeLessThanOrEqual(1 + 3)
  })

  it('[P6] come back into their seat after a break, all of them at once', async () => {
    const app = await createApp(world.database, { limits: { connectionsPerAddress: 3 } })
    const room = newRoomId()
    const watcher = await guestIn(app, room, NEIGHBOUR)
    const members = await Promise.all(Array.from({ length: 3 }, () => guestIn(app, room, FLOOD)))
    await until(() => expect(watcher.factsOf('presence:changed').at(-1)?.count).toBe(4))
    for (const member of members) member.socket.io.engine.close()
    await Promise.all(
      members.map(async ({ session }) => {
        const options = { ...from(FLOOD), token: session.guestToken! }
        let back: TestClient | undefined
        await until(async () => void (back = await connectClient(world.node.url, app, options)))
        await back!.must('room:join', { room })
      }),
    )
    expect(watcher.factsOf('presence:changed').flatMap(({ left = [] }) => left)).toEqual([])
  })
})

describe('signed users of a school', () => {
  const world = worldFor('pglite', { trustProxy: 1 })

  it('are not counted by their address: 100 of them connect, join and write behind one that expects 2 guests', async () => {
    const app = await createApp(world.database, {
      limits: { connectionsPerAddress: 2, messagesPerSecondPerRoom: 1_000 },
    })
    const room = newRoomId()
    const pupils = await Promise.all(
      Array.from({ length: 100 }, async (_, i) =>
        connectClient(world.node.url, app, { ...from(FLOOD), token: await app.token(`pupil-${i}`) }),
      ),
    )
    const codes = await Promise.all(
      pupils.map(async (pupil) => {
        await pupil.must('room:join', { room })
        return codeOf(await pupil.ask('message:send', { room, id: randomUUID(), text: 'x'.repeat(4_000) }))
      }),
    )
    expect(new Set(codes)).toEqual(new Set(['ok']))
    await connectClient(world.node.url, app, from(FLOOD))
  })
})

describe('an app', () => {
  const world = worldFor('pglite')

  it('makes so many rooms a minute, and everybody beyond it learns when to retry', async () => {
    const app = await createApp(world.database, { limits: { newRoomsPerMinute: 3 } })
    const client = await connectClient(world.node.url, app, { token: await app.token('ada') })
    const answers = []
    for (let i = 0; i < 5; i += 1) answers.push(await client.ask('room:join', { room: newRoomId() }))
    expect(answers.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'rate_limited', 'rate_limited'])
    expect(answers[4]).toMatchObject({ error: { retryable: true } })
  })

  it('has so many rooms in all; those that are there stay open to everybody', async () => {
    const app = await createApp(world.database, { limits: { rooms: 3 } })
    const client = await connectClient(world.node.url, app, { token: await app.token('ada') })
    const known = newRoomId()
    const rooms = [known, newRoomId(), newRoomId(), newRoomId(), known]
    const codes = []
    for (const room of rooms) codes.push(codeOf(await client.ask('room:join', { room })))
    expect(codes).toEqual(['ok', 'ok', 'ok', 'rate_limited', 'ok'])
  })
})

describe.skipIf(!CAN_CLUSTER)('over several nodes', () => {
  it('guests of one address have one budget and one number of seats', async () => {
    const { database, close } = await openTestDatabase('postgres')
    const { nodes } = await startCluster(database, 2)
    const app = await createApp(database, {
      limits: { connectionsPerAddress: 4, messagesPerSecondPerRoom: 1_000, membersPerRoom: 50 },
    })
    const room = newRoomId()
    const startedAt = performance.now()
    const taken: string[] = []
    for (let i = 0; i < 8; i += 1) {
      const client = await connectClient(nodes[i % 2]!.url, app)
      await client.must('room:join', { room })
      const sends = Array.from({ length: 8 }, () =>
        client.ask('message:send', { room, id: randomUUID(), text: 'x' }),
      )
      taken.push(...(await Promise.all(sends)).map(codeOf).filter((code) => code === 'ok'))
      client.close()
    }
    const windows = 1 + Math.floor((performance.now() - startedAt) / 10_000)
    // 40 points, 2 each; where a window is used up in one moment on both nodes, one more may pass.
    expect(taken.length).toBeGreaterThanOrEqual(18)
    expect(taken.length).toBeLessThanOrEqual(windows * 21)

    const seats: string[] = []
    for (let i = 0; i < 10; i += 1) {
      try {
        const client = await connectClient(nodes[i % 2]!.url, app)
        await client.must('room:join', { room })
        client.socket.io.engine.close()
        seats.push('ok')
      } catch (error) {
        seats.push((error as { data?: { code: string } }).data?.code ?? String(error))
      }
    }
    expect(seats).toContain('too_many_connections')
    await close()
  })
})

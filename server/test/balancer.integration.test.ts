/** The configurations of docs/deploy, in the real nginx and HAProxy, before three real nodes. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createChat, type Chat, type Room } from '@alcove/sdk'
import { migrate } from '../src/storage/migrate.js'
import { openPostgres } from '../src/storage/postgres.js'
import type { Database } from '../src/storage/database.js'
import {
  BALANCERS,
  checkConfiguration,
  configurationFile,
  readConfiguration,
  startBalancer,
  type BalancerName,
} from './support/balancer.js'
import { connectClient, openSocket, until, type TestClient } from './support/client.js'
import { createPostgresDatabase, ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, type TestApp } from './support/node.js'
import { answerOn, clientFrame, handshakeRequest, openRaw } from './support/raw-handshake.js'
import { HAS_REDIS, openRedis, type RedisServer } from './support/redis.js'
import { openServerProcess, type ServerProcess } from './support/server-process.js'

const NODES = 3
/** A node pings every 20 s and closes a connection 20 s later; P6 has 45 s for all of it. */
const LONGEST_SILENCE_SECONDS = 45
const SEES_DEATH_WITHIN_MS = 10_000

const hasEverything = HAS_REDIS && ENGINES.includes('postgres')
const variants = BALANCERS.flatMap((name) => [
  { name, isRoomHash: false, file: configurationFile(name, false) },
  { name, isRoomHash: true, file: configurationFile(name, true) },
])

let redis: RedisServer
let database: Database
let app: TestApp
let environment: Record<string, string>
const closers: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  if (!hasEverything) return
  redis = await openRedis()
  closers.push(() => redis.close())
  const { url, drop } = await createPostgresDatabase()
  closers.push(drop)
  database = openPostgres(url)
  closers.push(() => database.close())
  await migrate(database)
  app = await createApp(database, { limits: GENEROUS })
  environment = {
    DATABASE_URL: url,
    REDIS_URL: redis.url,
    ALCOVE_SECRET: 'test-secret-test-secret-test-secret',
    TRUST_PROXY: '1',
  }
})
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

/** For one block of tests, or one test; SIGKILL takes one away. */
async function openNodes(more: Record<string, string> = {}): Promise<ServerProcess[]> {
  const nodes = await Promise.all(times(NODES, () => openServerProcess({ ...environment, ...more })))
  // Until then each counts for itself.
  await until(async () => expect(await perNode(nodes, 'alcove_redis_up')).toEqual(times(NODES, () => 1)))
  return nodes
}
async function startNodes(more: Record<string, string> = {}): Promise<ServerProcess[]> {
  const nodes = await openNodes(more)
  onTestFinished(() => killAll(nodes))
  return nodes
}
const killAll = async (nodes: ServerProcess[]) => {
  await Promise.all(nodes.map((node) => node.kill('SIGKILL')))
}
const portsOf = (nodes: ServerProcess[]) => nodes.map(({ port }) => port)

/** Of the node itself: behind the balancer nobody sees it. */
async function metric(node: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${node.url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)![1])
}
const perNode = (nodes: ServerProcess[], name = 'alcove_connections') =>
  Promise.all(nodes.map((node) => metric(node, name)))
/** Of an earlier test: a node may be told later that they went. */
const nobodyIsLeft = (nodes: ServerProcess[]) =>
  until(async () => expect(await perNode(nodes)).toEqual(times(NODES, () => 0)))
const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)

const polling = (query: Record<string, string> = { connection: randomUUID() }) => ({
  socket: { transports: ['polling'], query: { app: app.id, ...query } },
})
const transportOf = ({ socket }: TestClient) => socket.io.engine.transport.name
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))

function openChat(server: string): Chat {
  const chat = createChat({ server, app: app.id, storage: null })
  onTestFinished(() => chat.close())
  return chat
}
async function joinAll(server: string, count: number, roomId: string): Promise<{ chat: Chat; room: Room }[]> {
  return Promise.all(
    times(count, async () => {
      const chat = openChat(server)
      return { chat, room: await chat.join(roomId) }
    }),
  )
}

/**
 * Begins a POST, sends a second one, and lets an upgrade complete meanwhile: Engine.IO would break off the first one for
 * either. @param names as the query is to have them
 */
async function breakOwnSession(url: string, names: { transport: string; sid: string }): Promise<void> {
  const path = `/socket.io/?EIO=4&${names.transport}&connection=${randomUUID()}`
  const opened = await fetch(url + path)
  const text = await opened.text()
  // In such words a session does not even begin.
  if (opened.status === 400) return
  const { sid } = JSON.parse(text.slice(1)) as { sid: string }
  const port = Number(new URL(url).port)
  const first = openRaw(port)
  const over = new Promise((resolve) => first.once('data', resolve).once('close', resolve))
  const request = `POST ${path}&${names.sid}=${sid} HTTP/1.1\r\nHost: test\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n`
  await new Promise<void>((sent) => first.write(`${request}3`, () => sent()))
  await until(async () => {
    const second = await fetch(`${url}${path}&${names.sid}=${sid}`, { method: 'POST', body: '3' })
    await second.text()
    // Until the first one has arrived, the second one is one of its own.
    expect(second.status).toBeGreaterThanOrEqual(400)
  })
  const upgrade = openRaw(port)
  const query = path.slice(path.indexOf('&connection='))
  upgrade.write(handshakeRequest('websocket', `${query}&sid=${sid}`))
  if ((await answerOn(upgrade)).status === 101) upgrade.write(clientFrame('5'))
  await over
}

describe.skipIf(!hasEverything).each(variants)('$file', ({ name, isRoomHash, file }) => {
  it('is accepted by the program itself, without a warning', async () => {
    const { code, output } = await checkConfiguration(name, isRoomHash)
    expect(code, output).toBe(0)
    expect(output).not.toMatch(/warn|alert|emerg/i)
  })

  it.runIf(name === 'nginx')('counts no failures of a node, which clients could bring about', async () => {
    const servers = (await readConfiguration(file)).match(/^ *server 10\..*$/gm)
    expect(servers).toHaveLength(2 * NODES)
    for (const server of servers ?? []) expect(server).toContain(' max_fails=0;')
  })

  it('waits longer than a quiet connection is silent', async () => {
    const text = await readConfiguration(file)
    const names =
      name === 'nginx' ? ['proxy_read_timeout', 'proxy_send_timeout'] : ['tunnel', 'client', 'server']
    for (const each of names) {
      const seconds = Number(new RegExp(`^ *(?:timeout )?${each} (\\d+)s`, 'm').exec(text)?.[1])
      expect(seconds, each).toBeGreaterThan(LONGEST_SILENCE_SECONDS)
    }
  })
})

describe.skipIf(!hasEverything).each(BALANCERS.map((name) => ({ name })))('behind $name', ({ name }) => {
  let nodes: ServerProcess[]
  beforeAll(async () => {
    if (hasEverything) nodes = await openNodes()
  })
  afterAll(() => killAll(nodes))

  it('30 WebSockets from one address spread evenly, and a message reaches all', async () => {
    await nobodyIsLeft(nodes)
    const { url } = await startBalancer(name, portsOf(nodes))
    const members = await joinAll(url, 30, newRoomId())
    const counts = await perNode(nodes)
    expect(sum(counts)).toBe(30)
    expect(Math.max(...counts) / Math.min(...counts)).toBeLessThan(1.3)
    await members[0]!.room.send('to all nodes')
    for (const { room } of members)
      await until(() => expect(room.messages.map(({ text }) => text)).toEqual(['to all nodes']))
    expect(transportOf(await connectClient(url, app))).toBe('websocket')
    console.info(`${name}: 30 WebSockets on ${counts.join(', ')}`)
  })

  it('60 long-polling clients from one address are on every node', async () => {
    await nobodyIsLeft(nodes)
    const { url } = await startBalancer(name, portsOf(nodes))
    await Promise.all(times(60, () => connectClient(url, app, polling())))
    const counts = await perNode(nodes)
    expect(sum(counts)).toBe(60)
    expect(Math.min(...counts)).toBeGreaterThan(0)
    console.info(`${name}: 60 long-polling clients on ${counts.join(', ')}`)
  })

  it('long-polling grows into a WebSocket on its own node', async () => {
    const { url } = await startBalancer(name, portsOf(nodes))
    const clients = await Promise.all(
      times(9, () =>
        connectClient(url, app, {
          socket: {
            transports: ['polling', 'websocket'],
            query: { app: app.id, connection: randomUUID() },
          },
        }),
      ),
    )
    await until(() => expect(clients.map(transportOf)).toEqual(clients.map(() => 'websocket')))
    await Promise.all(clients.map((client) => client.must('room:join', { room: newRoomId() })))
  })

  it('health is seen through it, the numbers are not, however they are asked for', async () => {
    const { url } = await startBalancer(name, portsOf(nodes))
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ status: 'ready' })
    for (const path of ['/metrics', '/metrics?x', '/%6detrics', '/%6Detric%73', '//metrics', '/metrics/']) {
      const answer = await fetch(url + path)
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(await answer.text()).not.toContain('alcove_')
    }
  })

  it('[P9] a client that breaks its own long-polling requests takes no node from the others', async () => {
    await nobodyIsLeft(nodes)
    const { url, output } = await startBalancer(name, portsOf(nodes))
    const honest = await Promise.all(times(6, () => connectClient(url, app, polling())))
    const room = newRoomId()
    for (const client of honest) await client.must('room:join', { room })
    const ids = honest.map(({ socket }) => socket.io.engine.id)
    const ways = [
      { transport: 'transport=polling', sid: 'sid' },
      // nginx reads the first `transport` and knows no such `sid`, so that this is a WebSocket to it.
      { transport: 'transport=websocket&transport=polling', sid: 's%69d' },
    ]
    for (const way of ways) for (const _attempt of times(10, () => 0)) await breakOwnSession(url, way)
    await honest[0]?.must('message:send', { room, id: randomUUID(), text: 'all well?' })
    for (const client of honest) await until(() => expect(client.received()).toHaveLength(1))
    expect(honest.map(({ socket }) => socket.io.engine.id)).toEqual(ids)
    expect(output()).not.toMatch(/no live upstreams|temporarily disabled|reset by peer|prematurely closed/)
    for (const client of honest) client.close()
  })

  it("a client's own X-Forwarded-For does not hide its address", async () => {
    const { url } = await startBalancer(name, portsOf(nodes))
    const strict = await createApp(database, { limits: { ...GENEROUS, connectionsPerAddress: 2 } })
    const connectAs = (forged: string) =>
      connectClient(url, strict, { socket: { extraHeaders: { 'X-Forwarded-For': forged } } })
    const answers = await Promise.allSettled(times(4 * NODES, (i) => connectAs(`6.6.6.${i}`)))
    const refusals = answers.filter((answer) => answer.status === 'rejected')
    expect(answers.length - refusals.length).toBe(2)
    for (const { reason } of refusals) expect(reason.data).toMatchObject({ code: 'too_many_connections' })
  })
})

it.skipIf(!hasEverything || BALANCERS.length === 0)(
  'behind each long-polling stays on its node for many requests, also of clients that say no connection',
  async () => {
    const nodes = await startNodes()
    await Promise.all(BALANCERS.map((name) => pollBehind(name, nodes)))
  },
)

async function pollBehind(name: BalancerName, nodes: ServerProcess[]): Promise<void> {
  const { url } = await startBalancer(name, portsOf(nodes))
  const room = newRoomId()
  const clients = await Promise.all(
    times(12, (i) => connectClient(url, app, polling(i < 9 ? undefined : {}))),
  )
  const failures: string[] = []
  for (const { socket } of clients) socket.on('disconnect', (reason) => failures.push(reason))
  for (const client of clients) await client.must('room:join', { room })
  const startedAt = performance.now()
  // Longer than a poll waits (20 s), longer than nginx remembers a failure.
  for (let sent = 0; performance.now() - startedAt < 22_000; sent += 1) {
    const writer = clients[sent % clients.length]!
    await writer.must('message:send', { room, id: randomUUID(), text: `${sent}` })
    // Not as the last one: the message of another node may arrive after it.
    await until(() => expect(writer.received().map(({ text }) => text)).toContain(`${sent}`))
  }
  expect(failures, name).toEqual([])
  expect(clients.map(transportOf)).toEqual(clients.map(() => 'polling'))
}

describe.skipIf(!hasEverything).each(BALANCERS.map((name) => ({ name })))(
  'behind $name, a node',
  ({ name }) => {
    it('killed: new connections never fail, and its clients are on others within seconds, complete', async () => {
      const nodes = await startNodes()
      const { url } = await startBalancer(name, portsOf(nodes))
      const roomId = newRoomId()
      const members = await joinAll(url, 12, roomId)
      const poller = await connectClient(url, app, {
        socket: { ...polling().socket, reconnection: true, reconnectionDelayMax: 500 },
      })
      const moved: unknown[] = []
      members.forEach(({ chat }) => chat.on('status', ({ current }) => moved.push(current)))

      await nodes[0]!.kill('SIGKILL')
      const startedAt = performance.now()
      const opened = times(20, (i) => connectClient(url, app, i % 2 === 0 ? {} : polling()))
      expect((await Promise.allSettled(opened)).filter(({ status }) => status === 'rejected')).toEqual([])
      await until(() => expect(moved).toContain('offline'))
      await until(() => {
        expect(members.map(({ chat }) => chat.status)).toEqual(members.map(() => 'online'))
        expect(poller.socket.connected).toBe(true)
      }, SEES_DEATH_WITHIN_MS)
      const tookMs = performance.now() - startedAt
      await members[0]!.room.send('still here')
      await until(() => {
        for (const { room } of members) expect(room.messages.map(({ text }) => text)).toEqual(['still here'])
      })
      console.info(`${name}: clients of a killed node were back after ${Math.round(tookMs)} ms`)
    })

    it('stopped: new connections go to the others from the first one', async () => {
      const nodes = await startNodes()
      const { url } = await startBalancer(name, portsOf(nodes))
      // Somebody to say goodbye to, so that it takes a while.
      await joinAll(url, 30, newRoomId())
      const stopped = nodes[0]!.kill('SIGTERM')
      const opened: Promise<TestClient>[] = []
      let isStopped = false
      void stopped.then(() => (isStopped = true))
      while (!isStopped || opened.length < 20) {
        opened.push(connectClient(url, app))
        await Promise.allSettled(opened.slice(-1))
      }
      expect((await Promise.allSettled(opened)).filter(({ status }) => status === 'rejected')).toEqual([])
      expect((await stopped).code).toBe(0)
    })

    it('full: new connections go on to the others, and those it has stay', async () => {
      const nodes = await startNodes({ MAX_CONNECTIONS: '4' })
      const { url } = await startBalancer(name, portsOf(nodes), { isRoomHash: true })
      const inOneRoom = {
        socket: { query: { app: app.id, room: 'crowded' }, reconnection: true, reconnectionDelayMax: 500 },
      }
      const sockets = times(4 * NODES, () => openSocket(url, app, inOneRoom))
      await until(() => expect(sockets.map(({ connected }) => connected)).toEqual(sockets.map(() => true)))
      expect(await perNode(nodes)).toEqual([4, 4, 4])
      const lost: unknown[] = []
      for (const socket of sockets) socket.on('disconnect', (reason) => lost.push(reason))
      const oneTooMany = openSocket(url, app)
      await new Promise((done) => oneTooMany.once('connect_error', done))
      expect(lost).toEqual([])
    })
  },
)

describe.skipIf(!hasEverything).each(BALANCERS.map((name) => ({ name })))(
  'behind $name with the room hashed',
  ({ name }) => {
    it('all of a room are on one node, rooms are on several, and a kill moves them to others', async () => {
      const nodes = await startNodes()
      const { url } = await startBalancer(name, portsOf(nodes), { isRoomHash: true })
      // So many that they do not all fall on one node by chance.
      const [ROOMS, MEMBERS] = [20, 2]
      const rooms = await Promise.all(times(ROOMS, () => joinAll(url, MEMBERS, newRoomId())))
      // A room is open on every node that has somebody of it.
      const open = await perNode(nodes, 'alcove_rooms_open')
      expect(sum(open)).toBe(ROOMS)
      expect(open.filter((count) => count > 0).length).toBeGreaterThan(1)
      expect(await perNode(nodes)).toEqual(open.map((count) => MEMBERS * count))

      const fullest = open.indexOf(Math.max(...open))
      const [dead] = nodes.splice(fullest, 1)
      await dead!.kill('SIGKILL')
      await until(async () => expect(sum(await perNode(nodes))).toBe(MEMBERS * ROOMS), SEES_DEATH_WITHIN_MS)
      // While the balancer finds out, some of a room may come to another node: nothing but the saving depends on it.
      for (const members of rooms) {
        await members[0]!.room.send('here')
        for (const { room } of members) await until(() => expect(room.messages).toHaveLength(1))
      }
      console.info(`${name}: ${ROOMS} rooms of ${MEMBERS}, by node: ${open.join(', ')}`)
    })
  },
)

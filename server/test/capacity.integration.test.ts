/** A node that is full or stormed: new connections are sent elsewhere by HTTP, those that are open notice nothing. */
import { expect, it, onTestFinished } from 'vitest'
import { createChat } from '@alcove/sdk'
import { connectClient, refusedHandshake, until } from './support/client.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest, worldFor } from './support/node.js'
import { answerOn, handshakeRequest, openRaw, rawHandshake } from './support/raw-handshake.js'

const MAX = 20
const world = worldFor('pglite')

const startSmall = (maxConnections = MAX) => startNodeForTest(world.database, { maxConnections })
const readyz = async (url: string) => {
  const response = await fetch(`${url}/readyz`)
  return [response.status, ((await response.json()) as { status: string }).status]
}

it.each(['websocket', 'polling'] as const)(
  'a full node answers a new %s handshake with 503 and Retry-After, serves the others, and takes one when one leaves',
  async (transport) => {
    const node = await startSmall()
    const app = await createApp(world.database, { limits: GENEROUS })
    const clients = await Promise.all(
      Array.from({ length: MAX }, (_, i) =>
        connectClient(node.url, app, { socket: { transports: [i % 2 === 0 ? 'websocket' : 'polling'] } }),
      ),
    )
    const refused = await rawHandshake(node.port, transport, `&app=${app.id}`)
    expect(refused.status).toBe(503)
    expect(refused.headers).toMatchObject({ 'retry-after': '5', connection: 'close' })
    expect(JSON.parse(refused.body)).toMatchObject({
      code: 'overloaded',
      retryable: true,
      retryAfterMs: 5_000,
    })
    await until(() => expect(refused.socket.destroyed).toBe(true))
    expect(await readyz(node.url)).toEqual([503, 'full'])
    const access = await fetch(`${node.url}/v1/apps/${app.id}/access`)
    expect(await access.json()).toMatchObject({ code: 'overloaded', retryAfterMs: 5_000 })
    expect(await node.metrics.registry.metrics()).toContain('alcove_refusals_total{code="overloaded"} 1')

    const room = newRoomId()
    const [first, second] = clients
    await first?.must('room:join', { room })
    await second?.must('room:join', { room })
    await second?.must('message:send', { room, id: crypto.randomUUID(), text: 'still here' })
    await until(() => expect(first?.received()).toHaveLength(1))

    clients.pop()?.close()
    await until(async () =>
      expect((await rawHandshake(node.port, transport)).status).toBe(transport === 'websocket' ? 101 : 200),
    )
    for (const client of clients.splice(0, 2)) client.close()
    await until(async () => expect(await readyz(node.url)).toEqual([200, 'ready']))
  },
)

it('the SDK learns from the access check that the node is full, waits as requested, and comes in when a slot is free', async () => {
  const node = await startSmall(1)
  const app = await createApp(world.database)
  const inside = await connectClient(node.url, app)
  const chat = createChat({ server: node.url, app: app.id, storage: null })
  onTestFinished(() => chat.close())
  // As it is told: later there is less to wait.
  const retryInMs = new Promise<number | undefined>((told) =>
    chat.on('status', ({ error }) => error?.code === 'overloaded' && told(chat.retryInMs)),
  )
  const connected = chat.connect()
  expect(await retryInMs).toBeGreaterThan(4_000)
  expect(chat.error).toMatchObject({ code: 'overloaded', retryAfterMs: 5_000 })
  expect(chat.status).toBe('offline')
  inside.close()
  await connected
  expect(chat.status).toBe('online')
})

it('an upgrade from polling to WebSocket is no new connection', async () => {
  const node = await startSmall(1)
  const app = await createApp(world.database)
  const client = await connectClient(node.url, app, { socket: { transports: ['polling', 'websocket'] } })
  await until(() => expect(client.socket.io.engine.transport.name).toBe('websocket'))
  expect((await rawHandshake(node.port, 'websocket')).status).toBe(503)
})

it('a storm takes exactly the places there are; for the others the connection breaks, and then there is a 503', async () => {
  const node = await startSmall(50)
  const app = await createApp(world.database, { limits: GENEROUS })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) =>
      connectClient(node.url, app, { socket: { transports: [i % 2 === 0 ? 'websocket' : 'polling'] } }),
    ),
  )
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(50)
  // No refusal by Socket.IO, after which a client would not come again by itself.
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).not.toHaveProperty('data')
  expect((await rawHandshake(node.port, 'websocket')).status).toBe(503)
})

it('handshakes that come to nothing take no place', async () => {
  const node = await startSmall(1)
  const app = await createApp(world.database)
  const nothing = [
    'POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n',
    'GET /socket.io/?EIO=3&transport=polling HTTP/1.1\r\nHost: test\r\n\r\n',
    'GET /socket.io/?EIO=4&transport=pigeon HTTP/1.1\r\nHost: test\r\n\r\n',
    'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: test\r\nOrigin: null\r\n\r\n',
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  ]
  for (const request of nothing) {
    const socket = openRaw(node.port)
    socket.write(request)
    const { status } = await answerOn(socket)
    expect([400, 403]).toContain(status)
  }
  const gone = openRaw(node.port)
  await new Promise<void>((sent) => gone.write(handshakeRequest('websocket'), () => sent()))
  gone.resetAndDestroy()
  const refused = await refusedHandshake(node.url, app, { token: 'no token' })
  expect(refused.code).toBe('token_invalid')
  await connectClient(node.url, app)
})

it('[P9] a reset while the node still looks at an upgrade ends nothing but that connection', async () => {
  const { database } = world
  const waiting: (() => void)[] = []
  const slow = {
    ...database,
    query: (async (sql: string, params?: readonly unknown[]) => {
      if (sql.includes('from apps')) await new Promise<void>((go) => waiting.push(go))
      return database.query(sql, params)
    }) as typeof database.query,
  }
  const node = await startNodeForTest(slow)
  const socket = openRaw(node.port)
  socket.write(handshakeRequest('websocket', '&app=slow'))
  await until(() => expect(waiting.length).toBeGreaterThan(0))
  socket.resetAndDestroy()
  // The reset has arrived once a request sent after it is answered.
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200)
  for (const go of waiting) go()
  expect((await fetch(`${node.url}/healthz`)).status).toBe(200)
})

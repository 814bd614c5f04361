/** A real server whose look at each request takes as long as the test wants. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { handshakeRequest } from '../../test/support/raw-handshake.js'
import { until } from '../../test/support/until.js'
import { createAddressRates } from '../limits/address-rates.js'
import { createMetrics } from '../metrics.js'
import { createCapacity, type Capacity } from '../limits/capacity.js'
import { guardAdmission, guardHeads } from './admission.js'
import type { RealtimeServer } from './connection.js'
import { createRealtimeServer } from './gateway.js'
import { watchUnnamedSessions, type UnnamedSessions } from './unnamed-sessions.js'
import { watchEngineSockets } from './engine-sockets.js'

function guarded(
  io: RealtimeServer,
  { capacity, addressOf }: { capacity: Capacity; addressOf: (request: IncomingMessage) => string },
): UnnamedSessions {
  const metrics = createMetrics()
  const engineSockets = watchEngineSockets(io.engine, metrics)
  const unnamed = watchUnnamedSessions({
    engine: io.engine,
    shares: { total: 1_000, perAddress: 1_000 },
    addressOf: ({ request }) => addressOf(request),
    onDropped: () => {},
  })
  onTestFinished(unnamed.close)
  const newSessions = createAddressRates({ points: 1_000, windowSeconds: 10 })
  guardAdmission(io.engine, {
    ...{ capacity, engineSockets, unnamed, metrics, newSessions, addressOf },
    requests: newSessions,
    readiness: { isDraining: false, isFull: false },
  })
  return unnamed
}

it.each(['websocket', 'polling'] as const)(
  'a client that is gone before the door has looked takes no place: %s',
  async (transport) => {
    const http = createServer()
    http.on('upgrade', (_request, socket) => socket.on('error', () => {}))
    const io = createRealtimeServer().attach(http)
    onTestFinished(() => io.close())
    const looking: (() => void)[] = []
    io.engine.use((_request: unknown, _response: unknown, next: () => void) => void looking.push(next))
    const capacity = createCapacity({ maxConnections: 1, countConnections: () => 0 })
    const unnamed = guarded(io, { capacity, addressOf: () => '127.0.0.1' })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')

    const accepted = once(http, 'connection') as Promise<[Socket]>
    const client = connect((http.address() as AddressInfo).port, '127.0.0.1')
    client.write(handshakeRequest(transport))
    await until(() => expect(looking).toHaveLength(1))
    const [socket] = await accepted
    const closed = new Promise((resolve) => socket.once('close', resolve))
    client.resetAndDestroy()
    await closed

    looking[0]?.()
    await new Promise(setImmediate)
    expect(io.engine.clientsCount).toBe(0)
    expect(unnamed.held).toBe(0)
  },
)

it('[P7] preflights count as requests of their address, and only they do before anything is looked up', async () => {
  const http = createServer()
  const io = createRealtimeServer().attach(http)
  onTestFinished(() => io.close())
  guardHeads(io.engine, {
    requests: createAddressRates({ points: 3, windowSeconds: 60 }),
    addressOf: () => '127.0.0.1',
    metrics: createMetrics(),
  })
  let lookups = 0
  io.engine.use((_request: unknown, response: ServerResponse) => {
    lookups += 1
    response.end()
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const ask = async (method: string) =>
    (await fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`, { method })).status
  const statuses: number[] = []
  for (const method of ['OPTIONS', 'GET', 'OPTIONS', 'OPTIONS', 'OPTIONS', 'GET'])
    statuses.push(await ask(method))
  expect(statuses).toEqual([200, 200, 200, 200, 429, 200])
  expect(lookups).toBe(5)
})

it('[P7] three addresses that open all they can leave room for everybody else, and may come again', async () => {
  const http = createServer()
  const io = createRealtimeServer().attach(http)
  onTestFinished(() => io.close())
  let now = 0
  const capacity = createCapacity({
    maxConnections: 1_000,
    countConnections: () => 0,
    newConnections: { burst: 60, perSecond: 60 },
    now: () => now,
  })
  guarded(io, { capacity, addressOf: ({ headers }) => String(headers['x-address']) })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const open = (address: string) =>
    fetch(`http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`, {
      headers: { 'x-address': address },
    })

  const flood = await Promise.all(Array.from({ length: 90 }, (_, i) => open(`attacker ${i % 3}`)))
  const newcomers = await Promise.all(Array.from({ length: 5 }, (_, i) => open(`home ${i}`)))
  expect(newcomers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const turnedAway = flood.filter(({ status }) => status === 503)
  expect(turnedAway.length).toBeGreaterThan(30)
  expect(turnedAway.length).toBeLessThan(60)
  expect(await turnedAway[0]?.json()).toMatchObject({
    code: 'overloaded',
    retryable: true,
    retryAfterMs: 2_000,
  })
  now += 2_000
  expect((await open('attacker 0')).status).toBe(200)
})

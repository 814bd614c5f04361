/** A real server whose look at each request takes as long as the test wants. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { handshakeRequest } from '../../test/support/raw-handshake.js'
import { until } from '../../test/support/until.js'
import { createAddressRates } from '../limits/address-rates.js'
import { createMetrics } from '../metrics.js'
import { createCapacity } from './capacity.js'
import { guardDoor, guardHeads } from './door.js'
import { createRealtimeServer } from './gateway.js'
import { watchUnnamedSessions } from './unnamed-sessions.js'
import { watchWires } from './wires.js'

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
    const metrics = createMetrics()
    const wires = watchWires(io.engine, metrics)
    const unnamed = watchUnnamedSessions({
      engine: io.engine,
      shares: { total: 10, perAddress: 10 },
      addressOf: () => '127.0.0.1',
      onDropped: () => {},
    })
    onTestFinished(unnamed.close)
    const newSessions = createAddressRates({ points: 10, windowSeconds: 10 })
    guardDoor(io.engine, {
      ...{ capacity, wires, unnamed, metrics, newSessions },
      requests: newSessions,
      readiness: { isDraining: false, isFull: false },
      addressOf: () => '127.0.0.1',
    })
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

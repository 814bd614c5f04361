/** Real sockets on a real server: what waits for a reader who does not read is counted in what it costs. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Duplex } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../../test/support/until.js'
import { createLogger } from '../process/logger.js'
import { createMetrics, type Metrics } from '../metrics.js'
import { broadcast } from '../delivery/broadcast.js'
import type { RealtimeServer } from './connection.js'
import { createRealtimeServer } from './gateway.js'
import { boundUnsent, watchSlowReaders } from './slow-readers.js'
import { watchEngineSockets, type Engine, type EngineSocket } from './engine-sockets.js'

const CHANNEL = 'r/demo/lobby'
const EVENT = 'room:changed'
const TEXT_CHARACTERS = 8_000
/** Nobody reads, and the kernel has taken what it takes long before. */
const MOST_FACTS = 5_000

let io: RealtimeServer
let metrics: Metrics
let port: number
let stuck: WebSocket[]

beforeEach(async () => {
  const http = createServer()
  io = createRealtimeServer()
  io.attach(http)
  io.on('connection', (socket) => void socket.join(CHANNEL))
  metrics = createMetrics()
  const engine = io.engine as unknown as Engine
  const engineSockets = watchEngineSockets(engine, metrics)
  const stop = watchSlowReaders({ engine, engineSockets, metrics, log: createLogger('silent') })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  port = (http.address() as AddressInfo).port
  stuck = []
  return async () => {
    stop()
    for (const client of stuck) client.terminate()
    await io.close()
  }
})

/** @returns the server's side of a reader who has read nothing since it came */
async function connectStuck(): Promise<{ wire: EngineSocket; id: string }> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
  stuck.push(client)
  await once(client, 'open')
  const before = io.sockets.sockets.size
  client.send('40')
  await until(() => expect(io.sockets.adapter.rooms.get(CHANNEL)?.size).toBe(before + 1))
  client.pause()
  const socket = [...io.sockets.sockets.values()].at(-1)
  return { wire: socket!.conn as unknown as EngineSocket, id: socket!.id }
}

const bytesQueued = ({ writeBuffer }: EngineSocket) =>
  writeBuffer.reduce((sum, { data }) => sum + Buffer.byteLength(data ?? ''), 0)
const valueOf = async (metric: { get(): Promise<{ values: { value: number }[] }> }) =>
  (await metric.get()).values[0]?.value ?? 0

const tellRoom = (text: string) => broadcast(io, CHANNEL, EVENT, { text })
function tellOne(text: string, id: string): void {
  const socket: { emit(event: string, fact: object): unknown } | undefined = io.sockets.sockets.get(id)
  socket?.emit(EVENT, { text })
}

it.each([
  { told: 'the room in Latin letters', text: 'x', bytesEach: 1, tell: tellRoom },
  { told: 'the room in Japanese', text: 'あ', bytesEach: 3, tell: tellRoom },
  { told: 'the room in emoji', text: '🐟', bytesEach: 4, tell: tellRoom },
  { told: 'the reader alone in Japanese', text: 'あ', bytesEach: 3, tell: tellOne },
])('[P7] what waits is counted in bytes: $told', async ({ text, bytesEach, tell }) => {
  const { wire, id } = await connectStuck()
  const fact = text.repeat(TEXT_CHARACTERS)
  let most = 0
  let mostSaid = 0
  for (let told = 0; told < MOST_FACTS && (await valueOf(metrics.slowReaders)) === 0; told += 1) {
    tell(fact, id)
    most = Math.max(most, bytesQueued(wire))
    await turn()
    mostSaid = Math.max(mostSaid, await valueOf(metrics.backlog))
  }
  expect(await valueOf(metrics.slowReaders)).toBe(1)
  const allowance = 64 * 1024 + 2 * TEXT_CHARACTERS * bytesEach
  expect(most).toBeGreaterThan(512 * 1024 - allowance)
  expect(most).toBeLessThan(512 * 1024 + allowance)
  expect(mostSaid).toBeGreaterThanOrEqual(most)
})

it('a fact for a room waits in one copy, however many are behind', async () => {
  const engineSockets = [(await connectStuck()).wire, (await connectStuck()).wire]
  const areBehind = () => engineSockets.every(({ writeBuffer }) => writeBuffer.length >= 3)
  for (let told = 0; told < MOST_FACTS && !areBehind(); told += 1) {
    tellRoom('あ'.repeat(TEXT_CHARACTERS))
    await turn()
  }
  expect(areBehind(), `two who read nothing are behind after ${MOST_FACTS} facts`).toBe(true)
  const [one, other] = engineSockets.map(
    ({ writeBuffer }) => writeBuffer.at(-1)?.options?.wsPreEncodedFrame?.[0],
  )
  expect(one).toBeInstanceOf(Buffer)
  expect(other).toBe(one)
})

it.each([
  { what: 'short', answer: 'x', most: 10_000 },
  { what: 'long', answer: 'x'.repeat(1_024), most: 1_024 },
])('[P7] somebody who talks on while $what answers wait is cut off at a bound', async ({ answer, most }) => {
  const socket = new Duplex({ read() {}, write() {}, highWaterMark: 0 })
  boundUnsent(metrics)(socket)
  expect(socket.readableFlowing).toBeNull()
  socket.resume()
  // The first is under way and does not wait.
  for (let i = 0; i < most; i += 1) socket.write(answer)
  socket.push('said')
  await turn()
  expect(socket.destroyed).toBe(false)
  for (let i = 0; i < 2; i += 1) socket.write(answer)
  socket.push('said')
  await until(() => expect(socket.destroyed).toBe(true))
  expect(await valueOf(metrics.hostileConnections)).toBe(1)
})

/** Real sockets on a real server: what is written below Engine.IO has to be what a WebSocket client reads. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { io as connect, type Socket } from 'socket.io-client'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../../test/support/until.js'
import { broadcast } from './broadcast.js'
import type { RealtimeServer } from '../realtime/connection.js'
import { createRealtimeServer } from '../realtime/gateway.js'

const CHANNEL = 'r/demo/lobby'
const EVENT = 'room:changed'

let io: RealtimeServer
let port: number
/** Packets that went Engine.IO's way. */
let queued: string[]

beforeEach(async () => {
  const http = createServer()
  io = createRealtimeServer()
  io.attach(http)
  io.on('connection', (socket) => {
    void socket.join(CHANNEL)
    socket.conn.on('packetCreate', ({ data }) => queued.push(String(data)))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  port = (http.address() as AddressInfo).port
  queued = []
  return async () => void (await io.close())
})

/** @returns the facts it reads, as the bytes say them */
async function connectWebSocket() {
  const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
  onTestFinished(() => client.terminate())
  const texts: string[] = []
  let isConnected = false
  client.on('message', (data: Buffer) => {
    const text = data.toString()
    if (text.startsWith('0')) client.send('40')
    else if (text.startsWith('40')) isConnected = true
    else if (text.startsWith('42')) texts.push(text.slice(2))
  })
  await until(() => expect(isConnected).toBe(true))
  return { client, texts }
}

async function connectPolling() {
  const client: Socket = connect(`http://127.0.0.1:${port}`, { transports: ['polling'], forceNew: true })
  onTestFinished(() => void client.disconnect())
  const facts: unknown[] = []
  client.on(EVENT, (fact: unknown) => facts.push(fact))
  await until(() => expect(client.connected).toBe(true))
  return { client, facts }
}

/** To this one alone; what is in a fact does not matter here. */
const tell = (socket: { emit(event: string, fact: object): unknown }, fact: object) =>
  socket.emit(EVENT, fact)

const numbersUpTo = (count: number) => Array.from({ length: count }, (_, number) => number)

describe('a reader with nothing else on the way', () => {
  /** Around every change of the header's form, Engine.IO's and Socket.IO's types included. */
  it.each([125, 126, 127, 65_535, 65_536, 65_537])('reads a frame of %i bytes', async (bytes) => {
    const { texts } = await connectWebSocket()
    const empty = `42${JSON.stringify([EVENT, { text: 'ä' }])}`
    const fact = { text: `ä${'x'.repeat(bytes - Buffer.byteLength(empty))}` }
    broadcast(io, CHANNEL, EVENT, fact)
    await until(() => expect(texts).toEqual([JSON.stringify([EVENT, fact])]))
    expect(Buffer.byteLength(`42${texts[0]!}`)).toBe(bytes)
    expect(queued).toEqual([])
  })

  it('receives its own facts and those for all in one order', async () => {
    const { texts } = await connectWebSocket()
    const [socket] = io.sockets.sockets.values()
    for (const number of numbersUpTo(20))
      if (number % 2) broadcast(io, CHANNEL, EVENT, { number })
      else tell(socket!, { number })
    await until(() => expect(texts).toHaveLength(20))
    expect(texts).toEqual(numbersUpTo(20).map((number) => JSON.stringify([EVENT, { number }])))
  })
})

it('a fact is encoded once, however many read it', async () => {
  const readers = await Promise.all([connectWebSocket(), connectWebSocket(), connectPolling()])
  const toJSON = vi.fn(() => ({ text: 'hello' }))
  broadcast(io, CHANNEL, EVENT, { toJSON })
  await until(() => expect(readers[2].facts).toEqual([{ text: 'hello' }]))
  for (const { texts } of readers.slice(0, 2) as { texts: string[] }[])
    await until(() => expect(texts).toEqual([JSON.stringify([EVENT, { text: 'hello' }])]))
  expect(toJSON).toHaveBeenCalledOnce()
})

it('a reader that polls gets all facts in order', async () => {
  const { facts } = await connectPolling()
  for (const number of numbersUpTo(20)) broadcast(io, CHANNEL, EVENT, { number })
  await until(() => expect(facts).toHaveLength(20))
  expect(facts).toEqual(numbersUpTo(20).map((number) => ({ number })))
})

it('[P2] a reader that falls behind and reads again gets all facts in order', async () => {
  const { client, texts } = await connectWebSocket()
  const text = 'あ'.repeat(22_000)
  client.pause()
  let told = 0
  expect(broadcast(io, CHANNEL, EVENT, { number: told, text: '' }), 'nobody is busy').toBe(0)
  told += 1
  // What the operating system takes is written at once; some more then waits in Engine.IO's queue.
  while (queued.length < 5) {
    broadcast(io, CHANNEL, EVENT, { number: told, text })
    told += 1
    if (told > 5_000) throw new Error('nothing makes this reader fall behind')
  }
  expect(broadcast(io, CHANNEL, EVENT, { number: told, text: '' }), 'all readers are busy').toBe(1)
  told += 1
  client.resume()
  await until(() => expect(texts).toHaveLength(told))
  // Caught up: the short way again.
  await until(() => {
    const queuedBefore = queued.length
    broadcast(io, CHANNEL, EVENT, { number: told, text: '' })
    told += 1
    expect(queued).toHaveLength(queuedBefore)
  })
  await until(() => expect(texts).toHaveLength(told))
  const numbers = texts.map((each) => (JSON.parse(each) as [string, { number: number }])[1].number)
  expect(numbers).toEqual(numbersUpTo(told))
})

it('[P8] only the channel receives it, and a channel without readers is no error', async () => {
  const { texts } = await connectWebSocket()
  const outside = await connectWebSocket()
  for (const socket of [...io.sockets.sockets.values()].slice(1)) await socket.leave(CHANNEL)
  broadcast(io, 'r/demo/nobody', EVENT, { text: 'nobody' })
  broadcast(io, CHANNEL, EVENT, { text: 'inside' })
  for (const socket of io.sockets.sockets.values()) tell(socket, { text: 'last' })
  await until(() => expect([texts.length, outside.texts.length]).toEqual([2, 1]))
  expect(texts[0]).toContain('inside')
  expect(outside.texts[0]).toContain('last')
})

describe('where a part below the public types is not what it was', () => {
  const whole = () => ({
    conn: { readyState: 'open', upgrading: false, writeBuffer: [], write: vi.fn() },
    transport: { name: 'websocket', writable: true },
    webSocket: { readyState: 1 },
    wire: { writableLength: 0, write: vi.fn() },
  })

  /** @returns which way it went */
  function broadcastTo({ conn, transport, webSocket, wire }: ReturnType<typeof whole>): string {
    const socket = { conn: { ...conn, transport: { ...transport, socket: { ...webSocket, _socket: wire } } } }
    const adapter = { rooms: new Map([[CHANNEL, new Set(['one'])]]) }
    broadcast({ sockets: { adapter, sockets: new Map([['one', socket]]) } }, CHANNEL, EVENT, {})
    const [short, usual] = [wire.write.mock.calls.length, conn.write.mock.calls.length]
    return `${short} short, ${usual} usual`
  }

  it('everything as expected goes the short way', () => {
    expect(broadcastTo(whole())).toBe('1 short, 0 usual')
  })

  it.each([
    ['conn', 'readyState'],
    ['conn', 'upgrading'],
    ['conn', 'writeBuffer'],
    ['transport', 'writable'],
    ['webSocket', 'readyState'],
    ['wire', 'writableLength'],
  ] as const)('without %s.%s it goes the usual way', (part, field) => {
    const parts = whole()
    delete (parts[part] as Record<string, unknown>)[field]
    expect(broadcastTo(parts)).toBe('0 short, 1 usual')
  })
})

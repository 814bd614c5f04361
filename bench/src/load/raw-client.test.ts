import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { expect, it, onTestFinished } from 'vitest'
import { connectRaw, NotAdmitted, type RawClient } from './raw-client.js'

const PATH = '/socket.io/?EIO=4&transport=websocket'

/** A Socket.IO server as it comes: what it says back is what its own parser understood. */
async function startServer(set: (io: Server) => void = () => {}): Promise<number> {
  const http = createServer()
  const io = new Server(http)
  io.on('connection', (socket) => {
    socket.on('echo', (request: { text: string }, ack: (answer: unknown) => void) => ack(request))
    socket.on('hear', (text: string, ack: (answer: unknown) => void) => {
      io.emit('said', text)
      ack({ ok: true })
    })
    socket.on('leave', () => socket.disconnect(true))
  })
  set(io)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(async () => void (await io.close()))
  return (http.address() as AddressInfo).port
}

async function connect(port: number, auth = {}): Promise<RawClient> {
  const client = await connectRaw({ port, path: PATH, auth }, false)
  onTestFinished(() => client.cut())
  return client
}

it.each([1, 60, 90, 91, 92, 125, 126, 127, 65_000, 65_536, 200_000])(
  'says %i characters as a WebSocket server reads them, and reads them back',
  async (length) => {
    const client = await connect(await startServer())
    const text = 'ä'.repeat(length)
    expect(await client.ask('echo', { text })).toEqual({ text })
  },
)

it('answers each of many requests under way with its own answer', async () => {
  const client = await connect(await startServer())
  const texts = Array.from({ length: 300 }, (_, number) => `text ${number}`)
  expect(await Promise.all(texts.map((text) => client.ask('echo', { text })))).toEqual(
    texts.map((text) => ({ text })),
  )
})

it('receives events whole, and counts the bytes received', async () => {
  const client = await connect(await startServer())
  const heard: string[] = []
  client.onEvent = (bytes, start, end) => heard.push(bytes.toString('utf8', start, end))
  const before = client.bytes
  for (let number = 0; number < 50; number += 1)
    await new Promise<void>((acked) =>
      client.tell(
        (ackId) => `42${ackId}["hear","${'x'.repeat(100 + number)}"]`,
        () => acked(),
      ),
    )
  expect(heard).toEqual(Array.from({ length: 50 }, (_, number) => `["said","${'x'.repeat(100 + number)}"]`))
  const leastBytes = heard.reduce((sum, event) => sum + event.length, 0)
  expect(client.bytes - before).toBeGreaterThan(leastBytes)
})

it('says who it is', async () => {
  const names: unknown[] = []
  const port = await startServer((io) =>
    io.use((socket, next) => {
      names.push(socket.handshake.auth.name)
      next()
    }),
  )
  await connect(port, { name: 'Ada' })
  expect(names).toEqual(['Ada'])
})

it('rejects with the reason when it is refused, and with how long to wait', async () => {
  const port = await startServer((io) =>
    io.use((_socket, next) =>
      next(Object.assign(new Error('no'), { data: { code: 'overloaded', retryAfterMs: 700 } })),
    ),
  )
  const error: unknown = await connect(port).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(NotAdmitted)
  expect(error).toMatchObject({ message: 'unable to connect; overloaded', retryAfterMs: 700 })
})

it('rejects what is under way when the connection ends, and says that it ended', async () => {
  const client = await connect(await startServer())
  await expect(client.ask('leave', {})).rejects.toBeInstanceOf(NotAdmitted)
  await client.ended
  expect(client.isOpen).toBe(false)
})

/** [P7] A reader who stops reading: bounded, cut off, back and complete; the others notice nothing. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import type { Socket as TcpSocket } from 'node:net'
import { connectClient, until } from './support/client.js'
import { openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest } from './support/node.js'

/** More than the kernel's buffers on both sides of a loopback connection take. */
const MESSAGES = 1_500
const WRITERS = 10
const TEXT = 'x'.repeat(16_000)

it('[P7] a stuck reader costs at most 1 MiB, is cut off, and resumes complete', async () => {
  const { database, close } = await openTestDatabase('pglite')
  onTestFinished(close)
  const node = await startNodeForTest(database)
  const app = await createApp(database, {
    limits: { ...GENEROUS, messageCharacters: 17_000, messageBytes: 17_000 },
  })
  const room = newRoomId()
  const writers = await Promise.all(Array.from({ length: WRITERS }, () => connectClient(node.url, app)))
  const healthy = await connectClient(node.url, app)
  const stuck = await connectClient(node.url, app)
  for (const client of [...writers, healthy, stuck]) await client.must('room:join', { room })

  const wire = (stuck.socket.io.engine.transport as unknown as { ws: { _socket: TcpSocket } }).ws._socket
  wire.pause()
  let peak = 0
  const watching = setInterval(() => {
    void node.metrics.backlog.get().then(({ values }) => (peak = Math.max(peak, values[0]?.value ?? 0)))
  }, 20)
  onTestFinished(() => clearInterval(watching))

  // Several, because one connection may not send that fast.
  await Promise.all(
    writers.map(async (writer, index) => {
      for (let i = 0; i < MESSAGES / WRITERS; i += 1) {
        await writer.must('message:send', { room, id: randomUUID(), text: `${index}:${i}:${TEXT}` })
      }
    }),
  )
  await until(() => expect(healthy.received()).toHaveLength(MESSAGES))
  await until(async () => expect((await node.metrics.slowReaders.get()).values[0]?.value).toBe(1))
  expect(peak).toBeGreaterThan(0)
  expect(peak).toBeLessThanOrEqual(1024 * 1024)
  expect(healthy.socket.connected).toBe(true)

  wire.resume()
  await until(() => expect(stuck.socket.connected).toBe(false))
  const seen = stuck.received()
  expect(seen.length).toBeLessThan(MESSAGES)
  const back = await connectClient(node.url, app)
  let rev = seen.at(-1)?.rev ?? 0
  const { epoch } = (await back.must('room:join', { room })).log
  const rest: number[] = []
  while (rev < MESSAGES) {
    const answer = await back.ask('room:sync', { room, epoch, rev })
    // So much is more than one may read at once; the SDK waits as long as it is told.
    if (!answer.ok && answer.error.code === 'rate_limited') {
      await pause(answer.error.retryAfterMs)
      continue
    }
    if (!answer.ok || answer.log.kind !== 'changes') throw new Error('expected changes')
    const { log } = answer
    rest.push(...log.messages.map((message) => message.seq))
    rev = log.through
  }
  expect([...seen.map((message) => message.seq), ...rest]).toEqual(
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  )
})

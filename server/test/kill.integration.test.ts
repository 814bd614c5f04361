/** The server killed again and again under load: nothing that was acked is gone, nothing is doubled. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createChat, type Message } from '@alcove/sdk'
import { usedDataDirectory } from './support/database.js'
import { until } from './support/client.js'
import { GENEROUS } from './support/node.js'
import { alcove, startServerProcess } from './support/server-process.js'

const KILLS = 10
const WRITERS = 5
const ACKS_BETWEEN_KILLS = 60

it(`[P1 P2 P3 P4] ${WRITERS} writers, ${KILLS} kills: all acked stored once, dense, and every reader complete`, async () => {
  const ALCOVE_DATA_DIR = await usedDataDirectory()
  const limits = Object.entries(GENEROUS).flatMap(([name, value]) => ['--limit', `${name}=${value}`])
  const created = await alcove(['app', 'create', 'load', '--native-clients', 'yes', ...limits], {
    ALCOVE_DATA_DIR,
  })
  expect(created.stderr).toBe('')
  let server = await startServerProcess({ ALCOVE_DATA_DIR })
  const { port, url } = server

  const openChat = (name: string) => {
    const chat = createChat({ server: url, app: 'load', user: { name }, storage: null })
    onTestFinished(() => chat.close())
    return chat
  }
  const acked = new Map<string, Message>()
  let isWriting = true
  const writers = Array.from({ length: WRITERS }, async (_, writer) => {
    const room = await openChat(`Writer ${writer}`).join('load')
    for (let i = 0; isWriting; i += 1) {
      const message = await room.send(`${writer}:${i}`)
      expect(acked.has(message.id)).toBe(false)
      acked.set(message.id, message)
    }
  })
  const reader = await openChat('Reader').join('load')
  const seen: Message[] = []
  reader.on('message', (message) => seen.push(message))

  for (let kill = 0; kill < KILLS; kill += 1) {
    const target = acked.size + ACKS_BETWEEN_KILLS
    await until(() => expect(acked.size).toBeGreaterThan(target))
    await server.kill('SIGKILL')
    server = await startServerProcess({ ALCOVE_DATA_DIR, PORT: String(port) })
  }
  const target = acked.size + ACKS_BETWEEN_KILLS
  await until(() => expect(acked.size).toBeGreaterThan(target))
  isWriting = false
  await Promise.all(writers)

  // The log as the server has it, by a client that starts from nothing.
  const fresh = await openChat('Fresh').join('load')
  while (await fresh.loadOlder(100));
  const stored = fresh.messages
  expect(stored.map((message) => message.seq)).toEqual(stored.map((_, index) => index + 1))
  expect(new Set(stored.map((message) => message.id)).size).toBe(stored.length)
  expect(new Set(stored.map((message) => message.text)).size).toBe(stored.length)
  const lost = [...acked.values()].filter((message) => stored[(message.seq ?? 0) - 1]?.id !== message.id)
  expect(lost).toEqual([])
  await until(() => expect(seen.at(-1)?.seq).toBe(stored.length))
  const first = seen[0]?.seq ?? 0
  expect(seen.map((message) => message.id)).toEqual(stored.slice(first - 1).map((message) => message.id))
  for (let writer = 0; writer < WRITERS; writer += 1) {
    const own = stored
      .filter((message) => message.text.startsWith(`${writer}:`))
      .map((message) => message.text)
    expect(own).toEqual(own.map((_, index) => `${writer}:${index}`))
  }
  console.info(
    `${KILLS} kills: acked ${acked.size}, stored ${stored.length}, doubled 0, lost ${lost.length}, seq dense 1..${stored.length}`,
  )
}, 600_000)

it('a second server on the same data directory is refused with a sentence, and the first goes on', async () => {
  const ALCOVE_DATA_DIR = await usedDataDirectory()
  const server = await startServerProcess({ ALCOVE_DATA_DIR, ALCOVE_CREATE_DEMO: '1' })
  const second = await alcove(['serve'], { ALCOVE_DATA_DIR, PORT: '0' })
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toContain('another Alcove process is using it')
  expect(second.stderr.trim().split('\n')).toHaveLength(1)
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
})

it('a graceful stop asks clients to reconnect, keeps what was acked, and exits with 0', async () => {
  const ALCOVE_DATA_DIR = await usedDataDirectory()
  const server = await startServerProcess({ ALCOVE_DATA_DIR, ALCOVE_CREATE_DEMO: '1' })
  const chat = createChat({ server: server.url, app: 'demo', storage: null })
  onTestFinished(() => chat.close())
  const room = await chat.join('lobby')
  const before = await room.send({ text: 'before', meta: { key: randomUUID() } })
  expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  await until(() => expect(chat.status).toBe('offline'))
  const sending = room.send('while away')
  await startServerProcess({ ALCOVE_DATA_DIR, PORT: String(server.port) })
  const after = await sending
  expect(after.seq).toBe((before.seq ?? 0) + 1)
  expect(server.log.join('\n')).not.toContain('while away')
})

it('a bad configuration lists all problems together and exits with 1', async () => {
  const { code, stderr } = await alcove(['serve'], {
    PORT: 'x',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://x',
    TRUST_PROXY: '-1',
  })
  expect(code).toBe(1)
  for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_URL', 'TRUST_PROXY', 'ALCOVE_SECRET'])
    expect(stderr).toContain(`- ${name} should be`)
})

it('a port in use is a sentence, and nothing was made for the server that cannot start', async () => {
  const server = await startServerProcess({ ALCOVE_DATA_DIR: await usedDataDirectory() })
  const ALCOVE_DATA_DIR = join(await usedDataDirectory(), 'new')
  const { code, stderr } = await alcove(['serve'], { ALCOVE_DATA_DIR, PORT: String(server.port) })
  expect(code).toBe(1)
  expect(stderr.trim()).toBe(`unable to listen; port ${server.port} is in use. Set PORT to another.`)
  expect(existsSync(ALCOVE_DATA_DIR)).toBe(false)
})

/** [P9] Whatever comes in, the process lives and the neighbours notice nothing. Seeded: set ALCOVE_TEST_SEED to replay. */
import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { connect } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { PROTOCOL_VERSION } from '@alcove/sdk/protocol'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { createApp, GENEROUS, newRoomId, worldFor, type TestApp } from './support/node.js'
import { seededRandom, testSeed, type Random } from './support/random.js'

const world = worldFor('pglite')

const faults = async () => (await world.node.metrics.faults.get()).values[0]?.value ?? 0

/** Two people in a room who must notice nothing. */
async function neighbours(app: TestApp): Promise<{ talk: () => Promise<void> }> {
  const room = newRoomId()
  const [ada, bob] = (await Promise.all([1, 2].map(() => connectClient(world.node.url, app)))) as [
    TestClient,
    TestClient,
  ]
  for (const client of [ada, bob]) await client.must('room:join', { room })
  return {
    async talk() {
      const id = randomUUID()
      await ada.must('message:send', { room, id, text: 'all well?' })
      await until(() => expect(bob.received().at(-1)?.id).toBe(id))
      expect(bob.factsOf('session:closing')).toEqual([])
    },
  }
}

it('[P9] wrong events, shapes and types get a typed error; the connection goes on', async () => {
  const app = await createApp(world.database, { limits: GENEROUS })
  const { talk } = await neighbours(app)
  const client = await connectClient(world.node.url, app)
  const room = newRoomId()
  await client.must('room:join', { room })
  const emit = async (name: string, ...args: unknown[]) =>
    codeOf((await client.socket.timeout(60_000).emitWithAck(name, ...args)) as { ok: true })
  const id = randomUUID()
  const wrong: [string, ...unknown[]][] = [
    ['no:such'],
    ['constructor', {}],
    ['__proto__', {}],
    ['toString', {}],
    ['error', { message: 'x' }],
    ['message:send'],
    ['message:send', null],
    ['message:send', 5],
    ['message:send', 'x'],
    ['message:send', []],
    ['message:send', {}],
    ['message:send', { room, id, text: null }],
    ['message:send', { room, id, text: 5 }],
    ['message:send', { room, id, text: { toString: 'x' } }],
    ['message:send', { room, id, text: ['x'] }],
    ['message:send', { room, id: 'not-a-uuid', text: 'x' }],
    ['message:send', { room, id, text: 'x', extra: 1 }],
    ['message:send', { room, id, text: 'x', meta: [] }],
    ['message:send', { room, id, text: 'x', replyTo: 5 }],
    ['message:send', { room, id, text: 'x' }, { second: 'argument' }],
    ['message:send', JSON.parse('{"__proto__":{"room":"x"},"text":"x"}')],
    ['message:send', { room, id, text: Buffer.from('x') }],
    ['room:join', { room: { $ne: null } }],
    ['room:join', { room: 'x', since: { epoch: 'x', rev: -1 } }],
    ['room:join', { room: 'x', since: { epoch: 'x', rev: 1.5 } }],
    ['room:join', { room: 'x', since: { epoch: 'x', rev: 1e300 } }],
    ['room:join', { room: 'x', leave: Array.from({ length: 51 }, () => 'x') }],
    ['room:history', { room, limit: 101, before: 1 }],
    ['room:history', { room, limit: 0, before: 1 }],
    ['room:history', { room, limit: 1, before: 1, after: 1 }],
    ['room:history', { room, limit: 1 }],
    ['user:rename', { name: 'x'.repeat(2_000) }],
    ['session:refresh', { token: 5 }],
  ]
  for (const [name, ...args] of wrong) {
    expect([name, args, await emit(name, ...args)]).toEqual([name, args, 'invalid_request'])
  }
  expect(codeOf(await client.ask('message:send', { room, id, text: 'fine' }))).toBe('ok')
  expect(await faults()).toBe(0)
  await talk()
})

it('[P9] a request without an acknowledgement closes the connection and says why', async () => {
  const client = await connectClient(world.node.url, await createApp(world.database))
  client.socket.emit('room:join', { room: 'x' })
  await until(() => expect(client.factsOf('session:closing')[0]?.error.code).toBe('invalid_request'))
  await until(() => expect(client.socket.connected).toBe(false))
})

it('[P9] a frame over 64 KB closes the connection', async () => {
  const app = await createApp(world.database)
  const { talk } = await neighbours(app)
  for (const bytes of [70_000, 1_000_000]) {
    const client = await connectClient(world.node.url, app)
    client.socket.emit('message:send', { text: 'x'.repeat(bytes) }, () => {})
    await until(() => expect(client.socket.connected).toBe(false))
  }
  await talk()
})

it('[P9] 10,000 frames at once: refused, then closed; the neighbours chat on', async () => {
  const app = await createApp(world.database)
  const { talk } = await neighbours(app)
  const client = await connectClient(world.node.url, app)
  const codes = new Set<string>()
  const send = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      client.socket.emit('typing:start', { room: 'x' }, (answer: { ok: true }) => codes.add(codeOf(answer)))
    }
  }
  send(500)
  await until(() => expect(codes).toContain('rate_limited'))
  expect(client.socket.connected).toBe(true)
  send(10_000)
  await talk()
  await until(() => expect(client.socket.connected).toBe(false))
  await talk()
})

/** A connection below Socket.IO, opened and silent. */
async function openWire(app: string): Promise<{ wire: WebSocket; closed: Promise<void> }> {
  const wire = new WebSocket(
    `${world.node.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${app}`,
  )
  onTestFinished(() => wire.terminate())
  const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()))
  await new Promise((resolve) => wire.once('open', resolve))
  return { wire, closed }
}

const auth = (app: TestApp) => JSON.stringify({ protocol: PROTOCOL_VERSION, app: app.id })
const connections = async () => (await world.node.metrics.connections.get()).values[0]?.value
const wires = async () => (await world.node.metrics.hostileConnections.get()).values[0]?.value ?? 0

it('[P7 P9] foreign namespaces are not answered, however often they are asked for and whether or not the answers are read', async () => {
  const app = await createApp(world.database)
  const { talk } = await neighbours(app)
  const { wire, closed } = await openWire('')
  wire.pause()
  for (let i = 0; i < 200; i += 1) wire.send(`40/${'n'.repeat(60_000)},`)
  await until(async () => expect(await wires()).toBeGreaterThan(0))
  wire.resume()
  await closed
  await talk()
})

it('[P7] one connection is one session, and ends with it', async () => {
  const app = await createApp(world.database)
  const first = await openWire(`&app=${app.id}`)
  for (let i = 0; i < 100; i += 1) first.wire.send(`40${auth(app)}`)
  await first.closed
  const second = await openWire(`&app=${app.id}`)
  second.wire.send(`40${auth(app)}`)
  await new Promise<void>((opened) => {
    second.wire.on('message', (data: Buffer) => String(data).includes('session:opened') && opened())
  })
  second.wire.send('41')
  await second.closed
})

it.each([
  ['acks that nobody asked for', '431[{}]'],
  ['pings', '3'],
])('[P9] a flood of %s closes the connection; the neighbours chat on', async (_what, packet) => {
  const app = await createApp(world.database)
  const { talk } = await neighbours(app)
  const { wire, closed } = await openWire(`&app=${app.id}`)
  wire.send(`40${auth(app)}`)
  for (let i = 0; i < 20_000; i += 1) wire.send(packet)
  await closed
  await talk()
})

it('[P7 P9] pings of the WebSocket itself, with nobody to read the answers, close the connection', async () => {
  const app = await createApp(world.database)
  const { talk } = await neighbours(app)
  const { wire } = await openWire(`&app=${app.id}`)
  wire.send(`40${auth(app)}`)
  await until(async () => expect(await connections()).toBe(3))
  wire.pause()
  await until(async () => {
    if (wire.readyState === WebSocket.OPEN) for (let i = 0; i < 2_000; i += 1) wire.ping('x'.repeat(125))
    expect(await connections()).toBe(2)
  })
  await talk()
})

it('[P9] a seeded fuzz of frames and bytes: the node lives, nothing unexpected, the neighbours chat on', async () => {
  const seed = testSeed()
  const random = seededRandom(seed)
  console.info(`fuzz seed ${seed}`)
  const app = await createApp(world.database, { limits: { ...GENEROUS, connectionsPerAddress: 10_000 } })
  const { talk } = await neighbours(app)
  let frames = 0
  for (let round = 0; round < 400; round += 1) {
    frames += await attack(app, random)
    if (round % 100 === 0) await talk()
  }
  console.info(`fuzzed ${frames} frames`)
  expect(frames).toBeGreaterThan(10_000)
  await talk()
  expect(await faults()).toBe(0)
  expect((await fetch(`${world.node.url}/readyz`)).status).toBe(200)
})

it('[P9] nonsense on the HTTP port is answered or closed', async () => {
  const random = seededRandom(testSeed())
  for (let i = 0; i < 40; i += 1) {
    const socket = connect(world.node.port, '127.0.0.1')
    const closed = new Promise((resolve) => socket.once('close', resolve).once('error', resolve))
    socket.end(Buffer.from(Array.from({ length: 200 }, () => random.int(256))))
    socket.resume()
    await closed
  }
  const statusOf = async (path: string, init?: RequestInit) =>
    (await fetch(world.node.url + path, init)).status
  expect(await statusOf('/nothing')).toBe(404)
  expect(await statusOf('/%2e%2e/%2e%2e/etc/passwd')).toBeGreaterThanOrEqual(400)
  expect(await statusOf('/v1/apps/%00/access')).toBe(404)
  expect(await statusOf(`/v1/apps/${'x'.repeat(5_000)}/access`)).toBeGreaterThanOrEqual(400)
  expect(await statusOf('/r/demo/%3Cscript%3E')).toBe(404)
  expect(
    await statusOf('/socket.io/?EIO=4&transport=polling', { method: 'POST', body: 'x'.repeat(200_000) }),
  ).toBeGreaterThanOrEqual(400)
  expect(await statusOf('/socket.io/?EIO=4&transport=webtransport')).toBe(400)
  expect(await statusOf('/healthz')).toBe(200)
})

// Java's HTTP client and `curl --http2` ask for HTTP/2 with every request over plain http.
it('a request that would like another protocol is answered in this one', async () => {
  const headers = {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
  }
  const answerTo = (path: string, method = 'GET', body = '') =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      const asked = request(world.node.url + path, { method, headers, agent: false }, (response) => {
        response.setEncoding('utf8')
        let text = ''
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve([response.statusCode, text]))
      })
      asked.on('error', reject).end(body)
    })
  expect(await answerTo('/healthz')).toEqual([200, expect.stringContaining('ok')])
  expect((await answerTo('/metrics'))[1]).toMatch(/alcove_connections \d+\n/)
  expect((await answerTo('/v1/rooms'))[0]).toBe(401)
  expect((await answerTo('/nothing'))[0]).toBe(404)
  expect((await answerTo('/healthz', 'HEAD'))[0]).toBe(200)
  expect((await answerTo('/nothing', 'POST', 'x'.repeat(100_000)))[0]).toBe(404)
})

/** One hostile connection: a handshake, right or not, then frames until it is thrown out or done. */
async function attack(app: TestApp, random: Random): Promise<number> {
  const socket = new WebSocket(
    `${world.node.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&app=${app.id}`,
  )
  const over = new Promise<void>((resolve) =>
    socket.once('close', () => resolve()).once('error', () => resolve()),
  )
  await new Promise<void>((resolve) => {
    socket.once('open', resolve)
    socket.once('error', () => resolve())
  })
  if (random.int(10) > 0) socket.send(`40${JSON.stringify({ protocol: PROTOCOL_VERSION, app: app.id })}`)
  const count = 20 + random.int(60)
  // Noise is thrown out at its first frame; the rest must get deeper.
  const kinds = random.int(4) === 0 ? 6 : 1
  let sentCount = 0
  for (; sentCount < count && socket.readyState === WebSocket.OPEN; sentCount += 1) {
    const frame = hostileFrame(random, kinds)
    await new Promise<void>((sent) => socket.send(frame, () => sent()))
  }
  socket.close()
  await over
  return sentCount
}

const NAMES = [
  'room:join',
  'room:leave',
  'room:sync',
  'room:history',
  'message:send',
  'typing:start',
  'user:rename',
  'session:refresh',
  'constructor',
  '__proto__',
  'error',
  'disconnect',
  'connect',
  'newListener',
  '',
]
const SCRAPS = [
  '',
  '0',
  '1',
  '2',
  '3',
  '4',
  '5',
  '6',
  '40',
  '41',
  '42',
  '43',
  '44',
  '45',
  '46',
  '40/other,',
  '42/other,',
  '451-',
  '45999999999-',
  '42[',
  '42[]',
  '42{}',
  '42"x"',
  '42null',
  '42[null]',
  '421',
  '42999999999999999999999[]',
  '4',
  '\0',
  '43[]',
  '430[]',
  '44{"message":"x"}',
  'b',
  'bAAAA',
  '{"a":',
  '\ud800',
]

function hostileFrame(random: Random, kinds: number): string | Buffer {
  switch (random.int(kinds)) {
    case 1:
      return random.pick(SCRAPS)
    case 2:
      return Buffer.from(Array.from({ length: random.int(300) }, () => random.int(256)))
    case 3:
      return random.pick(SCRAPS) + JSON.stringify(hostileValue(random, 0))
    case 4:
      // Announces attachments that never come, or come wrongly.
      return `45${random.int(30)}-${random.int(99)}${JSON.stringify([random.pick(NAMES), { _placeholder: true, num: random.int(40) - 5 }])}`
    default:
      return `42${random.int(1000)}${JSON.stringify([random.pick(NAMES), hostileInput(random), ...(random.int(8) === 0 ? [hostileValue(random, 0)] : [])])}`
  }
}

/** Nearly right requests reach further than noise. */
function hostileInput(random: Random): unknown {
  const input: Record<string, unknown> = {
    room: random.pick<unknown>(['lobby', '', null, 5, {}, 'x'.repeat(200), '__proto__', 'constructor']),
    id: random.pick<unknown>([randomUUID(), 'x', null, 7, randomUUID().toUpperCase()]),
    text: random.pick<unknown>(['hi', '', '\0', '\ud800', 'x'.repeat(5_000), null, 1, [], {}]),
  }
  for (const key of [
    'meta',
    'replyTo',
    'since',
    'leave',
    'limit',
    'before',
    'after',
    'epoch',
    'rev',
    'name',
    'token',
    '__proto__',
    'constructor',
  ]) {
    if (random.int(5) === 0)
      Object.defineProperty(input, key, {
        value: hostileValue(random, 0),
        enumerable: true,
        configurable: true,
      })
  }
  for (const key of Object.keys(input)) if (random.int(4) === 0) delete input[key]
  return random.int(6) === 0 ? hostileValue(random, 0) : input
}

function hostileValue(random: Random, depth: number): unknown {
  if (depth > 4) return null
  return random.pick<() => unknown>([
    () => null,
    () => true,
    () => -1,
    () => 1e308,
    () => 0.5,
    () => '',
    () => '\u0000\u202e<script>',
    () => 'x'.repeat(random.int(3_000)),
    () => Array.from({ length: random.int(6) }, () => hostileValue(random, depth + 1)),
    () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
    () => ({ constructor: hostileValue(random, depth + 1), toString: null }),
    () => ({ _placeholder: true, num: 0 }),
    () => ({ a: hostileValue(random, depth + 1) }),
  ])()
}

/** Old and new protocol versions on one database, as in a rolling deploy: negotiated, or refused with a clear code. */
import { createServer as createBalancer, connect, type AddressInfo } from 'node:net'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { createChat, type Chat, type ChatStatus } from '@alcove/sdk'
import { PROTOCOL_VERSION } from '@alcove/sdk/protocol'
import { connectClient, refusedHandshake, until } from './support/client.js'
import {
  createApp,
  newRoomId,
  startNodeForTest,
  worldFor,
  type TestApp,
  type TestNode,
} from './support/node.js'

const OURS = PROTOCOL_VERSION
const HEAD_CHECK_MS = 100

/** Speaks our version alone. */
const world = worldFor('pglite', { headCheckEveryMs: HEAD_CHECK_MS })
let app: TestApp
beforeAll(async () => {
  app = await createApp(world.database)
})

const startNodeSpeaking = (oldest: number, newest: number): Promise<TestNode> =>
  startNodeForTest(world.database, { protocols: { oldest, newest }, headCheckEveryMs: HEAD_CHECK_MS })

/** One address for several nodes; each connection goes to the next of them. */
async function startBalancer(nodes: TestNode[]): Promise<{ url: string; visits: number[] }> {
  const visits: number[] = []
  const balancer = createBalancer((near) => {
    const place = visits.length % nodes.length
    visits.push(place)
    const far = connect(nodes[place]!.port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const)
      from
        .on('error', () => to.destroy())
        .on('close', () => to.destroy())
        .pipe(to)
    onTestFinished(() => void near.destroy())
  })
  await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done))
  onTestFinished(() => void balancer.close())
  return { url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`, visits }
}

function openChat(server: string): { chat: Chat; seen: ChatStatus[] } {
  const chat = createChat({ server, app: app.id, storage: null })
  const seen: ChatStatus[] = []
  chat.on('status', ({ current }) => seen.push(current))
  onTestFinished(() => chat.close())
  return { chat, seen }
}

it('[HANDSHAKE-9] an old and a new node serve old and new clients of one room, each in the newest version both speak', async () => {
  const [old, fresh] = [world.node, await startNodeSpeaking(OURS, OURS + 1)]
  const newClient = {
    auth: { protocol: OURS + 1, oldestProtocol: OURS, resume: 'a field of the next version' },
  }
  const clients = [
    await connectClient(old.url, app),
    await connectClient(fresh.url, app),
    await connectClient(old.url, app, newClient),
    await connectClient(fresh.url, app, { auth: { ...newClient.auth, resume: undefined } }),
  ]
  expect(clients.map(({ session }) => session.protocol)).toEqual([OURS, OURS, OURS, OURS + 1])

  const room = newRoomId()
  for (const client of clients) await client.must('room:join', { room })
  for (const [index, client] of clients.entries())
    await client.must('message:send', { room, id: crypto.randomUUID(), text: `from ${index}` })
  // What nodes do not hear of each other they find in the log.
  await Promise.all(
    clients.map(({ must }) =>
      until(async () => {
        const { log } = await must('room:join', { room })
        expect(log.messages.map(({ text }) => text)).toEqual(['from 0', 'from 1', 'from 2', 'from 3'])
      }),
    ),
  )
})

it('[HANDSHAKE-10] a client of our own version may say no more than it may, on the new node neither', async () => {
  const fresh = await startNodeSpeaking(OURS, OURS + 1)
  for (const protocol of [OURS, OURS + 1])
    expect(await refusedHandshake(fresh.url, app, { auth: { protocol, resume: 'x' } })).toMatchObject({
      code: 'invalid_request',
    })
})

it('[HANDSHAKE-11] without a common version the refusal names both ranges, who is older, and whether to come back', async () => {
  const ahead = await startNodeSpeaking(OURS + 2, OURS + 3)
  expect(await refusedHandshake(ahead.url, app, { auth: { token: { of: 'another shape' } } })).toEqual({
    code: 'protocol_unsupported',
    message: `unable to connect; the client speaks protocol ${OURS}, the server ${OURS + 2} to ${OURS + 3}: the client is the older one`,
    retryable: false,
  })
  const newer = { protocol: OURS + 3, oldestProtocol: OURS + 2, token: { of: 'another shape' } }
  expect(await refusedHandshake(world.node.url, app, { auth: newer })).toEqual({
    code: 'protocol_unsupported',
    message: `unable to connect; the client speaks protocol ${OURS + 2} to ${OURS + 3}, the server ${OURS}: the server is the older one`,
    retryable: true,
    retryAfterMs: 2_000,
  })
})

it('[HANDSHAKE-12] a client that meets a node not yet updated waits and finds one that is', async () => {
  const behind = await startNodeSpeaking(OURS - 1, OURS - 1)
  const { url, visits } = await startBalancer([behind, world.node])
  const { chat, seen } = openChat(url)
  const joined = chat.join(newRoomId())
  await until(() => expect(chat.error).toMatchObject({ code: 'protocol_unsupported', retryAfterMs: 2_000 }))
  expect(chat.status).toBe('offline')
  const room = await joined
  await room.send('hello')
  expect(visits).toEqual([0, 1])
  expect(seen).toEqual(['connecting', 'offline', 'connecting', 'online'])
})

it('[HANDSHAKE-11] the SDK takes a node ahead of it for what it is: final, with the reason', async () => {
  const ahead = await startNodeSpeaking(OURS + 1, OURS + 1)
  const { chat } = openChat(ahead.url)
  await expect(chat.join('lobby')).rejects.toMatchObject({ code: 'protocol_unsupported', retryable: false })
  expect(chat.status).toBe('refused')
})

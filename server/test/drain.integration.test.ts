/** A node told to stop: balancers hear it first, clients leave in slices, and what they asked is answered. */
import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { describe, expect, it } from 'vitest'
import { codeOf, connectClient, until, type Answer, type TestClient } from './support/client.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest, worldFor } from './support/node.js'
import { answerOn, handshakeRequest, openRaw, rawHandshake } from './support/raw-handshake.js'

const world = worldFor('pglite')

/** A client that does not answer the close would hold the node for 30 s. */
const HELD_UP_MS = 20_000

/** With the time between `session:closing` and the break of each client, in the order they left. */
function watchLeaving(
  clients: TestClient[],
): { at: number; error: { code: string; retryAfterMs?: number } }[] {
  const left: ReturnType<typeof watchLeaving> = []
  for (const { socket } of clients)
    socket.once('session:closing', ({ error }: { error: { code: string; retryAfterMs?: number } }) =>
      left.push({ at: performance.now(), error }),
    )
  return left
}

describe('while a node drains', () => {
  const CLIENTS = 300

  it(`${CLIENTS} clients leave in slices, each with a time to reconnect, and the remaining ones are served`, async () => {
    const node = await startNodeForTest(world.database)
    const app = await createApp(world.database, { limits: GENEROUS })
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, (_, i) =>
        connectClient(node.url, app, { socket: { transports: [i % 3 === 0 ? 'polling' : 'websocket'] } }),
      ),
    )
    const room = newRoomId()
    const last = clients.at(-2)
    await last?.must('room:join', { room })
    const left = watchLeaving(clients)
    const reasons: string[] = []
    for (const { socket } of clients) socket.once('disconnect', (reason) => reasons.push(reason))

    const startedAt = performance.now()
    const closing = node.close()
    for (const transport of ['websocket', 'polling'] as const) {
      const refused = await rawHandshake(node.port, transport, `&app=${app.id}`)
      expect(refused.status).toBe(503)
      expect(refused.headers).toMatchObject({ 'retry-after': '1' })
      expect(JSON.parse(refused.body)).toMatchObject({ code: 'draining' })
    }
    const ready = await fetch(`${node.url}/readyz`)
    expect([ready.status, await ready.json()]).toMatchObject([503, { status: 'draining' }])
    expect(await (await fetch(`${node.url}/v1/apps/${app.id}/access`)).json()).toMatchObject({
      code: 'draining',
    })
    expect(last?.socket.connected, 'its slice is a later one').toBe(true)
    await last?.must('message:send', { room, id: randomUUID(), text: 'sent while draining' })

    await closing
    const tookMs = performance.now() - startedAt
    await until(() => expect(left).toHaveLength(CLIENTS))
    expect(reasons).not.toContain('io server disconnect')
    const spreadMs = (left.at(-1)?.at ?? 0) - (left[0]?.at ?? 0)
    expect(spreadMs).toBeGreaterThan(750)
    expect(tookMs).toBeLessThan(HELD_UP_MS)
    const waits = left.map(({ error }) => error.retryAfterMs ?? 0)
    expect(new Set(left.map(({ error }) => error.code))).toEqual(new Set(['draining']))
    expect(Math.min(...waits)).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000)
    expect(new Set(waits).size, 'a herd would come back at once').toBeGreaterThan(100)
    console.info(
      `drained ${CLIENTS} clients in ${Math.round(tookMs)} ms, spread over ${Math.round(spreadMs)} ms`,
    )
  })

  it('[P1] what was accepted is answered before the connection closes', async () => {
    const { database } = world
    let isSlow = false
    const slow = {
      ...database,
      query: (async (sql: string, params?: readonly unknown[]) => {
        if (isSlow) await new Promise((go) => setTimeout(go, 300))
        return database.query(sql, params)
      }) as typeof database.query,
    }
    const node = await startNodeForTest(slow)
    const app = await createApp(database, { limits: GENEROUS })
    const client = await connectClient(node.url, app)
    const room = newRoomId()
    await client.must('room:join', { room })
    isSlow = true
    const order: string[] = []
    client.socket.once('session:closing', () => order.push('closing'))
    // Noted as they come: promises would settle after what else came in the same chunk.
    for (let i = 0; i < 5; i += 1)
      client.socket.emit(
        'message:send',
        { room, id: randomUUID(), text: `${i}` },
        (answer: Answer<'message:send'>) => order.push(codeOf(answer)),
      )
    // Answered at once: the node has read what came before it.
    await client.ask('typing:stop', { room })
    await node.close()
    await until(() => expect(order).toHaveLength(6))
    expect(order).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'closing'])
  })

  it('a client that neither reads nor answers the close holds nobody up', async () => {
    const node = await startNodeForTest(world.database)
    const app = await createApp(world.database)
    const deaf = openRaw(node.port)
    deaf.write(handshakeRequest('websocket', `&app=${app.id}`))
    await answerOn(deaf)
    deaf.pause()
    const silent = await rawHandshake(node.port, 'polling', `&app=${app.id}`)
    expect(silent.status).toBe(200)
    const startedAt = performance.now()
    await node.close()
    expect(performance.now() - startedAt).toBeLessThan(HELD_UP_MS)
  })

  it('a session that is being opened is notified or closed, and the node stops all the same', async () => {
    const node = await startNodeForTest(world.database)
    const app = await createApp(world.database, { limits: GENEROUS })
    const opening = Array.from({ length: 30 }, () =>
      connectClient(node.url, app).then(
        () => 'opened',
        () => 'refused',
      ),
    )
    await node.close()
    const outcomes = await Promise.all(opening)
    expect(outcomes).toHaveLength(30)
  })
})

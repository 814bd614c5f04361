/** `GET /v1/rooms`: an app's own server asks who is where, on one node and on two. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { connectClient, until } from './support/client.js'
import { CAN_CLUSTER, prefixOf, startCluster } from './support/cluster.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, worldFor, type TestApp } from './support/node.js'

interface Page {
  rooms: { id: string; createdAt: number; members?: number }[]
  next?: string
}

const ask = (url: string, secret: string | undefined, query = '') =>
  fetch(`${url}/v1/rooms${query}`, {
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  })

async function list(url: string, app: TestApp, query = ''): Promise<Page> {
  const answer = await ask(url, app.secret, query)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Page
}

async function join(url: string, app: TestApp, ...rooms: string[]) {
  const client = await connectClient(url, app)
  for (const room of rooms) await client.must('room:join', { room })
  return client
}

const briefly = ({ rooms }: Page) => rooms.map(({ id, members }) => [id, members])

describe.each(ENGINES)('the room list on %s', (engine) => {
  const world = worldFor(engine)

  it('has all rooms, newest first, with how many are in each', async () => {
    const app = await createApp(world.database)
    const { url } = world.node
    expect(await list(url, app)).toEqual({ rooms: [] })
    const ada = await join(url, app, 'a', 'b', 'c/d')
    await join(url, app, 'b')
    await ada.must('room:leave', { room: 'a' })
    await until(async () =>
      expect(briefly(await list(url, app))).toEqual([
        ['c/d', 1],
        ['b', 2],
        ['a', 0],
      ]),
    )
    const { rooms } = await list(url, app)
    for (const { createdAt } of rooms) expect(Math.abs(Date.now() - createdAt)).toBeLessThan(60_000)
    expect(briefly(await list(url, app, '?sort=members'))).toEqual([
      ['b', 2],
      ['c/d', 1],
    ])
  })

  it.each(['', '&sort=members'])('goes on page by page, each room once%s', async (sort) => {
    const app = await createApp(world.database)
    const ids = ['a', 'b', 'c', 'd', 'e']
    await join(world.node.url, app, ...ids)
    const seen: string[] = []
    let next: string | undefined
    do {
      const page = await list(world.node.url, app, `?limit=2${sort}${next ? `&after=${next}` : ''}`)
      expect(page.rooms.length).toBeLessThanOrEqual(2)
      seen.push(...page.rooms.map(({ id }) => id))
      next = page.next
    } while (next !== undefined)
    expect(seen.toSorted()).toEqual(ids)
    expect(seen).toHaveLength(5)
  })

  it("[P8] shows an app's own rooms alone; the cursor of another app leads nowhere", async () => {
    const [app, other] = [await createApp(world.database), await createApp(world.database)]
    await join(world.node.url, app, 'a', 'b', 'c')
    await join(world.node.url, other, 'mine')
    for (const sort of ['created', 'members'])
      expect(briefly(await list(world.node.url, other, `?sort=${sort}`))).toEqual([['mine', 1]])
    const { next } = await list(world.node.url, app, '?limit=1')
    expect(await list(world.node.url, other, `?after=${next}`)).toEqual({ rooms: [] })
  })

  it('is refused without the secret, with a wrong one and with one in the address', async () => {
    const app = await createApp(world.database)
    const { url } = world.node
    for (const [secret, query] of [
      [undefined, ''],
      ['', ''],
      ['wrong', ''],
      [app.id, ''],
      [`${app.secret}x`, ''],
      [await app.token('ada'), ''],
      [undefined, `?secret=${app.secret}`],
      [undefined, `?authorization=Bearer%20${app.secret}`],
    ] as const) {
      const answer = await ask(url, secret, query)
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      const text = await answer.text()
      expect(text).toContain('token_invalid')
      expect(text).not.toContain(app.secret)
    }
  })

  it.each([
    '?limit=0',
    '?limit=101',
    '?limit=-1',
    '?limit=1e1',
    '?limit=',
    '?limit=1&limit=2',
    '?sort=name',
    '?after=%00',
    '?after=',
    '?after=YQ==',
    '?sort=members&after=YQ',
    `?after=${'x'.repeat(300)}`,
    '?app=other',
  ])('a question it cannot answer is a problem of the one who asks: %s', async (query) => {
    const app = await createApp(world.database)
    const answer = await ask(world.node.url, app.secret, query)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_request', status: 400 })
  })
})

describe('guessing a secret', () => {
  const world = worldFor('pglite')

  it('is limited by address', async () => {
    const statuses = []
    for (let i = 0; i < 61; i += 1) statuses.push((await ask(world.node.url, `wrong-${i}`)).status)
    expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true)
    expect(statuses[60]).toBe(429)
  })
})

describe.skipIf(!CAN_CLUSTER)('the room list of a cluster', () => {
  let database: Database
  let prefix: string
  let close: () => Promise<void>
  beforeAll(async () => {
    const opened = await openTestDatabase('postgres')
    database = opened.database
    prefix = await prefixOf(database)
    close = opened.close
  })
  afterAll(() => close())

  it('counts over all nodes; without Redis it says what it knows and no more', async () => {
    const { redis, nodes } = await startCluster(database, 2)
    const app = await createApp(database, { limits: GENEROUS })
    const [{ url: first }, { url: second }] = nodes
    await join(first, app, 'a', 'b')
    await join(second, app, 'b')
    for (const url of [first, second]) {
      await until(async () => {
        expect(briefly(await list(url, app))).toEqual([
          ['b', 2],
          ['a', 1],
        ])
        expect(briefly(await list(url, app, '?sort=members'))).toEqual([
          ['b', 2],
          ['a', 1],
        ])
      })
    }
    await redis.command('ZADD', `${prefix}:{${app.id}}:rooms`, 99, 'nonsense')
    expect(briefly(await list(first, app, '?sort=members'))).toEqual([
      ['b', 2],
      ['a', 1],
    ])

    await redis.kill()
    await until(async () => {
      expect((await list(first, app)).rooms.map(({ id, members }) => [id, members])).toEqual([
        ['b', undefined],
        ['a', undefined],
      ])
    })
    const answer = await ask(first, app.secret, '?sort=members')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await answer.json()).toMatchObject({ code: 'unavailable', retryAfterMs: 1_000 })

    await redis.restart()
    await until(
      async () =>
        expect(briefly(await list(first, app, '?sort=members'))).toEqual([
          ['b', 2],
          ['a', 1],
        ]),
      15_000,
    )
  })
})

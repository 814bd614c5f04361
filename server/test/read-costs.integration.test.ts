/** [P7] What readers take out of the engine is what they are answered and charged for, and an address has one share of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/storage/database.js'
import { createRoomRepository } from '../src/storage/room-repository.js'
import { connectClient, type Answer, type TestClient } from './support/client.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp, newRoomId, startTestNode, type TestApp, type TestNode } from './support/node.js'

const SHORT = `'hello ' || i`
const LONG = `repeat('x', 12000)`
const from = (address: string) => ({ socket: { extraHeaders: { 'x-forwarded-for': address } } })

interface Place {
  room: string
  key: number
  epoch: string
  head: number
}

type Ask = (client: TestClient, place: Place) => Promise<Answer<'room:join' | 'room:sync'>>
const join: Ask = (client, { room }) => client.ask('room:join', { room })
const joinAtHead: Ask = (client, { room, epoch, head }) =>
  client.ask('room:join', { room, since: { epoch, rev: head } })
const sync =
  (behind: number): Ask =>
  (client, { room, epoch, head }) =>
    client.ask('room:sync', { room, epoch, rev: head - behind })
const syncElsewhere: Ask = (client, { room }) => client.ask('room:sync', { room, epoch: 'another', rev: 3 })

describe.each(ENGINES)('reading from %s', (engine) => {
  let database: Database
  let close: () => Promise<void>
  let node: TestNode
  let app: TestApp
  /** Characters of texts that came out of the engine. */
  let taken = 0
  /** The parameters of all that was asked, in order. */
  let asked: (readonly unknown[])[] = []

  beforeAll(async () => {
    const opened = await openTestDatabase(engine)
    database = {
      ...opened.database,
      async query<Row>(...statement: Parameters<Database['query']>) {
        asked.push(statement[1] ?? [])
        const rows = await opened.database.query<Row>(...statement)
        for (const row of rows as { text?: string | null }[]) taken += row.text?.length ?? 0
        return rows
      },
    }
    // What compares heads asks, too.
    node = await startTestNode(database, { headCheckEveryMs: 600_000, trustProxy: 1 })
    app = await createApp(database)
    close = opened.close
  })
  afterAll(async () => {
    await node.close()
    await close()
  })

  /** @param text SQL for the text of message `i` */
  async function roomOf(count: number, text: string, avatar?: string): Promise<Place> {
    const room = newRoomId()
    const { key, epoch } = await createRoomRepository(database).findOrCreate(app.id, room)
    await database.query(
      `insert into messages (room_key, id, seq, rev, author_id, author_name, author_avatar, author_guest, text, fingerprint, created_at)
       select $1, gen_random_uuid(), i, i, 'ada', 'Ada', $3, false, ${text}, 'f', now() from generate_series(1, $2::int) i`,
      [key, count, avatar ?? null],
    )
    await database.query('update rooms set seq = $2, rev = $2 where key = $1', [key, count])
    return { room, key, epoch, head: count }
  }

  /** A user of their own, for whom nothing was read yet. */
  async function enter(place: Place): Promise<TestClient> {
    const client = await connectClient(node.url, app, { token: await app.token(place.room) })
    await joinAtHead(client, place)
    return client
  }

  it.each<[string, number, string, Ask]>([
    ['finds nothing new', 30, LONG, sync(0)],
    [
      'misses one short message after long ones',
      30,
      `case when i < 30 then ${LONG} else 'short' end`,
      sync(1),
    ],
    ['misses some long messages', 30, LONG, sync(3)],
    ['misses more than one answer holds', 30, LONG, sync(25)],
    [
      'misses short messages after long ones',
      90,
      `case when i < 60 then ${LONG} else ${SHORT} end`,
      sync(30),
    ],
    ['is far behind', 1_000, SHORT, sync(900)],
    ['comes from another epoch', 30, LONG, syncElsewhere],
    ['is ahead of the log', 30, LONG, sync(-5)],
    ['enters again', 110, `case when i < 60 then ${LONG} else ${SHORT} end`, join],
    ['enters again and misses nothing', 30, LONG, joinAtHead],
  ])('[P7] who %s takes no more out of the engine than they are answered', async (_who, count, text, ask) => {
    const place = await roomOf(count, text)
    const client = await enter(place)
    // Here the room learns how far back one answer reaches.
    await ask(client, place)
    taken = 0
    let answered = 0
    for (let i = 0; i < 20; i += 1) {
      const answer = await ask(client, place)
      if (!answer.ok) throw new Error(answer.error.message)
      answered += answer.log.messages.reduce((sum, message) => sum + message.text.length, 0)
    }
    expect(taken).toBeLessThanOrEqual(answered)
  })

  it.each<[string, number, string, string, Ask]>([
    ['a snapshot', 10, LONG, '', join],
    ['what changed', 10, LONG, '', sync(10)],
    ['a new beginning', 10, LONG, '', syncElsewhere],
    ['text that JSON makes longer', 5, 'repeat(chr(1), 4000)', '', sync(5)],
    ['addresses of pictures', 50, SHORT, `https://site.example/${'x'.repeat(1_900)}`, sync(50)],
  ])('[P7] a reader is charged for %s by what it weighs', async (_what, count, text, avatar, ask) => {
    const place = await roomOf(count, text, avatar)
    const client = await enter(place)
    const startedAt = performance.now()
    let [answers, bytes] = [0, 0]
    let answer = await ask(client, place)
    for (; answer.ok; answer = await ask(client, place)) {
      answers += 1
      bytes += JSON.stringify(answer.log.messages).length
    }
    const windows = 1 + Math.floor((performance.now() - startedAt) / 10_000)
    expect(answer.error.code).toBe('rate_limited')
    // 800 steps of 16 KiB in 10 s, and the last answer may be on credit.
    expect(bytes * (1 - 1 / answers)).toBeLessThanOrEqual(windows * 800 * 16 * 1024)
    expect(bytes).toBeGreaterThan((800 * 16 * 1024) / 2)
  })

  it('[P7] one address in 50 rooms has one share of the engine', async () => {
    const greedy = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const place = await roomOf(3, LONG)
        const client = await connectClient(node.url, app, from('203.0.113.1'))
        await joinAtHead(client, place)
        return () => sync(3)(client, place)
      }),
    )
    const neighbour = await connectClient(node.url, app, from('203.0.113.2'))
    let isOver = false
    const flood = greedy.map(async (ask) => {
      while (!isOver) await ask()
    })
    const before: number[] = []
    for (let i = 0; i < 5; i += 1) {
      const { room, key } = await roomOf(1, SHORT)
      asked = []
      await neighbour.must('room:join', { room })
      const found = asked.findIndex((params) => params.includes(room))
      const read = asked.findIndex((params) => params[0] === key)
      before.push(read - found)
    }
    isOver = true
    await Promise.all(flood)
    expect(Math.min(...before)).toBeGreaterThan(0)
    // Some may come between two steps of a join; a share for each room were 50.
    expect(Math.min(...before)).toBeLessThan(15)
  })
})

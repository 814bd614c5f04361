/** Joining, leaving, switching; members, names, typing; the limits of rooms and messages. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'

const world = worldFor('pglite')

const send = (client: TestClient, room: string, text: string) =>
  client.ask('message:send', { room, id: randomUUID(), text })

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))

/** @returns how many windows of a rate may have begun since: one, unless the machine stands still meanwhile */
function countWindows(windowMs: number): () => number {
  const startedAt = performance.now()
  return () => 1 + Math.floor((performance.now() - startedAt) / windowMs)
}

/** Who a client believes is in the room: the join's answer with all facts since applied. */
function membersSeen(client: TestClient): Map<string, string> {
  const members = new Map<string, string>()
  for (const fact of client.factsOf('presence:changed')) {
    for (const user of [...(fact.joined ?? []), ...(fact.updated ?? [])]) members.set(user.id, user.name)
    for (const id of fact.left ?? []) members.delete(id)
  }
  return members
}

const openRooms = async () => (await world.node.metrics.rooms.get()).values[0]?.value

describe('members', () => {
  it('everyone sees joins and leaves, once, with the exact count', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const ada = await connectClient(world.node.url, app, { name: 'Ada' })
    expect((await ada.must('room:join', { room })).presence).toMatchObject({
      count: 1,
      members: [{ name: 'Ada' }],
    })
    const bob = await connectClient(world.node.url, app, { name: 'Bob' })
    expect((await bob.must('room:join', { room })).presence.members?.map((member) => member.name)).toEqual([
      'Ada',
      'Bob',
    ])
    await until(() => expect([...membersSeen(ada).values()]).toEqual(['Ada', 'Bob']))
    expect(ada.factsOf('presence:changed').at(-1)?.count).toBe(2)
    await bob.must('room:leave', { room })
    await until(() =>
      expect(ada.factsOf('presence:changed').at(-1)).toMatchObject({ count: 1, left: [bob.session.me.id] }),
    )
    expect(
      ada
        .factsOf('presence:changed')
        .flatMap((fact) => fact.joined ?? [])
        .filter((user) => user.name === 'Bob'),
    ).toHaveLength(1)
  })

  it('[P6] a second tab is the same member, and closing one tab leaves the other', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const token = await app.token('ada')
    const tabs = await Promise.all([
      connectClient(world.node.url, app, { token }),
      connectClient(world.node.url, app, { token }),
    ])
    for (const tab of tabs) expect((await tab.must('room:join', { room })).presence.count).toBe(1)
    tabs[0].close()
    const watcher = await connectClient(world.node.url, app)
    await until(async () => expect((await watcher.must('room:join', { room })).presence.count).toBe(2))
    expect(codeOf(await send(tabs[1], room, 'still here'))).toBe('ok')
  })

  it('a broken connection that comes back within the grace is neither a leave nor a join', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const token = await app.token('ada')
    const watcher = await connectClient(world.node.url, app)
    await watcher.must('room:join', { room })
    const first = await connectClient(world.node.url, app, { token })
    await first.must('room:join', { room })
    await until(() => expect(watcher.factsOf('presence:changed').at(-1)?.count).toBe(2))
    const before = watcher.factsOf('presence:changed').length
    first.socket.io.engine.close()
    const second = await connectClient(world.node.url, app, { token })
    expect((await second.must('room:join', { room })).presence.count).toBe(2)
    expect(codeOf(await send(second, room, 'back'))).toBe('ok')
    await until(() => expect(watcher.received().at(-1)?.text).toBe('back'))
    expect(watcher.factsOf('presence:changed')).toHaveLength(before)
  })

  it('a broken connection that does not return counts as left after the grace period, and an empty room leaves nothing', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    await until(async () => expect(await openRooms()).toBe(0))
    const watcher = await connectClient(world.node.url, app)
    await watcher.must('room:join', { room })
    const gone = await connectClient(world.node.url, app)
    await gone.must('room:join', { room })
    gone.socket.io.engine.close()
    await until(() =>
      expect(watcher.factsOf('presence:changed').at(-1)).toMatchObject({
        count: 1,
        left: [gone.session.me.id],
      }),
    )
    expect(await openRooms()).toBe(1)
    await watcher.must('room:leave', { room })
    expect(await openRooms()).toBe(0)
  })

  it('a new name reaches the room and the own other tabs, and the guest token carries it', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const first = await connectClient(world.node.url, app, { name: 'Ada' })
    const second = await connectClient(world.node.url, app, { token: first.session.guestToken as string })
    const watcher = await connectClient(world.node.url, app)
    for (const client of [first, second, watcher]) await client.must('room:join', { room })
    const { me, guestToken } = await first.must('user:rename', { name: '  Ada   L. ' })
    expect(me.name).toBe('Ada L.')
    await until(() => expect(membersSeen(watcher).get(me.id)).toBe('Ada L.'))
    await until(() => expect(second.factsOf('user:renamed')[0]?.me).toEqual(me))
    expect((await connectClient(world.node.url, app, { token: guestToken as string })).session.me).toEqual(me)
    const sent = await second.must('message:send', { room, id: randomUUID(), text: 'hi' })
    expect(sent.message.user.name).toBe('Ada L.')
    expect(codeOf(await first.ask('user:rename', { name: '\u200b' }))).toBe('name_invalid')
  })

  it('above the list limit only the count is delivered', async () => {
    const app = await createApp(world.database, { limits: { ...GENEROUS, listedMembers: 3 } })
    const room = newRoomId()
    const clients = await Promise.all(Array.from({ length: 5 }, () => connectClient(world.node.url, app)))
    for (const client of clients) await client.must('room:join', { room })
    const watcher = clients[0] as TestClient
    await until(() => expect(watcher.factsOf('presence:changed').at(-1)).toEqual({ room, count: 5 }))
    expect((await watcher.must('room:join', { room })).presence).toEqual({ count: 5 })
    for (const client of clients.slice(2)) await client.must('room:leave', { room })
    await until(() => expect(watcher.factsOf('presence:changed').at(-1)).toMatchObject({ count: 2 }))
    expect(watcher.factsOf('presence:changed').at(-1)?.joined).toHaveLength(2)
  })
})

describe('rooms', () => {
  it('a full room says so, keeps its members, and takes the next one when somebody leaves', async () => {
    const app = await createApp(world.database, { limits: { membersPerRoom: 2 } })
    const room = newRoomId()
    const [a, b, c] = (await Promise.all([1, 2, 3].map(() => connectClient(world.node.url, app)))) as [
      TestClient,
      TestClient,
      TestClient,
    ]
    await a.must('room:join', { room })
    await b.must('room:join', { room })
    expect(await c.ask('room:join', { room })).toMatchObject({
      ok: false,
      error: { code: 'room_full', retryable: true },
    })
    expect(codeOf(await send(c, room, 'hi'))).toBe('not_joined')
    await a.must('room:leave', { room })
    expect(codeOf(await c.ask('room:join', { room }))).toBe('ok')
  })

  it('the last place of a room is given once, however many ask at the same moment', async () => {
    const app = await createApp(world.database, { limits: { ...GENEROUS, membersPerRoom: 3 } })
    const room = newRoomId()
    const clients = await Promise.all(Array.from({ length: 20 }, () => connectClient(world.node.url, app)))
    const codes = await Promise.all(
      clients.map(async (client) => codeOf(await client.ask('room:join', { room }))),
    )
    expect(codes.filter((code) => code === 'ok')).toHaveLength(3)
    expect(codes.filter((code) => code === 'room_full')).toHaveLength(17)
  })

  it('a switch leaves the old room; a failed switch keeps it', async () => {
    const app = await createApp(world.database, { limits: { membersPerRoom: 1 } })
    const [from, to, full] = [newRoomId(), newRoomId(), newRoomId()]
    const client = await connectClient(world.node.url, app)
    const other = await connectClient(world.node.url, app)
    await other.must('room:join', { room: full })
    await client.must('room:join', { room: from })
    expect(codeOf(await client.ask('room:join', { room: full, leave: [from] }))).toBe('room_full')
    expect(codeOf(await send(client, from, 'still in'))).toBe('ok')
    await client.must('room:join', { room: to, leave: [from] })
    expect(codeOf(await send(client, from, 'gone'))).toBe('not_joined')
    expect(codeOf(await send(client, to, 'here'))).toBe('ok')
    expect(codeOf(await other.ask('room:join', { room: from }))).toBe('ok')
  })

  it('one connection is in at most 50 rooms; a switch at the limit works', async () => {
    const app = await createApp(world.database, { limits: { roomsPerConnection: 3 } })
    const client = await connectClient(world.node.url, app)
    for (const room of ['a', 'b', 'c']) await client.must('room:join', { room })
    expect(codeOf(await client.ask('room:join', { room: 'd' }))).toBe('too_many_rooms')
    expect(codeOf(await client.ask('room:join', { room: 'd', leave: ['a'] }))).toBe('ok')
    expect(codeOf(await client.ask('room:join', { room: 'b' }))).toBe('ok')
  })

  it.each(['', 'x'.repeat(129), 'with space', '<b>', 'a\nb', 'ü', '../../etc\0', '.', '..'])(
    '[ROOM-1] the room id %j is refused',
    async (room) => {
      const client = await connectClient(world.node.url, await createApp(world.database))
      expect(codeOf(await client.ask('room:join', { room }))).toBe('invalid_request')
    },
  )

  it.each(['constructor', '__proto__', 'a/b:c@d.e_f-g', '...', './..', 'x'.repeat(128)])(
    '[ROOM-1] the room id %s works',
    async (room) => {
      const client = await connectClient(world.node.url, await createApp(world.database))
      await client.must('room:join', { room })
      expect(codeOf(await send(client, room, 'hi'))).toBe('ok')
    },
  )
})

describe('messages', () => {
  it.each([
    ['empty', '', 'message_empty'],
    ['white space', ' \n\t\u3000 ', 'message_empty'],
    ['invisible', '\u200b\u200d\ufeff', 'message_empty'],
    ['NUL', '\0', 'message_empty'],
    ['4,000 characters', 'x'.repeat(4_000), 'ok'],
    ['4,001 characters', 'x'.repeat(4_001), 'message_too_long'],
    ['4,000 characters outside the basic plane', '𝒳'.repeat(4_000), 'ok'],
    ['over 16 KB', '한'.repeat(3_999) + 'x'.repeat(30_000), 'message_too_long'],
  ])('a text that is %s gets %s', async (_what, text, code) => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const client = await connectClient(world.node.url, app)
    await client.must('room:join', { room })
    expect(codeOf(await send(client, room, text))).toBe(code)
  })

  it('text is text: markup, lone surrogates, NUL and every script come back as they are or well-formed', async () => {
    const app = await createApp(world.database, { limits: GENEROUS })
    const room = newRoomId()
    const client = await connectClient(world.node.url, app)
    await client.must('room:join', { room })
    const given = [
      '<img src=x onerror=alert(1)>',
      "'; drop table messages; --",
      'مرحبا ‏שלום',
      '👩‍👩‍👧‍👦',
      'a\0b',
      'x\ud800y',
      'e\u0301',
    ]
    for (const text of given) await send(client, room, text)
    const expected = [
      '<img src=x onerror=alert(1)>',
      "'; drop table messages; --",
      'مرحبا ‏שלום',
      '👩‍👩‍👧‍👦',
      'ab',
      'x\ufffdy',
      '\u00e9',
    ]
    const { log } = await client.must('room:join', { room })
    expect(log.messages.map((message) => message.text)).toEqual(expected)
    await until(() => expect(client.received().map((message) => message.text)).toEqual(expected))
  })

  it('meta and replyTo come back as they were sent; meta over 4 KB is refused', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const client = await connectClient(world.node.url, app)
    await client.must('room:join', { room })
    const replyTo = randomUUID()
    const meta = { a: [1, 'zwei', null, { b: '\u0000' }] }
    const { message } = await client.must('message:send', {
      room,
      id: randomUUID(),
      text: 'x',
      replyTo,
      meta,
    })
    expect(message).toMatchObject({ replyTo, meta })
    const { log } = await client.must('room:join', { room })
    expect(log.messages).toEqual([message])
    const tooBig = await client.ask('message:send', {
      room,
      id: randomUUID(),
      text: 'x',
      meta: { big: 'x'.repeat(4_100) },
    })
    expect(codeOf(tooBig)).toBe('invalid_request')
  })

  it('a user has 10 messages at once, then rate_limited with the time to wait, over all connections', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const token = await app.token('ada')
    const tabs = await Promise.all([
      connectClient(world.node.url, app, { token }),
      connectClient(world.node.url, app, { token }),
    ])
    for (const tab of tabs) await tab.must('room:join', { room })
    const windows = countWindows(2_000)
    const answers = await Promise.all(times(100, (i) => send(tabs[i % 2] as TestClient, room, String(i))))
    const taken = answers.filter(({ ok }) => ok).length
    expect(taken).toBeGreaterThanOrEqual(10)
    expect(taken).toBeLessThanOrEqual(10 * windows())
    const refused = answers.find((answer) => !answer.ok)
    expect(refused).toMatchObject({ ok: false, error: { code: 'rate_limited', retryable: true } })
    const waitMs = refused && !refused.ok ? (refused.error.retryAfterMs ?? 0) : 0
    expect(waitMs).toBeGreaterThan(0)
    expect(waitMs).toBeLessThanOrEqual(2_000)
  })

  it('a burst below the rate is kept as well', async () => {
    const app = await createApp(world.database, {
      limits: { ...GENEROUS, messagesPerSecondPerUser: 5, messageBurstPerUser: 2 },
    })
    const room = newRoomId()
    const client = await connectClient(world.node.url, app)
    await client.must('room:join', { room })
    const windows = countWindows(400)
    const answers = await Promise.all(times(60, (text) => send(client, room, String(text))))
    const taken = answers.filter(({ ok }) => ok).length
    expect(taken).toBeGreaterThanOrEqual(2)
    expect(taken).toBeLessThanOrEqual(2 * windows())
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['ok', 'rate_limited']))
  })

  it('a room has so many messages a second', async () => {
    const app = await createApp(world.database, { limits: { ...GENEROUS, messagesPerSecondPerRoom: 10 } })
    const room = newRoomId()
    const clients = await Promise.all(Array.from({ length: 4 }, () => connectClient(world.node.url, app)))
    for (const client of clients) await client.must('room:join', { room })
    const windows = countWindows(1_000)
    const answers = await Promise.all(clients.flatMap((client) => times(60, () => send(client, room, 'x'))))
    const taken = answers.filter(({ ok }) => ok).length
    expect(taken).toBeGreaterThanOrEqual(10)
    expect(taken).toBeLessThanOrEqual(10 * windows())
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['ok', 'rate_limited']))
  })
})

describe('typing', () => {
  it('is delivered to the room, and ends with a message or a stop', async () => {
    const app = await createApp(world.database)
    const room = newRoomId()
    const [ada, bob] = (await Promise.all(
      ['Ada', 'Bob'].map((name) => connectClient(world.node.url, app, { name })),
    )) as [TestClient, TestClient]
    for (const client of [ada, bob]) await client.must('room:join', { room })
    const typing = () =>
      bob
        .factsOf('typing:changed')
        .at(-1)
        ?.users.map((user) => user.name)
    await ada.must('typing:start', { room })
    await until(() => expect(typing()).toEqual(['Ada']))
    await send(ada, room, 'done')
    await until(() => expect(typing()).toEqual([]))
    await ada.must('typing:start', { room })
    await until(() => expect(typing()).toEqual(['Ada']))
    await ada.must('typing:stop', { room })
    await until(() => expect(typing()).toEqual([]))
  })

  it('is off above the typing limit', async () => {
    const room = newRoomId()
    /** Two join, one types. @returns what the other is told */
    const typeIn = async (typingMembers: number) => {
      const app = await createApp(world.database, { limits: { typingMembers } })
      const [ada, bob] = (await Promise.all([1, 2].map(() => connectClient(world.node.url, app)))) as [
        TestClient,
        TestClient,
      ]
      for (const client of [ada, bob]) await client.must('room:join', { room })
      await ada.must('typing:start', { room })
      return () => bob.factsOf('typing:changed')
    }
    const [above, below] = [await typeIn(1), await typeIn(2)]
    // Who began to type later is told later.
    await until(() => expect(below()).toHaveLength(1))
    expect(above()).toEqual([])
  })
})

/** The room log through the front door: order, exactly once, catching up. On both databases. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createChat } from '@alcove/sdk'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, startNodeForTest, worldFor } from './support/node.js'

interface StoredRow {
  id: string
  seq: number
  rev: number
  text: string
}

describe.each(ENGINES)('room log on %s', (engine) => {
  const world = worldFor(engine, { headCheckEveryMs: 300 })

  const stored = (roomId: string) =>
    world.database.query<StoredRow>(
      'select m.id, m.seq, m.rev, m.text from messages m join rooms r on r.key = m.room_key where r.id = $1 order by m.seq',
      [roomId],
    )

  async function joined(count: number, room: string): Promise<TestClient[]> {
    const app = await createApp(world.database, { limits: GENEROUS })
    const clients = await Promise.all(Array.from({ length: count }, () => connectClient(world.node.url, app)))
    await Promise.all(clients.map((client) => client.must('room:join', { room })))
    return clients
  }

  const send = (client: TestClient, room: string, text: string, id: string = randomUUID()) =>
    client.must('message:send', { room, id, text })

  it('[P2] a burst of five writers is dense and in one order for every reader', async () => {
    const room = newRoomId()
    const clients = await joined(5, room)
    const acks = await Promise.all(
      clients.flatMap((client, writer) =>
        Array.from({ length: 40 }, (_, i) => send(client, room, `${writer}:${i}`)),
      ),
    )
    const rows = await stored(room)
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
    expect(rows.map((row) => row.rev)).toEqual(rows.map((row) => row.seq))
    expect(new Map(acks.map((ack) => [ack.message.id, ack.message.seq]))).toEqual(
      new Map(rows.map((row) => [row.id, row.seq])),
    )
    for (const client of clients) {
      await until(() => expect(client.received()).toHaveLength(200))
      expect(client.received().map((message) => message.id)).toEqual(rows.map((row) => row.id))
    }
  })

  it('[P2] messages of one connection keep the order in which they were sent, pipelined behind the join', async () => {
    const app = await createApp(world.database, { limits: GENEROUS })
    const client = await connectClient(world.node.url, app)
    const room = newRoomId()
    const join = client.must('room:join', { room })
    const acks = Array.from({ length: 30 }, (_, i) => send(client, room, String(i)))
    await join
    expect((await Promise.all(acks)).map((ack) => ack.message.seq)).toEqual(
      Array.from({ length: 30 }, (_, i) => i + 1),
    )
    expect((await stored(room)).map((row) => row.text)).toEqual(
      Array.from({ length: 30 }, (_, i) => String(i)),
    )
  })

  it('one commit of many messages is one frame', async () => {
    const room = newRoomId()
    const [writer, reader] = (await joined(2, room)) as [TestClient, TestClient]
    await Promise.all(Array.from({ length: 100 }, (_, i) => send(writer, room, String(i))))
    await until(() => expect(reader.received()).toHaveLength(100))
    const frames = reader.factsOf('room:changed')
    expect(frames.length).toBeLessThan(50)
    let rev = 0
    for (const frame of frames) {
      expect(frame.from).toBe(rev)
      rev = frame.rev
    }
  })

  it('[P3] the same message sent 50 times at once over two connections is one row, one seq, one frame', async () => {
    const room = newRoomId()
    const app = await createApp(world.database, { limits: GENEROUS })
    const token = await app.token('ada')
    const tabs = await Promise.all([
      connectClient(world.node.url, app, { token }),
      connectClient(world.node.url, app, { token }),
    ])
    await Promise.all(tabs.map((tab) => tab.must('room:join', { room })))
    const id = randomUUID()
    const acks = await Promise.all(
      Array.from({ length: 50 }, (_, i) => send(tabs[i % 2] as TestClient, room, 'once', id)),
    )
    expect(new Set(acks.map((ack) => ack.message.seq))).toEqual(new Set([1]))
    expect(await stored(room)).toHaveLength(1)
    await send(tabs[0], room, 'after')
    await until(() => expect(tabs[1].received().map((message) => message.text)).toEqual(['once', 'after']))
  })

  it('[P3] a retry after a rename gets the message as it was committed', async () => {
    const room = newRoomId()
    const [client] = (await joined(1, room)) as [TestClient]
    const id = randomUUID()
    const first = await send(client, room, 'hello', id)
    await client.must('user:rename', { name: 'Someone else' })
    expect((await send(client, room, 'hello', id)).message).toEqual(first.message)
  })

  it('[P3] the same id with another body or from another author is a conflict and burns no seq', async () => {
    const room = newRoomId()
    const [ada, bob] = (await joined(2, room)) as [TestClient, TestClient]
    const id = randomUUID()
    await send(ada, room, 'mine', id)
    expect(codeOf(await ada.ask('message:send', { room, id, text: 'changed' }))).toBe('message_conflict')
    expect(codeOf(await ada.ask('message:send', { room, id, text: 'mine', meta: { a: 1 } }))).toBe(
      'message_conflict',
    )
    expect(codeOf(await bob.ask('message:send', { room, id, text: 'mine' }))).toBe('message_conflict')
    expect((await send(bob, room, 'next')).message.seq).toBe(2)
  })

  it('[P3] the same id in another room is another message', async () => {
    const [first, second] = [newRoomId(), newRoomId()]
    const [client] = (await joined(1, first)) as [TestClient]
    await client.must('room:join', { room: second })
    const id = randomUUID()
    await send(client, first, 'a', id)
    expect((await send(client, second, 'b', id)).message).toMatchObject({ seq: 1, text: 'b' })
  })

  it('[P4] a first join gets the newest 50 messages and the head', async () => {
    const room = newRoomId()
    const [writer, reader] = (await joined(2, room)) as [TestClient, TestClient]
    for (let i = 1; i <= 60; i += 1) await send(writer, room, String(i))
    const { log } = await reader.must('room:join', { room })
    expect(log).toMatchObject({ kind: 'snapshot', head: 60, hasOlder: true })
    expect(log.messages.map((message) => message.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 11))
    expect('reset' in log).toBe(false)
  })

  it('[P4] who comes back gets exactly what is newer, far behind too, in pages', async () => {
    const room = newRoomId()
    const [writer] = (await joined(1, room)) as [TestClient]
    const { epoch } = await send(writer, room, '1')
    // Straight into the log: 1,300 messages through the socket would test the rate limits.
    await appendDirectly(room, 1_299)
    const near = await writer.must('room:sync', { room, epoch, rev: 1_295 })
    expect(near.log).toMatchObject({ kind: 'changes', head: 1_300, through: 1_300 })
    expect(near.log.messages.map((message) => message.seq)).toEqual([1_296, 1_297, 1_298, 1_299, 1_300])

    const seqs: number[] = []
    let rev = 0
    for (let page = 0; page < 10 && rev < 1_300; page += 1) {
      const { log } = await writer.must('room:sync', { room, epoch, rev })
      if (log.kind !== 'changes') throw new Error('expected changes')
      seqs.push(...log.messages.map((message) => message.seq))
      rev = log.through
    }
    expect(seqs).toEqual(Array.from({ length: 1_300 }, (_, i) => i + 1))
  })

  it('[P4] another epoch, or a rev above the head, gets a snapshot that says reset', async () => {
    const room = newRoomId()
    const [client] = (await joined(1, room)) as [TestClient]
    const { epoch } = await send(client, room, 'hello')
    const foreign = await client.must('room:sync', { room, epoch: 'another', rev: 1 })
    expect(foreign.log).toMatchObject({ kind: 'snapshot', reset: 'epoch', head: 1 })
    const ahead = await client.must('room:sync', { room, epoch, rev: 5 })
    expect(ahead.log).toMatchObject({ kind: 'snapshot', reset: 'ahead', head: 1 })
  })

  it('[P5] a commit that was never delivered is found by the head check, and so is a new epoch', async () => {
    const room = newRoomId()
    const [reader] = (await joined(1, room)) as [TestClient]
    const first = await send(reader, room, 'told')
    await appendDirectly(room, 1)
    await until(() =>
      expect(reader.factsOf('room:head').at(-1)).toMatchObject({ room, epoch: first.epoch, rev: 2 }),
    )
    await world.database.query("update rooms set epoch = 'restored' where id = $1", [room])
    await until(() => expect(reader.factsOf('room:head').at(-1)).toMatchObject({ epoch: 'restored', rev: 2 }))
  })

  it('[P4 P8] a room wiped under a running node: nothing is written to the new owner of its key, and its readers start over', async () => {
    const room = newRoomId()
    const app = await createApp(world.database, { limits: GENEROUS })
    const chat = createChat({ server: world.node.url, app: app.id, storage: null })
    onTestFinished(() => chat.close())
    const joinedRoom = await chat.join(room)
    await joinedRoom.send('before')
    const resets: string[] = []
    joinedRoom.on('reset', ({ reason }) => resets.push(reason))
    await world.database.query('delete from rooms where id = $1', [room])
    const after = await joinedRoom.send('after')
    expect(after.seq).toBe(1)
    await until(() => expect(joinedRoom.messages.map((message) => message.text)).toEqual(['after']))
    expect(resets).toEqual(['epoch'])
    expect((await stored(room)).map((row) => row.text)).toEqual(['after'])
  })

  it('[P3 P8] a message for another epoch is not written, and the sender learns to join again', async () => {
    const room = newRoomId()
    const app = await createApp(world.database, { limits: GENEROUS })
    // The send is to find it, not a look that happens to come before.
    const node = await startNodeForTest(world.database, { headCheckEveryMs: 60_000 })
    const client = await connectClient(node.url, app)
    await client.must('room:join', { room })
    await send(client, room, 'before')
    // As after a restore, or when a wiped store gave the key to another room.
    await world.database.query("update rooms set epoch = 'another' where id = $1", [room])
    const refused = await client.ask('message:send', { room, id: randomUUID(), text: 'late' })
    expect(codeOf(refused)).toBe('not_joined')
    expect((await stored(room)).map((row) => row.text)).toEqual(['before'])
    await until(() => expect(client.factsOf('room:head').at(-1)).toMatchObject({ epoch: 'another' }))
    expect((await send(client, room, 'again')).message.seq).toBe(2)
  })

  it('history pages reach both ends, both ways, message 101 like message 100', async () => {
    const room = newRoomId()
    const [client] = (await joined(1, room)) as [TestClient]
    await appendDirectly(room, 250)
    const page = async (request: { before: number } | { after: number } | { around: number }) => {
      const { messages, hasOlder, hasNewer } = await client.must('room:history', {
        room,
        limit: 100,
        ...request,
      })
      return { from: messages[0]?.seq, to: messages.at(-1)?.seq, hasOlder, hasNewer }
    }
    expect(await page({ before: 151 })).toEqual({ from: 51, to: 150, hasOlder: true, hasNewer: true })
    expect(await page({ before: 51 })).toEqual({ from: 1, to: 50, hasOlder: false, hasNewer: true })
    expect(await page({ after: 150 })).toEqual({ from: 151, to: 250, hasOlder: true, hasNewer: false })
    expect(await page({ after: 100 })).toEqual({ from: 101, to: 200, hasOlder: true, hasNewer: true })
    expect(await page({ around: 120 })).toEqual({ from: 70, to: 169, hasOlder: true, hasNewer: true })
    expect(await page({ before: 1 })).toEqual({
      from: undefined,
      to: undefined,
      hasOlder: false,
      hasNewer: true,
    })
  })

  it('a join storm of 200 costs a handful of reads', async () => {
    const room = newRoomId()
    const app = await createApp(world.database, { limits: GENEROUS })
    const clients = await Promise.all(Array.from({ length: 200 }, () => connectClient(world.node.url, app)))
    const before = await logReads()
    await Promise.all(clients.map((client) => client.must('room:join', { room })))
    expect((await logReads()) - before).toBeLessThan(40)
  })

  it('a herd that comes back, each with another part missing, costs a handful of reads', async () => {
    const room = newRoomId()
    const clients = await joined(100, room)
    const { epoch } = await send(clients[0]!, room, '1')
    await appendDirectly(room, 99)
    const before = await logReads()
    const logs = await Promise.all(
      clients.map(async (client, rev) => (await client.must('room:sync', { room, epoch, rev })).log),
    )
    for (const [rev, log] of logs.entries())
      expect(log.messages.map(({ seq }) => seq)).toEqual(
        Array.from({ length: 100 - rev }, (_, i) => rev + i + 1),
      )
    expect((await logReads()) - before).toBeLessThan(40)
  })

  it('a herd that missed the same costs a handful of reads, however much that is', async () => {
    const room = newRoomId()
    const clients = await joined(50, room)
    const { epoch } = await send(clients[0]!, room, '1')
    await appendDirectly(room, 1_299)
    const before = await logReads()
    await Promise.all(
      clients.map(async (client) => {
        for (let rev = 1; rev < 1_300;) {
          const { log } = await client.must('room:sync', { room, epoch, rev })
          if (log.kind !== 'changes') throw new Error('expected changes')
          expect(log.messages[0]?.rev).toBe(rev + 1)
          rev = log.through
        }
      }),
    )
    expect((await logReads()) - before).toBeLessThan(40)
  })

  async function logReads(): Promise<number> {
    const metric = await world.node.metrics.reads.get()
    return metric.values.reduce((sum, value) => sum + value.value, 0)
  }

  /** As another process on the same database would. */
  async function appendDirectly(roomId: string, count: number): Promise<void> {
    const [row] = await world.database.query<{ key: number; epoch: string }>(
      'select key, epoch from rooms where id = $1',
      [roomId],
    )
    const fill = <T>(value: (index: number) => T) => Array.from({ length: count }, (_, index) => value(index))
    await world.database.query('select * from alcove_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)', [
      fill(() => row?.key),
      fill(() => row?.epoch),
      fill(() => randomUUID()),
      fill(() => 'bot'),
      fill(() => 'Bot'),
      fill(() => null),
      fill(() => false),
      fill((index) => `direct ${index}`),
      fill(() => null),
      fill(() => null),
      fill((index) => `print ${index}`),
    ])
  }
})

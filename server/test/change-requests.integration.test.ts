/** Editing and deleting over a connection: who may, until when, what everybody gets; on both engines and on two nodes. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { applyRow, type MessageRow } from '@alcove/sdk/protocol'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { CAN_CLUSTER, startCluster } from './support/cluster.js'
import { ENGINES, openTestDatabase } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor, type TestApp } from './support/node.js'

const MODERATOR = { rooms: { '*': ['read', 'write', 'moderate'] } }

/** What a reader that took every frame by its rev shows. */
function shown(client: TestClient, start: readonly MessageRow[] = []): MessageRow[] {
  const rows = new Map(start.map((row) => [row.id, row]))
  for (const { messages } of client.factsOf('room:changed').toSorted((a, b) => a.rev - b.rev))
    for (const given of messages) {
      const row = applyRow(rows.get(given.id), given)
      if (row) rows.set(row.id, row)
    }
  return [...rows.values()].sort((a, b) => a.seq - b.seq)
}

async function stored(client: TestClient, room: string, epoch: string): Promise<MessageRow[]> {
  const { log } = await client.must('room:sync', { room, epoch, rev: 0 })
  return log.messages.toSorted((a, b) => a.seq - b.seq)
}

const edit = (room: string, id: string, text: string, change: string = randomUUID()) => ({
  room,
  id,
  text,
  change,
})

async function joined(url: string, app: TestApp, room: string, user: string, claims: object = {}) {
  const client = await connectClient(url, app, { token: await app.token(user, { ...claims }) })
  await client.must('room:join', { room })
  return client
}

const send = async (client: TestClient, room: string, text = 'first') =>
  (await client.must('message:send', { room, id: randomUUID(), text })).message

describe.each(ENGINES)('changing messages on %s', (engine) => {
  const world = worldFor(engine)
  const meet = async (limits: object = {}) => {
    const app = await createApp(world.database, { limits: { ...GENEROUS, ...limits } })
    const room = newRoomId()
    const { url } = world.node
    return {
      room,
      ada: await joined(url, app, room, 'ada'),
      bob: await joined(url, app, room, 'bob'),
      join: (user: string, claims?: object) => joined(url, app, room, user, claims),
    }
  }

  it('[CHANGE-4] [CHANGE-5] [CHANGE-6] every reader gets a patch, and who comes later the row', async () => {
    const { room, ada, bob, join } = await meet()
    const message = await send(ada, room)
    const edited = await ada.must('message:edit', edit(room, message.id, 'se\u0301cond'))
    expect(edited).toMatchObject({ rev: 2 })
    await until(() => expect(shown(bob)).toMatchObject([{ ...message, rev: 2, text: 'sécond' }]))
    expect(shown(bob)[0]?.editedAt).toBeGreaterThanOrEqual(message.at)
    const patch = bob.factsOf('room:changed').at(-1)?.messages[0]
    expect(patch, 'not the row again').not.toHaveProperty('user')
    const deletion = { room, id: message.id, change: randomUUID(), reason: 'a\0\ud800b' }
    expect(await ada.must('message:delete', deletion)).toMatchObject({ rev: 3, epoch: edited.epoch })
    const { id, seq, at, user } = message
    await until(() => expect(shown(bob)).toMatchObject([{ rev: 3, text: '' }]))
    const [row] = shown(bob)
    expect(row).toEqual({
      id,
      seq,
      at,
      user,
      rev: 3,
      text: '',
      deleted: { at: row!.deleted!.at, by: 'author' },
    })
    const late = await join('eve')
    expect(await stored(late, room, edited.epoch)).toEqual([row])
  })

  it('[CHANGE-1] one change id is one rev for ever; with another body or author it is a conflict', async () => {
    const { room, ada, bob } = await meet()
    const { id } = await send(ada, room)
    const change = randomUUID()
    const once = await ada.must('message:edit', edit(room, id, 'second', change))
    expect(await ada.must('message:edit', edit(room, id, 'second', change.toUpperCase()))).toEqual(once)
    await ada.must('message:edit', edit(room, id, 'third'))
    expect(await ada.must('message:edit', edit(room, id, 'second', change)), 'later too').toEqual(once)
    for (const answer of [
      await ada.ask('message:edit', edit(room, id, 'other', change)),
      await ada.ask('message:delete', { room, id, change }),
      await bob.ask('message:edit', edit(room, id, 'second', change)),
    ])
      expect(codeOf(answer)).toBe('change_conflict')
    expect(await stored(bob, room, once.epoch)).toMatchObject([{ rev: 3, text: 'third' }])
  })

  it('[CHANGE-1] fifty of the same at once, over two connections, are one change', async () => {
    const { room, ada, join } = await meet()
    const other = await join('ada')
    const { id } = await send(ada, room)
    const request = edit(room, id, 'second')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => (i % 2 ? ada : other).must('message:edit', request)),
    )
    expect(new Set(answers.map(({ rev }) => rev))).toEqual(new Set([2]))
  })

  it("[CHANGE-2] another's is forbidden; a moderator deletes any, at any time, and edits none", async () => {
    const { room, ada, bob, join } = await meet({ editWindowSeconds: 0 })
    const eve = await join('eve', MODERATOR)
    const { id } = await send(ada, room)
    const deletion = { room, id, change: randomUUID() }
    expect(codeOf(await bob.ask('message:edit', edit(room, id, 'x')))).toBe('forbidden')
    expect(codeOf(await bob.ask('message:delete', deletion))).toBe('forbidden')
    expect(codeOf(await eve.ask('message:edit', edit(room, id, 'x')))).toBe('forbidden')
    await eve.must('message:delete', deletion)
    await until(() => expect(shown(ada)).toMatchObject([{ text: '', deleted: { by: 'moderator' } }]))
  })

  it('[CHANGE-2] after the window it is closed, for edits and deletions; with 0 it never opens', async () => {
    const { room, ada, bob } = await meet()
    const { id } = await send(ada, room)
    const asked = [
      () => ada.ask('message:edit', edit(room, id, 'x')),
      () => ada.ask('message:delete', { room, id, change: randomUUID() }),
    ]
    await world.database.query(
      "update messages set created_at = created_at - interval '86410 seconds' where id = $1",
      [id],
    )
    for (const ask of asked) expect(codeOf(await ask())).toBe('edit_window_closed')
    expect(codeOf(await bob.ask('message:edit', edit(room, id, 'x'))), 'whose it is comes first').toBe(
      'forbidden',
    )
    const closed = await meet({ editWindowSeconds: 0 })
    const fresh = await send(closed.ada, closed.room)
    expect(codeOf(await closed.ada.ask('message:edit', edit(closed.room, fresh.id, 'x')))).toBe(
      'edit_window_closed',
    )
  })

  it('[CHANGE-2] who may not write changes nothing, their own neither; who moderates needs not write', async () => {
    const { room, ada, join } = await meet()
    const { id } = await send(ada, room)
    const silenced = await join('ada', { rooms: { '*': ['read'] } })
    expect(codeOf(await silenced.ask('message:edit', edit(room, id, 'x')))).toBe('forbidden')
    const deletion = { room, id, change: randomUUID() }
    expect(codeOf(await silenced.ask('message:delete', deletion))).toBe('forbidden')
    const warden = await join('eve', { rooms: { '*': ['read', 'moderate'] } })
    await warden.must('message:delete', deletion)
  })

  it('[CHANGE-3] missing, of another room, deleted: the same for all who ask', async () => {
    const { room, ada, bob, join } = await meet()
    const eve = await join('eve', MODERATOR)
    const elsewhere = await meet()
    const foreign = await send(elsewhere.ada, elsewhere.room)
    const { id } = await send(ada, room)
    await ada.must('message:delete', { room, id, change: randomUUID() })
    for (const client of [ada, bob, eve]) {
      for (const missing of [randomUUID(), foreign.id]) {
        expect(codeOf(await client.ask('message:edit', edit(room, missing, 'x')))).toBe('message_not_found')
        const deletion = { room, id: missing, change: randomUUID() }
        expect(codeOf(await client.ask('message:delete', deletion))).toBe('message_not_found')
      }
      expect(codeOf(await client.ask('message:edit', edit(room, id, 'x')))).toBe('message_deleted')
      const again = { room, id, change: randomUUID() }
      expect(codeOf(await client.ask('message:delete', again))).toBe('message_deleted')
    }
    const inAnother = edit(elsewhere.room, foreign.id, 'x')
    expect(codeOf(await ada.ask('message:edit', inAnother)), 'a room that was not joined').toBe('not_joined')
  })

  it.each([
    ['message_too_long', { text: 'x'.repeat(10_000) }],
    ['message_empty', { text: '\u200b\n' }],
    ['invalid_request', { text: 7 }],
    ['invalid_request', { id: 'x' }],
    ['invalid_request', { change: '' }],
    ['invalid_request', { change: undefined }],
    ['invalid_request', { meta: {} }],
  ])('[CHANGE-4] is refused as %s: %.60j', async (code, fields) => {
    const { room, ada } = await meet()
    const { id } = await send(ada, room)
    const answer = await ada.ask('message:edit', { ...edit(room, id, 'x'), ...fields } as never)
    expect(codeOf(answer)).toBe(code)
    expect(codeOf(await ada.ask('message:edit', edit(room, id, 'x'))), 'and nothing is broken').toBe('ok')
  })

  it('[CHANGE-7] edits and deletions share the windows of messages', async () => {
    const { room, ada } = await meet({ messagesPerSecondPerUser: 1, messageBurstPerUser: 10 })
    const { id } = await send(ada, room)
    const codes: string[] = []
    for (let made = 0; made < 12; made += 1)
      codes.push(codeOf(await ada.ask('message:edit', edit(room, id, `text ${made}`))))
    expect(codes).toContain('rate_limited')
  })

  it('[CHANGE-7] a moderator deletes while a flood uses up the windows of the room and of the app', async () => {
    const { room, ada, bob, join } = await meet({ messagesPerSecondPerRoom: 5, messagesPerSecondPerApp: 5 })
    const eve = await join('eve', MODERATOR)
    const flood: { id: string; text: string }[] = []
    const deleted: string[] = []
    for (let made = 0; made < 20; made += 1) {
      // More than two windows take.
      const sent = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 ? ada : bob).ask('message:send', { room, id: randomUUID(), text: `spam ${made}` }),
        ),
      )
      flood.push(...sent.flatMap((answer) => (answer.ok ? [answer.message] : [])))
      const spam = flood.shift()
      expect(sent.map(codeOf), 'nothing is left for others').toContain('rate_limited')
      if (spam)
        deleted.push(codeOf(await eve.ask('message:delete', { room, id: spam.id, change: randomUUID() })))
    }
    expect(deleted.length).toBeGreaterThan(0)
    expect(new Set(deleted)).toEqual(new Set(['ok']))
  })

  it('[CHANGE-7] a change sent behind its message, without waiting, finds it', async () => {
    const { room, ada } = await meet()
    const id = randomUUID()
    const [sent, edited] = await Promise.all([
      ada.must('message:send', { room, id, text: 'first' }),
      ada.must('message:edit', edit(room, id, 'second')),
    ])
    expect([sent.message.rev, edited.rev]).toEqual([1, 2])
    expect(await stored(ada, room, edited.epoch)).toMatchObject([{ text: 'second' }])
  })
})

describe.skipIf(!CAN_CLUSTER)('two nodes and ten writers on one message', () => {
  it('[P2] [P4] [CHANGE-3] end with one winner, the same on both', async () => {
    const { database, close } = await openTestDatabase('postgres')
    try {
      const { nodes } = await startCluster(database, 2)
      const app = await createApp(database, { limits: GENEROUS })
      const room = newRoomId()
      const tabs = await Promise.all(
        Array.from({ length: 10 }, (_, i) => joined(nodes[i % 2]!.url, app, room, 'ada')),
      )
      const message = await send(tabs[0]!, room)
      const answers = await Promise.all(
        tabs.flatMap((tab, i) => [
          ...[1, 2, 3].map((n) => tab.ask('message:edit', edit(room, message.id, `${i}.${n}`))),
          ...(i === 7 ? [tab.ask('message:delete', { room, id: message.id, change: randomUUID() })] : []),
        ]),
      )
      const revs = answers.flatMap((answer) => (answer.ok ? [answer.rev] : []))
      expect(revs.toSorted((a, b) => a - b)).toEqual(revs.map((_, index) => index + 2))
      const late = await Promise.all(
        tabs.map((tab) => tab.ask('message:edit', edit(room, message.id, 'late'))),
      )
      expect(new Set(late.map(codeOf))).toEqual(new Set(['message_deleted']))
      const refused = answers.map(codeOf).filter((code) => code !== 'ok')
      expect(refused, 'those behind the deletion').toEqual(refused.map(() => 'message_deleted'))
      const epoch = answers.find((answer) => answer.ok)!.epoch
      const [row] = await stored(tabs[0]!, room, epoch)
      expect(row).toMatchObject({ rev: revs.length + 1, text: '', deleted: { by: 'author' } })
      for (const tab of tabs) await until(() => expect(shown(tab, [message])).toEqual([row]))
    } finally {
      await close()
    }
  })
})

/** A room's settings: changed over /v1, in the frames, the log and the journal; on both engines, and between nodes. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { applySettings, type RoomPatch } from '@alcove/sdk/protocol'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'

const send = (client: TestClient, room: string) =>
  client.must('message:send', { room, id: randomUUID(), text: 'hello' })

/** What a reader shows that began with `log` and took every frame. */
const shown = (client: TestClient, begin?: RoomPatch) =>
  client
    .factsOf('room:changed')
    .toSorted((a, b) => a.rev - b.rev)
    .reduce((known, { info }) => applySettings(known, info), begin)

describe.each(ENGINES)('room settings on %s', (engine) => {
  const world = worldFor(engine)

  async function meet() {
    const app = await createApp(world.database, { limits: GENEROUS })
    const room = newRoomId()
    const join = async (since?: { epoch: string; rev: number }) => {
      const client = await connectClient(world.node.url, app, { token: await app.token(randomUUID()) })
      const { log } = await client.must('room:join', { room, ...(since && { since }) })
      return { client, log }
    }
    const update = async (body: object, key: string = randomUUID()) => {
      const answer = await fetch(`${world.node.url}/v1/rooms/${room}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${app.secret}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      })
      return { status: answer.status, body: (await answer.json()) as { rev: number; code?: string } }
    }
    const list = async () => {
      const headers = { authorization: `Bearer ${app.secret}` }
      return (await (await fetch(`${world.node.url}/v1/rooms`, { headers })).json()) as { rooms: object[] }
    }
    return { app, room, join, update, list }
  }

  it('[SETTING-1] everybody gets a new title in the order of the log, and who joins later in the log', async () => {
    const { room, join, update } = await meet()
    const { client: ada, log: begin } = await join()
    expect(begin).not.toHaveProperty('info')
    await send(ada, room)
    expect((await update({ title: '  The \u202enew\n lobby ' })).body).toMatchObject({ rev: 2 })
    await send(ada, room)
    await until(() => expect(ada.factsOf('room:changed').at(-1)?.rev).toBe(3))
    expect(shown(ada)).toEqual({ rev: 2, title: 'The new lobby' })
    const { log } = await join()
    expect(log).toMatchObject({ head: 3, info: { rev: 2, title: 'The new lobby' } })
    expect(log.messages.map(({ seq, rev }) => [seq, rev])).toEqual([
      [1, 1],
      [2, 3],
    ])
  })

  it('[SETTING-1] who was away gets what changed meanwhile, and nothing of what they know', async () => {
    const { room, join, update } = await meet()
    const { client: ada, log } = await join()
    await send(ada, room)
    await update({ title: 'One' })
    const { epoch } = log
    expect((await join({ epoch, rev: 1 })).log).toMatchObject({
      kind: 'changes',
      messages: [],
      through: 2,
      info: { rev: 2, title: 'One' },
    })
    expect((await join({ epoch, rev: 2 })).log).not.toHaveProperty('info')
    await update({ title: null })
    expect((await join({ epoch, rev: 2 })).log).toMatchObject({ info: { rev: 3, title: null } })
    await until(() => expect(shown(ada)).toEqual({ rev: 3, title: null }))
  })

  it('[CHANGE-1] the same key changes it once, and with another title it is a conflict', async () => {
    const { join, update, list } = await meet()
    await join()
    const key = randomUUID()
    expect((await update({ title: 'One' }, key)).body.rev).toBe(1)
    expect((await update({ title: 'Two' })).body.rev).toBe(2)
    expect((await update({ title: 'One' }, key)).body.rev).toBe(1)
    expect(await update({ title: 'Three' }, key)).toMatchObject({
      status: 409,
      body: { code: 'change_conflict' },
    })
    expect((await join()).log.info).toEqual({ rev: 2, title: 'Two' })
    expect((await list()).rooms[0]).toMatchObject({ title: 'Two' })
    await update({ title: null })
    expect((await list()).rooms[0]).not.toHaveProperty('title')
  })

  it('[SETTING-2] refuses a title nobody can see or that is too long, unknown settings, and unknown rooms', async () => {
    const { join, update } = await meet()
    expect(await update({ title: 'One' })).toMatchObject({ status: 404 })
    await join()
    for (const title of ['', ' \u200b ', 'x'.repeat(101), '🎉'.repeat(101), 7, undefined])
      expect(await update({ title }), String(title)).toMatchObject({ status: 400 })
    expect(await update({ title: 'One', colour: 'red' })).toMatchObject({ status: 400 })
    expect(await update({ title: '🎉'.repeat(100) })).toMatchObject({ status: 200, body: { rev: 1 } })
  })

  it('[SETTING-2] no request of a connection changes it', async () => {
    const { room, join } = await meet()
    const { client } = await join()
    const asked = await client.ask(
      'room:update' as 'room:leave',
      { room, change: randomUUID(), title: 'x' } as { room: string },
    )
    expect(codeOf(asked)).toBe('invalid_request')
  })

  it('[P4] a storm of titles and messages is one log without holes', async () => {
    const { room, join, update } = await meet()
    const { client: ada, log } = await join()
    const all = Array.from({ length: 40 }, (_, index) =>
      index % 2 ? update({ title: `Title ${index}` }) : send(ada, room),
    )
    await Promise.all(all)
    await until(() => expect(ada.factsOf('room:changed').at(-1)?.rev).toBe(40))
    const revs = ada.factsOf('room:changed').toSorted((a, b) => a.rev - b.rev)
    expect(revs.every(({ from }, index) => from === (revs[index - 1]?.rev ?? 0))).toBe(true)
    const { log: now } = await join({ epoch: log.epoch, rev: 0 })
    expect(now.info).toEqual(shown(ada))
    expect(now.messages).toHaveLength(20)
  })
})

/** Reactions over a connection and over /v1: counted once, the same for everybody, one's own known; on both engines. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  LIMITS,
  applyChange,
  applyRow,
  type ChangeAuthor,
  type MessageChange,
  type MessageRow,
} from '@alcove/sdk/protocol'
import { codeOf, connectClient, until, type TestClient } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor } from './support/node.js'

const FAMILY = '👨‍👩‍👧‍👦'
const EMOJI = ['👍', '🎉', '❤️', FAMILY, '1️⃣', '🇩🇪', '👍🏽', '🏴󠁧󠁢󠁳󠁣󠁴󠁿']

interface Journaled {
  id: string
  rev: number
  kind: MessageChange['kind']
  actorKind: ChangeAuthor['kind']
  actor: string
  message: string
  body: string
  at: number
}

const JOURNAL = `
  select c.id, c.rev, c.kind, c.actor_kind as "actorKind", c.actor_id as actor, c.message_id as message, c.body::text as body,
    (extract(epoch from c.at) * 1000)::float8 as at
  from changes c join rooms r on r.key = c.room_key where r.id = $1 order by c.rev`
const COUNTED = `
  select x.message_id as id, x.emoji, count(*)::int as count
  from reactions x join rooms r on r.key = x.room_key where r.id = $1 group by 1, 2`

interface Request {
  room: string
  id: string
  emoji: string
  change: string
}

const send = async (client: TestClient, room: string) =>
  (await client.must('message:send', { room, id: randomUUID(), text: 'hello' })).message
const asked = (room: string, id: string, emoji = '👍', change: string = randomUUID()): Request => ({
  room,
  id,
  emoji,
  change,
})

/** What a reader that took every frame by its rev shows. */
function shown(client: TestClient): MessageRow[] {
  const rows = new Map<string, MessageRow>()
  for (const { messages } of client.factsOf('room:changed').toSorted((a, b) => a.rev - b.rev))
    for (const given of messages) {
      const row = applyRow(rows.get(given.id), given)
      if (row) rows.set(row.id, row)
    }
  return [...rows.values()].sort((a, b) => a.seq - b.seq)
}

describe.each(ENGINES)('reactions on %s', (engine) => {
  const world = worldFor(engine)

  async function meet(limits: object = {}) {
    const app = await createApp(world.database, { limits: { ...GENEROUS, ...limits } })
    const room = newRoomId()
    const join = async (user: string, claims: object = {}) => {
      const client = await connectClient(world.node.url, app, { token: await app.token(user, { ...claims }) })
      const { log } = await client.must('room:join', { room })
      return { client, log }
    }
    const api = async (method: string, message: string, emoji: string, user: string, key?: string) => {
      const query = method === 'DELETE' ? `?user=${user}` : ''
      const path = `/v1/rooms/${room}/messages/${message}/reactions/${encodeURIComponent(emoji)}${query}`
      const answer = await fetch(world.node.url + path, {
        method,
        headers: {
          authorization: `Bearer ${app.secret}`,
          ...(method === 'PUT' && { 'content-type': 'application/json' }),
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        ...(method === 'PUT' && { body: JSON.stringify({ user }) }),
      })
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    const { client: ada } = await join('ada')
    const { client: bob } = await join('bob')
    return { app, room, ada, bob, api, join }
  }

  const stored = async (client: TestClient, room: string) => {
    const { log } = await client.must('room:sync', { room, epoch: '', rev: 0 })
    return log
  }

  it('[REACT-1] every reader gets the counts and who reacted, and who comes later the row', async () => {
    const { room, ada, bob, join } = await meet()
    const { id } = await send(ada, room)
    const { rev, epoch } = await bob.must('reaction:add', asked(room, id))
    expect(rev).toBe(2)
    await until(() => expect(shown(ada)).toMatchObject([{ rev: 2, reactions: { '👍': 1 } }]))
    const patch = { id, seq: 1, rev: 2, reactions: { '👍': 1 } }
    expect(ada.factsOf('room:changed').at(-1)).toMatchObject({ from: 1, rev: 2, epoch })
    expect(ada.factsOf('room:changed').at(-1)?.messages).toEqual([
      { ...patch, reacted: [{ emoji: '👍', user: 'bob', on: true }] },
    ])
    await ada.must('reaction:add', asked(room, id))
    await bob.must('reaction:remove', asked(room, id))
    await until(() => expect(shown(bob)).toMatchObject([{ rev: 4, reactions: { '👍': 1 } }]))
    await ada.must('reaction:remove', asked(room, id))
    await until(() => expect(shown(bob)[0]).toMatchObject({ rev: 5 }))
    expect(shown(bob)[0]).not.toHaveProperty('reactions')
    const { log } = await join('eve')
    expect(log.messages).toEqual(shown(bob))
  })

  it('[REACT-1] those used first come first, and one that comes again comes last', async () => {
    const { room, ada, bob } = await meet({ reactionsPerMessagePerUser: EMOJI.length })
    const { id } = await send(ada, room)
    for (const emoji of EMOJI) await ada.must('reaction:add', asked(room, id, emoji))
    await bob.must('reaction:add', asked(room, id, EMOJI[3]))
    const order = async () => Object.keys((await stored(ada, room)).messages[0]?.reactions ?? {})
    expect(await order()).toEqual(EMOJI)
    await ada.must('reaction:remove', asked(room, id, EMOJI[0]))
    await ada.must('reaction:add', asked(room, id, EMOJI[0]))
    expect(await order()).toEqual([...EMOJI.slice(1), EMOJI[0]])
    await until(() =>
      expect(Object.keys(shown(bob)[0]?.reactions ?? {})).toEqual([...EMOJI.slice(1), EMOJI[0]]),
    )
  })

  it('[REACT-2] what is there already, or is not, changes nothing and answers with the rev of the message', async () => {
    const { room, ada, bob } = await meet()
    const { id } = await send(ada, room)
    await send(ada, room)
    expect(await bob.must('reaction:remove', asked(room, id))).toMatchObject({ rev: 1 })
    const { rev } = await bob.must('reaction:add', asked(room, id))
    expect(await bob.must('reaction:add', asked(room, id))).toMatchObject({ rev })
    const log = await stored(ada, room)
    expect(log.head).toBe(3)
    expect(log.messages.find((row) => row.id === id)?.reactions).toEqual({ '👍': 1 })
  })

  it('[REACT-2] [CHANGE-1] a change id is one rev for ever; with another emoji or user it is a conflict', async () => {
    const { room, ada, bob } = await meet()
    const { id } = await send(ada, room)
    const request = asked(room, id)
    const once = await ada.must('reaction:add', request)
    await ada.must('reaction:remove', asked(room, id))
    expect(await ada.must('reaction:add', request), 'it is not made again').toEqual(once)
    expect((await stored(ada, room)).messages[0]).not.toHaveProperty('reactions')
    expect(codeOf(await ada.ask('reaction:add', { ...request, emoji: '🎉' }))).toBe('change_conflict')
    expect(codeOf(await ada.ask('reaction:remove', request))).toBe('change_conflict')
    expect(codeOf(await bob.ask('reaction:add', request))).toBe('change_conflict')
  })

  it('[REACT-3] only so many different ones; more people may use those that are there', async () => {
    const { room, ada, bob } = await meet({ reactionsPerMessage: 2 })
    const { id } = await send(ada, room)
    await ada.must('reaction:add', asked(room, id, '👍'))
    await ada.must('reaction:add', asked(room, id, '🎉'))
    expect(codeOf(await ada.ask('reaction:add', asked(room, id, FAMILY)))).toBe('too_many_reactions')
    await bob.must('reaction:add', asked(room, id, '👍'))
    await ada.must('reaction:remove', asked(room, id, '🎉'))
    await bob.must('reaction:add', asked(room, id, FAMILY))
  })

  it('[REACT-3] one person cannot use up the reactions of a message, not even in one run', async () => {
    const { room, ada, bob } = await meet()
    const { id } = await send(ada, room)
    const answers = await Promise.all(EMOJI.map((emoji) => ada.ask('reaction:add', asked(room, id, emoji))))
    const codes = answers.map(codeOf)
    expect(codes.filter((code) => code === 'ok')).toHaveLength(LIMITS.reactionsPerMessagePerUser)
    expect(new Set(codes)).toEqual(new Set(['ok', 'too_many_reactions']))
    await bob.must('reaction:add', asked(room, id, EMOJI.at(-1)))
    const { reactions } = (await stored(ada, room)).messages[0]!
    expect(Object.keys(reactions!)).toHaveLength(LIMITS.reactionsPerMessagePerUser + 1)
  })

  it.each([
    'a',
    '7',
    'lol',
    '',
    '👍👍',
    '👍'.repeat(2_500),
    'x'.repeat(10_000),
    '👍\u200d👍',
    '🇿🇿',
    '❤\ufe0e',
    '\u200d',
    '\ufe0f',
    '🏽',
    '🇩',
    '👍\u0301',
    7,
    null,
  ])('[REACT-4] %.20j is no emoji', async (emoji) => {
    const { room, ada } = await meet()
    const { id } = await send(ada, room)
    const request = { ...asked(room, id), emoji } as Request
    expect(codeOf(await ada.ask('reaction:add', request))).toBe('invalid_request')
    expect(codeOf(await ada.ask('reaction:remove', request))).toBe('invalid_request')
    expect(codeOf(await ada.ask('reaction:add', asked(room, id))), 'and nothing is broken').toBe('ok')
  })

  it('[REACT-5] needs the capability `react`, and a message that is there', async () => {
    const { room, ada, join } = await meet({ editWindowSeconds: 0 })
    const silent = (await join('eve', { rooms: { '*': ['read', 'write'] } })).client
    const reader = (await join('kim', { rooms: { '*': ['read', 'react'] } })).client
    const warden = (await join('max', { rooms: { '*': ['read', 'moderate'] } })).client
    const { id } = await send(ada, room)
    expect(codeOf(await silent.ask('reaction:add', asked(room, id)))).toBe('forbidden')
    expect(codeOf(await warden.ask('reaction:add', asked(room, id)))).toBe('forbidden')
    await reader.must('reaction:add', asked(room, id))
    expect(codeOf(await ada.ask('reaction:add', asked(room, randomUUID())))).toBe('message_not_found')
    await warden.must('message:delete', { room, id, change: randomUUID() })
    expect(codeOf(await ada.ask('reaction:add', asked(room, id)))).toBe('message_deleted')
    expect(codeOf(await reader.ask('reaction:remove', asked(room, id)))).toBe('message_deleted')
  })

  it('[REACT-5] a deletion takes the reactions with it', async () => {
    const { room, ada, bob, join } = await meet()
    const { id } = await send(ada, room)
    await bob.must('reaction:add', asked(room, id))
    await ada.must('message:delete', { room, id, change: randomUUID() })
    await until(() => expect(shown(bob)[0]).toMatchObject({ rev: 3, text: '' }))
    expect(shown(bob)[0]).not.toHaveProperty('reactions')
    const { log } = await join('bob')
    expect(log.messages[0]).not.toHaveProperty('reactions')
    expect(log).not.toHaveProperty('mine')
    const left = await world.database.query('select * from reactions where message_id = $1', [id])
    expect(left).toEqual([])
  })

  it('[REACT-6] a hundred reactions to one message at once are few updates and small frames', async () => {
    const { room, ada, app } = await meet({ connectionsPerUser: 100, connectionsPerAddress: 1_000 })
    const { id } = await send(ada, room)
    const crowd = await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const client = await connectClient(world.node.url, app, { token: await app.token(`user-${i}`) })
        await client.must('room:join', { room })
        return client
      }),
    )
    const before = ada.factsOf('room:changed').length
    await Promise.all(crowd.map((client) => client.must('reaction:add', asked(room, id))))
    await until(() => expect(shown(ada)).toMatchObject([{ rev: 101, reactions: { '👍': 100 } }]))
    const frames = ada.factsOf('room:changed').slice(before)
    const patches = frames.flatMap(({ messages }) => messages)
    const bytes = frames.reduce((sum, frame) => sum + JSON.stringify(frame).length, 0)
    if (process.env.ALCOVE_SHOW)
      console.log(engine, { frames: frames.length, patches: patches.length, bytes })
    // One patch and one update a run.
    expect(patches.length).toBeLessThan(50)
    expect(bytes, 'all of them together').toBeLessThan(20_000)
  })

  it('[REACT-7] each reader receives their own, in a snapshot, a sync and a page of history', async () => {
    const { room, ada, bob, join } = await meet()
    const messages = [await send(ada, room), await send(ada, room), await send(ada, room)]
    const [first, second] = messages as [MessageRow, MessageRow]
    await ada.must('reaction:add', asked(room, first.id, '👍'))
    await ada.must('reaction:add', asked(room, first.id, '🎉'))
    await bob.must('reaction:add', asked(room, second.id, FAMILY))
    const again = await join('ada')
    expect(again.log.mine?.[1]).toHaveLength(2)
    expect(new Set(again.log.mine?.[1])).toEqual(new Set(['👍', '🎉']))
    expect((await stored(bob, room)).mine).toEqual({ 2: [FAMILY] })
    const page = await bob.must('room:history', { room, before: 4, limit: 10 })
    expect(page.mine).toEqual({ 2: [FAMILY] })
    const { epoch } = again.log
    const { log } = await ada.must('room:sync', { room, epoch, rev: 3 })
    expect(log.mine?.[1]).toHaveLength(2)
    expect((await join('eve')).log, 'nobody else has any').not.toHaveProperty('mine')
  })

  it('[REACT-7] a crowd that joins at once shares the statements that read their own, each with the right answer', async () => {
    const CROWD = 60
    const { room, ada, app } = await meet({ connectionsPerUser: 100, connectionsPerAddress: 1_000 })
    const [few, many, none] = [await send(ada, room), await send(ada, room), await send(ada, room)]
    await world.database.query(
      `insert into reactions select r.key, x.message, x.user_id, '👍'
       from rooms r, (
         select $2::uuid as message, 'user-' || i as user_id from generate_series(0, 4) i
         union all select $3, 'user-' || i from generate_series(0, 2999) i where i % 2 = 0
       ) x where r.id = $1`,
      [room, few.id, many.id],
    )
    await world.database.query(
      `update messages set reactions = case id when $1 then '[["👍", 5]]' else '[["👍", 1500]]' end::jsonb where id in ($1, $2)`,
      [few.id, many.id],
    )
    const ownReads = async () => {
      const text = await (await fetch(`${world.node.url}/metrics`)).text()
      return Number(/^alcove_log_reads_total\{kind="own"\} (\d+)/m.exec(text)?.[1] ?? 0)
    }
    const crowd = await Promise.all(
      Array.from({ length: CROWD }, async (_, i) =>
        connectClient(world.node.url, app, { token: await app.token(`user-${i}`) }),
      ),
    )
    const before = await ownReads()
    const logs = await Promise.all(
      crowd.map(async (client) => (await client.must('room:join', { room })).log),
    )
    expect((await ownReads()) - before, 'not one for each').toBeLessThan(CROWD / 2)
    const mine = (i: number) => ({
      ...(i < 5 && { [few.seq]: ['👍'] }),
      ...(i % 2 === 0 && { [many.seq]: ['👍'] }),
    })
    for (const [i, log] of logs.entries()) {
      expect(log.messages.map(({ id }) => id)).toContain(none.id)
      expect(log.mine ?? {}, `user-${i}`).toEqual(mine(i))
    }
  })

  it("[REACT-8] an app's own server reacts for a user whom it names", async () => {
    const { room, ada, join, api } = await meet()
    const { id } = await send(ada, room)
    const key = randomUUID()
    const put = await api('PUT', id, FAMILY, 'bob', key)
    expect(put).toMatchObject({ status: 200, body: { rev: 2 } })
    expect(await api('PUT', id, FAMILY, 'bob', key), 'the same key').toEqual(put)
    expect(await api('PUT', id, FAMILY, 'bob'), 'there already').toEqual(put)
    expect((await join('bob')).log.mine).toEqual({ 1: [FAMILY] })
    expect(await api('DELETE', id, FAMILY, 'bob')).toMatchObject({ status: 200, body: { rev: 3 } })
    expect(await api('PUT', id, 'lol', 'bob')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
    expect(await api('PUT', id, FAMILY, 'guest:bob')).toMatchObject({ status: 400 })
    expect(await api('PUT', randomUUID(), FAMILY, 'bob')).toMatchObject({
      status: 404,
      body: { code: 'message_not_found' },
    })
  })

  it('[REACT-9] reactions have windows of their own, which refuse', async () => {
    const { room, ada } = await meet({ messagesPerSecondPerUser: 1, messageBurstPerUser: 10 })
    const { id } = await send(ada, room)
    const codes: string[] = []
    for (let made = 0; made < 12; made += 1)
      codes.push(codeOf(await ada.ask(made % 2 ? 'reaction:remove' : 'reaction:add', asked(room, id))))
    expect(codes).toContain('rate_limited')
    expect((await send(ada, room)).seq, 'messages are none of them').toBe(2)
  })

  it('[REACT-1] the journal, replayed, makes the rows that are stored', async () => {
    const { room, ada, bob } = await meet()
    const created = [await send(ada, room), await send(bob, room), await send(ada, room)]
    const pick = <T>(list: readonly T[], i: number) => list[i % list.length]!
    await Promise.all(
      Array.from({ length: 120 }, (_, i) => {
        const client = i % 3 ? ada : bob
        const { id } = pick(created, i * 7)
        if (i === 60) return ada.ask('message:delete', { room, id: created[2]!.id, change: randomUUID() })
        if (i % 10 === 0)
          return client.ask('message:edit', { room, id, text: `edit ${i}`, change: randomUUID() })
        return client.ask(i % 4 ? 'reaction:add' : 'reaction:remove', asked(room, id, pick(EMOJI, i % 5)))
      }),
    )
    const journal = await world.database.query<Journaled>(JOURNAL, [room])
    const rows = new Map(created.map((row) => [row.id, row]))
    for (const { id, rev, kind, actorKind, actor, message, body, at } of journal) {
      const by: ChangeAuthor = { kind: actorKind, id: actor }
      const change = { kind, message, ...(JSON.parse(body) as object) } as MessageChange
      const recorded = { id, room, rev, by, at, change }
      rows.set(message, applyChange(rows.get(message)!, recorded))
    }
    expect(new Set(journal.map(({ kind }) => kind)).size, 'every kind').toBe(4)
    const byRev = (a: MessageRow, b: MessageRow) => a.rev - b.rev
    const { messages } = await stored(ada, room)
    expect(messages.toSorted(byRev)).toEqual([...rows.values()].sort(byRev))
    for (const { id, reactions = {} } of messages)
      expect(Object.keys(reactions)).toEqual(Object.keys(rows.get(id)?.reactions ?? {}))
    const counted = await world.database.query<{ id: string; emoji: string; count: number }>(COUNTED, [room])
    const inRows = messages.flatMap(({ id, reactions = {} }) =>
      Object.entries(reactions).map(([emoji, count]) => ({ id, emoji, count })),
    )
    const named = (all: typeof counted) => new Set(all.map((one) => `${one.id} ${one.emoji} ${one.count}`))
    expect(named(counted), 'the counts are those of the people').toEqual(named(inRows))
    await until(() => expect(shown(bob)).toEqual(messages.toSorted((a, b) => a.seq - b.seq)))
  })
})

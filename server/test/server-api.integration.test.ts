/** The server API: what its description says is there, answers as it says, and does what a connection would see. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { MessageRow } from '@alcove/sdk/protocol'
import { ROUTES } from '../src/operations/index.js'
import { connectClient, until } from './support/client.js'
import { ENGINES } from './support/database.js'
import { createApp, GENEROUS, newRoomId, worldFor, type TestApp, type TestNode } from './support/node.js'

interface Operation {
  operationId: string
  parameters: { name: string; in: string; required?: boolean }[]
  responses: Record<string, { content: Record<string, { schema: z.core.JSONSchema.JSONSchema }> }>
}

interface Description {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<'Message' | 'Problem', z.core.JSONSchema.JSONSchema> }
}

/** With what the schema refers to beside it, where zod looks for it. */
function typeOf(schema: z.core.JSONSchema.JSONSchema, { components }: Description): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: components.schemas })
  const inside = whole.replaceAll('"#/components/schemas/', '"#/$defs/')
  return z.fromJSONSchema(JSON.parse(inside) as z.core.JSONSchema.JSONSchema)
}

const ADA = { id: 'ada', name: 'Ada' }

interface Asked {
  method?: string
  body?: unknown
  headers?: Record<string, string>
}

async function ask(node: TestNode, app: Pick<TestApp, 'secret'>, path: string, asked: Asked = {}) {
  const { method = 'GET', body, headers = {} } = asked
  const response = await fetch(`${node.url}/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${app.secret}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    cache: response.headers.get('cache-control'),
    json: (await response.json()) as Record<string, unknown> & {
      code?: string
      next?: string
      message?: MessageRow
      messages?: MessageRow[]
    },
  }
}

const describeNode = async ({ url }: TestNode) =>
  (await (await fetch(`${url}/v1/openapi.json`)).json()) as Description

describe.each(ENGINES)('the server API on %s', (engine) => {
  const world = worldFor(engine)
  const make = async (options?: Parameters<typeof createApp>[1]) => {
    const app = await createApp(world.database, options)
    const room = newRoomId()
    const api = (path: string, asked?: Asked) => ask(world.node, app, path, asked)
    const post = (body: object, headers?: Record<string, string>) =>
      api(`/rooms/${room}/messages`, {
        ...{ method: 'POST', body: { user: ADA, text: 'hi', ...body } },
        ...(headers && { headers }),
      })
    expect(await api('/rooms', { method: 'POST', body: { id: room } })).toMatchObject({ status: 201 })
    return { app, room, api, post }
  }

  it('each documented operation answers, and each answer fits its schema', async () => {
    const { room, api, post } = await make()
    // The other one is deleted on the way.
    const liked = (await post({ text: 'liked' })).json.message!.id
    const description = await describeNode(world.node)
    expect(description.openapi).toBe('3.1.0')
    const id = randomUUID()
    const examples: Record<string, { query?: string; body?: object; message?: string }> = {
      roomList: { query: '?sort=members&limit=1' },
      roomCreate: { body: { id: room } },
      roomUpdate: { body: { title: 'Lobby' } },
      messageSend: { body: { id, user: ADA, text: 'hi', replyTo: randomUUID(), meta: { a: [1] } } },
      messageList: { query: '?limit=1&order=oldest' },
      messageEdit: { body: { text: 'other' } },
      messageDelete: { query: '?reason=spam' },
      reactionAdd: { body: { user: ADA.id }, message: liked },
      reactionRemove: { query: `?user=${ADA.id}`, message: liked },
    }
    const problem = z.fromJSONSchema(description.components.schemas.Problem)
    const called: string[] = []
    for (const [path, methods] of Object.entries(description.paths))
      for (const [method, { operationId, parameters, responses }] of Object.entries(methods)) {
        const example = examples[operationId]
        expect(example, `no example of ${operationId}`).toBeDefined()
        const { query = '', body, message = id } = example!
        const url = path
          .replace('/v1', '')
          .replace('{room}', room)
          .replace('{id}', message)
          .replace('{emoji}', encodeURIComponent('👍'))
        const answer = await api(url + query, { method: method.toUpperCase(), ...(body && { body }) })
        const schema = responses[answer.status]?.content['application/json']?.schema
        expect(schema, `${operationId}: ${answer.status} ${JSON.stringify(answer.json)}`).toBeDefined()
        expect(typeOf(schema!, description).safeParse(answer.json).error, operationId).toBeUndefined()
        const route = ROUTES.find(({ name }) => name.replace(':', '') === operationId.toLowerCase())
        expect(route!.http.answer.safeParse(answer.json).error, 'and has nothing else').toBeUndefined()
        expect(answer.cache).toBe('no-store')
        for (const { name, in: place } of parameters)
          if (place === 'path') expect(path).toContain(`{${name}}`)
        const refused = await api(`${url}?nonsense=1`, {
          ...{ method: method.toUpperCase() },
          ...(body && { body: { ...body, nonsense: 1 } }),
        })
        expect(refused).toMatchObject({ status: 400, json: { code: 'invalid_request' } })
        expect(refused.type).toContain('application/problem+json')
        expect(problem.safeParse(refused.json).error).toBeUndefined()
        called.push(operationId)
      }
    expect(called.toSorted()).toEqual(Object.keys(examples).toSorted())
  })

  it('the description has the shape of a message once, and refers to it', async () => {
    const { paths, components } = await describeNode(world.node)
    const reference = { $ref: '#/components/schemas/Message' }
    const answerOf = (path: string, method: string, status: number) =>
      paths[path]![method]!.responses[status]!.content['application/json']!.schema.properties
    expect(answerOf('/v1/rooms/{room}/messages', 'post', 201)).toMatchObject({ message: reference })
    expect(answerOf('/v1/rooms/{room}/messages', 'get', 200)).toMatchObject({
      messages: { items: reference },
    })
    expect(components.schemas.Message.properties).toMatchObject({
      user: { $ref: '#/components/schemas/User' },
    })
    expect(JSON.stringify({ paths, components }).split('"replyTo"').length - 1, 'and in one request').toBe(2)
  })

  it('a room that nobody is in takes a message, and its readers get it', async () => {
    const { app, room, api, post } = await make()
    const first = await post({ text: 'e\u0301' })
    expect(first).toMatchObject({ status: 201, json: { message: { seq: 1, user: ADA, text: 'é' } } })
    const reader = await connectClient(world.node.url, app)
    const { log } = await reader.must('room:join', { room })
    expect(log.messages).toEqual([first.json.message])
    const second = await post({ user: { ...ADA, avatar: 'https://a.example/b.png' }, text: 'now' })
    await until(() => expect(reader.received()).toEqual([second.json.message]))
    expect((await api(`/rooms/${room}/messages`)).json.messages).toEqual([
      second.json.message,
      first.json.message,
    ])
  })

  it('[P3] the same id, or the same key, is one message; another body with it is a conflict', async () => {
    const { post } = await make()
    const id = randomUUID()
    const first = await post({ id })
    expect((await post({ id })).json).toEqual(first.json)
    expect(await post({ id, text: 'other' })).toMatchObject({
      status: 409,
      json: { code: 'message_conflict' },
    })
    expect((await post({ id, user: { id: 'bob', name: 'Bob' } })).json.code).toBe('message_conflict')
    for (const key of [randomUUID(), 'order 4711', 'x'.repeat(255)]) {
      const { json } = await post({}, { 'idempotency-key': key })
      expect((await post({}, { 'idempotency-key': key })).json).toEqual(json)
      const other = await post({ text: 'other' }, { 'idempotency-key': key })
      expect(other.json.code).toBe('message_conflict')
    }
    const [one, two] = [await post({}), await post({})]
    expect(one.json.message?.seq).toBeLessThan(two.json.message!.seq)
  })

  it('[P7] no client can use the id of a write first, even if it knows the key', async () => {
    const { app, room, post } = await make()
    const eve = await connectClient(world.node.url, app)
    await eve.must('room:join', { room })
    const id = randomUUID()
    await eve.must('message:send', { room, id, text: 'buy pills' })
    await eve.must('message:edit', { room, id, change: id, text: 'buy more pills' })
    const headers = { 'idempotency-key': id }
    const path = `/rooms/${room}/messages/${id}`
    expect(await ask(world.node, app, path, { method: 'DELETE', headers })).toMatchObject({ status: 200 })
    expect(await post({}, headers)).toMatchObject({ status: 201 })
  })

  it.each(['newest', 'oldest'])('lists messages page by page, each once, %s first', async (order) => {
    const { room, api, post } = await make()
    for (let seq = 1; seq <= 7; seq += 1) await post({ text: String(seq) })
    const seen: number[] = []
    let next: string | undefined
    do {
      const after = next === undefined ? '' : `&after=${next}`
      const { json } = await api(`/rooms/${room}/messages?limit=3&order=${order}${after}`)
      expect(json.messages!.length).toBeLessThanOrEqual(3)
      seen.push(...json.messages!.map(({ seq }) => seq))
      next = json.next
    } while (next !== undefined)
    const all = [1, 2, 3, 4, 5, 6, 7]
    expect(seen).toEqual(order === 'oldest' ? all : all.toReversed())
  })

  it.each(['newest', 'oldest'])(
    'the first page has as many messages as were asked for, %s first',
    async (order) => {
      const { room, api, post } = await make({ limits: GENEROUS })
      for (let seq = 1; seq <= 60; seq += 1) await post({ text: String(seq) })
      const all = Array.from({ length: 60 }, (_, index) => (order === 'oldest' ? index + 1 : 60 - index))
      const page = async (limit: number, after = '') => {
        const { json } = await api(`/rooms/${room}/messages?order=${order}&limit=${limit}${after}`)
        return { seqs: json.messages!.map(({ seq }) => seq), next: json.next }
      }
      expect(await page(100)).toEqual({ seqs: all, next: undefined })
      expect((await page(50)).seqs).toEqual(all.slice(0, 50))
      const { seqs, next } = await page(55)
      expect(seqs).toEqual(all.slice(0, 55))
      expect(await page(55, `&after=${next}`)).toEqual({ seqs: all.slice(55), next: undefined })
    },
  )

  it('a cursor of the other order, of another room or of nothing is refused; an empty room has one empty page', async () => {
    const { room, api, post } = await make()
    const other = await make()
    expect((await api(`/rooms/${room}/messages`)).json).toEqual({ messages: [] })
    expect((await api(`/rooms/${room}/messages?order=oldest`)).json).toEqual({ messages: [] })
    await post({})
    await post({})
    const { next } = (await api(`/rooms/${room}/messages?limit=1`)).json
    for (const path of [
      `/rooms/${room}/messages?order=oldest&after=${next}`,
      `/rooms/${room}/messages?after=nonsense`,
      `/rooms/${room}/messages?limit=0`,
      `/rooms/${room}/messages?limit=1&limit=2`,
      `/rooms/${room}/messages?order=random`,
    ])
      expect(await api(path), path).toMatchObject({ status: 400, json: { code: 'invalid_request' } })
    expect((await other.api(`/rooms/${other.room}/messages?after=${next}`)).json.code).toBe('invalid_request')
  })

  it("changes anybody's message, at any time, once for a key; readers get it", async () => {
    const app = await createApp(world.database, { limits: { editWindowSeconds: 0 } })
    const reader = await connectClient(world.node.url, app)
    await reader.must('room:join', { room: 'lobby' })
    const id = randomUUID()
    await reader.must('message:send', { room: 'lobby', id, text: 'first' })
    const path = `/rooms/lobby/messages/${id}`
    const key = { 'idempotency-key': 'order 4711' }
    const edit = (text: string, headers = {}) =>
      ask(world.node, app, path, { method: 'PATCH', body: { text }, headers })
    const edited = await edit('second', key)
    expect(edited).toMatchObject({ status: 200, json: { rev: 2 } })
    expect((await edit('second', key)).json, 'once').toEqual(edited.json)
    expect(await edit('third', key)).toMatchObject({ status: 409, json: { code: 'change_conflict' } })
    expect(await edit('')).toMatchObject({ status: 400, json: { code: 'message_empty' } })
    expect((await edit('third')).json.rev).toBe(3)
    const deleted = await ask(world.node, app, `${path}?reason=spam`, { method: 'DELETE' })
    expect(deleted.json.rev).toBe(4)
    expect(await edit('fourth')).toMatchObject({ status: 409, json: { code: 'message_deleted' } })
    const missing = `/rooms/lobby/messages/${randomUUID()}`
    expect(await ask(world.node, app, missing, { method: 'DELETE' })).toMatchObject({
      ...{ status: 404, json: { code: 'message_not_found' } },
    })
    await until(() => expect(reader.factsOf('room:changed').at(-1)?.rev).toBe(4))
    const { log } = await reader.must('room:sync', {
      room: 'lobby',
      epoch: edited.json.epoch as string,
      rev: 1,
    })
    expect(log.messages).toMatchObject([{ id, rev: 4, text: '', deleted: { by: 'moderator' } }])
  })

  it('[P4] a room that was wiped and made again takes the next message in its new life', async () => {
    const { room, api, post } = await make()
    const before = await post({})
    const { next } = (await post({}), (await api(`/rooms/${room}/messages?limit=1`)).json)
    await world.database.query('delete from rooms where id = $1', [room])
    expect(await post({}), 'gone').toMatchObject({ status: 404, json: { code: 'room_not_found' } })
    await api('/rooms', { method: 'POST', body: { id: room } })
    const after = await post({})
    expect(after).toMatchObject({ status: 201, json: { message: { seq: 1 } } })
    expect(after.json.epoch).not.toBe(before.json.epoch)
    expect((await api(`/rooms/${room}/messages?after=${next}`)).json.code).toBe('invalid_request')
  })

  it('[P8] another app finds no room of ours, and its own room of the same name is another', async () => {
    const { room, api, post } = await make()
    const other = await createApp(world.database)
    const path = `/rooms/${room}/messages`
    const theirs = (asked?: Asked) => ask(world.node, other, path, asked)
    const body = { user: ADA, text: 'hi' }
    const missing = { status: 404, json: { code: 'room_not_found' } }
    expect(await theirs()).toMatchObject(missing)
    expect(await theirs({ method: 'POST', body })).toMatchObject(missing)
    await ask(world.node, other, '/rooms', { method: 'POST', body: { id: room } })
    await post({})
    expect((await theirs()).json.messages).toEqual([])
    expect((await api(path)).json.messages).toHaveLength(1)
  })

  it('a room whose id has slashes is encoded in the path', async () => {
    const { api } = await make()
    const id = '/'.repeat(128)
    expect(await api('/rooms', { method: 'POST', body: { id } })).toMatchObject({ json: { id } })
    const path = `/rooms/${encodeURIComponent(id)}/messages`
    expect(await api(path, { method: 'POST', body: { user: ADA, text: 'hi' } })).toMatchObject({
      status: 201,
    })
  })

  it.each([
    ['no author', { user: undefined }, 400],
    ['an author without an id', { user: { name: 'Ada' } }, 400],
    ['an author of another kind', { user: { id: 'guest:ada', name: 'Ada' } }, 400],
    ['an author whose id shows nothing', { user: { id: '\u200b', name: 'Ada' } }, 400],
    ['an author with more fields', { user: { ...ADA, isAdmin: true } }, 400],
    ['no text', { text: undefined }, 400],
    ['text that shows nothing', { text: '\u200b' }, 400],
    ['text of 10,000 characters', { text: 'x'.repeat(10_000) }, 413],
    ['an id that is none', { id: '1' }, 400],
    ['a second room', { room: 'lobby' }, 400],
    ['meta with a trap', { meta: { list: Array(3_000).fill(1) } }, 400],
  ])('a message with %s is refused', async (_, fields, status) => {
    const { post } = await make()
    const answer = await post(fields)
    expect(answer.status).toBe(status)
    expect(answer.type).toContain('application/problem+json')
  })

  it.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['a prototype', '{"__proto__":{"id":"a"}}'],
    ['100 KB', JSON.stringify({ id: 'x'.repeat(100_000) })],
  ])('a body that is %s is a problem of the one who sends it', async (_, body) => {
    const { api } = await make()
    const answer = await api('/rooms', { method: 'POST', body })
    expect(answer.status).toBe(400)
    expect(answer.json.code).toBe('invalid_request')
  })

  it('a key of no characters or of 256 is refused', async () => {
    const { post } = await make()
    for (const key of ['', 'x'.repeat(256)])
      expect(await post({}, { 'idempotency-key': key })).toMatchObject({ status: 400 })
  })

  it('makes no more rooms than the app may make', async () => {
    const app = await createApp(world.database, { limits: { newRoomsPerMinute: 1 } })
    const create = (id: string) => ask(world.node, app, '/rooms', { method: 'POST', body: { id } })
    expect((await create('a')).status).toBe(201)
    expect((await create('a')).status, 'there already').toBe(201)
    expect(await create('b')).toMatchObject({ status: 429, json: { code: 'rate_limited' } })
  })

  it("[P7] counts in the room's rate, which it shares with those who are in it", async () => {
    const app = await createApp(world.database, { limits: { messagesPerSecondPerRoom: 1 } })
    const path = '/rooms/lobby/messages'
    await ask(world.node, app, '/rooms', { method: 'POST', body: { id: 'lobby' } })
    const codes: unknown[] = []
    for (let sent = 0; sent < 20; sent += 1)
      codes.push(
        (await ask(world.node, app, path, { method: 'POST', body: { user: ADA, text: 'hi' } })).json.code,
      )
    expect(codes).toContain('rate_limited')
  })
})

import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { Author, AuthorId } from '../../operations/author.js'
import { ROUTES, type Route } from '../../operations/index.js'
import { asks, type HttpRoute } from '../../operations/operation.js'
import { PageSize } from '../../operations/input.js'
import { readInput } from './input.js'

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
const derived = vi.fn((_room: string, _key: string) => 'derived')

function route(http: Partial<HttpRoute>): Route {
  const all: HttpRoute = { method: 'POST', path: '/things/:id', summary: '', answer: z.object({}), ...http }
  const operation = asks({
    name: 'test:thing',
    of: 'app',
    actors: ['app'],
    run: () => Promise.resolve({}),
    input: z.strictObject({
      id: z.string(),
      key: z.string().optional(),
      room: z.string().optional(),
      text: z.string(),
    }),
  })
  return { ...operation, http: all }
}

const ask = (http: Partial<HttpRoute>, request: object) =>
  readInput(
    route(http),
    {
      ...{ params: { id: 'a' }, query: { text: 'query' }, body: { text: 'body' }, headers: {} },
      ...request,
    },
    derived,
  )
const read = (http: Partial<HttpRoute>, request: object) => ask(http, request).input

test('fields are in the query of what has no body, else in the body', () => {
  for (const method of ['GET', 'DELETE'] as const)
    expect(read({ method }, {})).toEqual({ id: 'a', text: 'query' })
  for (const method of ['POST', 'PATCH'] as const)
    expect(read({ method }, {})).toEqual({ id: 'a', text: 'body' })
})

test('the text of a query becomes what the schema takes, or is refused by it', () => {
  const input = z.strictObject({ id: z.string(), limit: PageSize, open: z.boolean().optional() })
  const described = asks({
    name: 'test:page',
    of: 'app',
    actors: ['app'],
    run: () => Promise.resolve({}),
    input,
  })
  const page: Route = {
    ...described,
    http: { method: 'GET', path: '/x/:id', summary: '', answer: z.object({}) },
  }
  const query = (fields: object) =>
    readInput(page, { params: { id: '7' }, query: fields, body: undefined, headers: {} }, derived).input
  expect(query({ limit: '20', open: 'false' })).toEqual({ id: '7', limit: 20, open: false })
  expect(query({})).toEqual({ id: '7', limit: 50 })
  for (const limit of ['', '1e1', '0', '101', '-1', ' 1', '1.5', ['1', '2']])
    expect(() => query({ limit }), String(limit)).toThrow('limit: ')
  expect(() => query({ open: 'yes' })).toThrow('open: ')
})

test.each([
  ['no body', { body: undefined }, 'it needs a JSON object'],
  ['a list', { body: [] }, 'it needs a JSON object'],
  ['null', { body: null }, 'it needs a JSON object'],
  ['a field of the path', { body: { id: 'b', text: '' } }, 'id: it is in the path'],
  ['an unknown field', { body: { text: '', titel: 1 } }, 'titel: unknown field'],
  ['a wrong one', { body: { text: 7 } }, 'text: '],
])('%s is refused by name', (_, request, reason) => {
  expect(() => read({}, request)).toThrow(reason)
})

describe('a key', () => {
  const keyed = (key?: unknown, body: object = {}) =>
    read({ idempotent: 'key' }, { headers: { 'idempotency-key': key }, body: { text: '', ...body } }) as {
      key: string
    }

  test('stands for the field, by what is derived from it and the room', () => {
    expect(keyed('order 4711').key).toBe('derived')
    expect(derived).toHaveBeenLastCalledWith('', 'order 4711')
    const params = { id: 'a', room: 'lobby' }
    read({ idempotent: 'key' }, { params, headers: { 'idempotency-key': 'order 4712' } })
    expect(derived).toHaveBeenLastCalledWith('lobby', 'order 4712')
  })

  test('is a new one for each request without it', () => {
    expect(keyed().key).toMatch(UUID)
    expect(keyed().key).not.toBe(keyed().key)
  })

  test('gives way to the field itself', () => {
    const key = '0198b2f0-5a3e-7c11-9d2b-3f1e5a7c9b00'
    expect(keyed('other', { key }).key).toBe(key)
  })

  test('of the greatest length is one', () => {
    expect(keyed('x'.repeat(255)).key).toBe('derived')
  })

  test.each([[''], ['x'.repeat(256)], [['a', 'b']]])('%.20j is refused', (key) => {
    expect(() => keyed(key)).toThrow('Idempotency-Key')
  })

  test('means nothing to what takes none', () => {
    expect(read({}, { headers: { 'idempotency-key': 'x' } })).toEqual({ id: 'a', text: 'body' })
  })
})

describe('the user for whom the app asks', () => {
  const named = (user?: unknown, schema: HttpRoute['user'] = Author) =>
    ask({ user: schema }, { body: { text: 'hi', ...(user !== undefined && { user }) } })

  test('is in the field "user", and no part of the input', () => {
    const ada = { id: 'ada', name: 'Ada' }
    expect(named(ada)).toEqual({ input: { id: 'a', text: 'hi' }, user: ada })
    expect(named('ada', AuthorId)).toEqual({ input: { id: 'a', text: 'hi' }, user: 'ada' })
    expect(ask({ method: 'DELETE', user: AuthorId }, { query: { text: 'hi', user: 'ada' } }).user).toBe('ada')
  })

  test.each([
    [undefined, 'user: '],
    ['ada', 'user: '],
    [{ id: 'guest:eve', name: 'Eve' }, 'user.id: should not start with guest:'],
    [{ id: 'ada', name: 'Ada', admin: true }, 'user.admin: unknown field'],
  ])('is refused by name: %j', (user, reason) => {
    expect(() => named(user)).toThrow(reason)
  })

  test('is an unknown field where the app can only act in its own name', () => {
    expect(() => read({}, { body: { text: 'hi', user: 'ada' } })).toThrow('user: unknown field')
  })
})

test('every route of the API says what it is', () => {
  expect(ROUTES.map(({ http: { method, path } }) => `${method} ${path}`).toSorted()).toEqual([
    'DELETE /rooms/:room/messages/:id',
    'DELETE /rooms/:room/messages/:id/reactions/:emoji',
    'GET /rooms',
    'GET /rooms/:room/messages',
    'PATCH /rooms/:room',
    'PATCH /rooms/:room/messages/:id',
    'POST /rooms',
    'POST /rooms/:room/messages',
    'PUT /rooms/:room/messages/:id/reactions/:emoji',
  ])
})

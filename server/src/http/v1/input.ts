/**
 * Converts a request to the server API into an operation's input: path, query or body, and the key that makes a write
 * repeatable.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { Refusal } from '../../errors/refusal.js'
import type { NamedUser } from '../../operations/author.js'
import type { Route } from '../../operations/index.js'
import { describeIssue } from '../../operations/input.js'
import { fieldsOf } from './methods.js'
import { valuesOf } from './query.js'

export interface ApiRequest {
  params: unknown
  query: unknown
  body: unknown
  headers: Record<string, string | string[] | undefined>
}

const MAX_KEY_LENGTH = 255

export interface ApiInput {
  input: object
  /** The user for whom the app asks. */
  user?: NamedUser
}

/**
 * @param idOf the id of the write that a key stands for, in a room
 * @throws Refusal `invalid_request`
 */
export function readInput(
  operation: Route,
  { params, query, body, headers }: ApiRequest,
  idOf: (room: string, key: string) => string,
): ApiInput {
  const { method, idempotent, user } = operation.http
  const sent = { query, body }[fieldsOf(method)]
  if (!isObject(sent)) throw invalid('it needs a JSON object')
  const fields = fieldsOf(method) === 'query' ? valuesOf(operation.input, sent) : sent
  const path = params as Record<string, string>
  for (const name in path) if (Object.hasOwn(fields, name)) throw invalid(`${name}: it is in the path`)
  const { user: named, ...others } = fields
  const key = idempotent === undefined ? undefined : keyOf(headers['idempotency-key'])
  const input = parse(operation.input, {
    ...(idempotent !== undefined && {
      [idempotent]: key === undefined ? randomUUID() : idOf(path.room ?? '', key),
    }),
    ...(user ? others : fields),
    ...path,
  })
  return user ? { input, ...parse(z.object({ user }), { user: named }) } : { input }
}

/** @throws Refusal `invalid_request` */
function parse<T>(schema: z.ZodType<T>, fields: object): T {
  const parsed = schema.safeParse(fields)
  if (parsed.success) return parsed.data
  throw invalid(describeIssue(parsed.error))
}

/** Without a key each request is a separate write. */
function keyOf(key: string | string[] | undefined): string | undefined {
  if (key === undefined) return undefined
  if (typeof key !== 'string' || key.length === 0 || key.length > MAX_KEY_LENGTH)
    throw invalid(`Idempotency-Key should have 1 to ${MAX_KEY_LENGTH} characters`)
  return key
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(reason: string): Refusal {
  return new Refusal('invalid_request', `unable to take request; ${reason}`)
}

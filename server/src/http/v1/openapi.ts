/**
 * The server API's description in OpenAPI 3.1, generated from the operations, so that it describes what is actually
 * checked.
 */
import { z } from 'zod'
import { ERROR_STATUSES } from '@alcove/sdk/protocol'
import type { Route } from '../../operations/index.js'
import { fieldsOf, statusOf } from './methods.js'

interface ObjectSchema {
  properties?: Record<string, { description?: string }>
  required?: string[]
  [keyword: string]: unknown
}

const CODES = Object.entries(ERROR_STATUSES).flatMap(([code, status]) => (status ? [code] : []))

const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(CODES).describe('As in docs/errors.md'),
  retryAfterMs: z.int().optional(),
})

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'The same key makes the same change once, in a room; stands for the id where there is none',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

type Schemas = Record<string, object>

export function describeApi(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {}
  const schemas: Schemas = {}
  schemas.Problem = schemaOf(Problem, 'output', schemas)
  for (const route of routes) {
    const { method, path } = route.http
    const written = `/v1${path.replace(/:(\w+)/g, '{$1}')}`
    paths[written] = { ...paths[written], [method.toLowerCase()]: describe(route, schemas) }
  }
  const description = {
    openapi: '3.1.0',
    info: { title: 'Alcove server API', version: '1' },
    security: [{ secret: [] }],
    paths,
    components: {
      securitySchemes: {
        secret: { type: 'http', scheme: 'bearer', description: 'The secret key of the app' },
      },
      schemas,
    },
  }
  return JSON.parse(JSON.stringify(description).replaceAll('"#/$defs/', '"#/components/schemas/')) as object
}

function describe({ name, input, http }: Route, schemas: Schemas): object {
  const { method, path, summary, answer, idempotent, user } = http
  const { properties: own, required: ownRequired = [], ...rest } = schemaOf(input, 'input', schemas)
  const named = user && schemaOf(z.object({ user }), 'input', schemas)
  const properties = { ...own, ...named?.properties }
  const required = [...ownRequired, ...(named?.required ?? [])]
  const isRequired = (field: string) => required.includes(field) && field !== idempotent
  const inPath = new Set([...path.matchAll(/:(\w+)/g)].map(([, field]) => field))
  const others = Object.keys(properties).filter((field) => !inPath.has(field))
  const isInQuery = fieldsOf(method) === 'query'
  const parameter = (field: string, place: 'path' | 'query') => {
    const { description, ...schema } = properties[field] ?? {}
    return {
      name: field,
      in: place,
      required: place === 'path' || isRequired(field),
      ...(description !== undefined && { description }),
      schema,
    }
  }
  return {
    operationId: name.replace(/:(\w)/, (_, letter: string) => letter.toUpperCase()),
    summary,
    parameters: [
      ...[...inPath].map((field) => parameter(field!, 'path')),
      ...(isInQuery ? others.map((field) => parameter(field, 'query')) : []),
      ...(idempotent === undefined ? [] : [IDEMPOTENCY_KEY]),
    ],
    ...(!isInQuery && {
      requestBody: {
        required: true,
        content: json({
          ...rest,
          properties: Object.fromEntries(others.map((field) => [field, properties[field]])),
          required: others.filter(isRequired),
        }),
      },
    }),
    responses: {
      [statusOf(method)]: {
        description: 'Done',
        content: json(schemaOf(answer, 'output', schemas)),
      },
      default: {
        description: 'Refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const json = (schema: object) => ({ 'application/json': { schema } })

/**
 * Refinements that JSON Schema cannot express are left to the server. Answers may gain fields, so none are ruled out.
 * @param schemas receives those that the type refers to by their `id`
 */
function schemaOf(type: z.ZodType, io: 'input' | 'output', schemas: Schemas): ObjectSchema {
  const {
    $schema: _,
    $defs,
    ...schema
  } = z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      delete jsonSchema.id
    },
  })
  Object.assign(schemas, $defs)
  return schema as ObjectSchema
}

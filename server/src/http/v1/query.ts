/** From the text of a query to the values that an operation takes, as its schema says. */
import { z } from 'zod'

type Fields = Record<string, unknown>

const NUMBER = /^-?\d{1,15}$/
const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map([
  ['true', true],
  ['false', false],
])

/** @returns text as it is if it is not what the schema wants: then the schema refuses it by name */
export function valuesOf(input: z.ZodType, query: Fields): Fields {
  const types = typesOf(input)
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => [name, valueOf(types.get(name), text)]),
  )
}

function valueOf(type: unknown, text: unknown): unknown {
  if (type === 'boolean') return BOOLEANS.get(text) ?? text
  const isNumber = type === 'integer' || type === 'number'
  return isNumber && typeof text === 'string' && NUMBER.test(text) ? Number(text) : text
}

const known = new WeakMap<z.ZodType, ReadonlyMap<string, unknown>>()

function typesOf(input: z.ZodType): ReadonlyMap<string, unknown> {
  let types = known.get(input)
  if (!types) {
    const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
    types = new Map(
      Object.entries(properties).map(([name, schema]) => [name, typeof schema === 'object' && schema.type]),
    )
    known.set(input, types)
  }
  return types
}

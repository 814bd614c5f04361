/** Schemas shared by inputs, and the description of invalid ones. */
import { z } from 'zod'
import { ROOM_ID_PATTERN, ROOM_ID_RULE } from '@alcove/sdk/protocol'

export const RoomId = z.string().regex(ROOM_ID_PATTERN, `should be ${ROOM_ID_RULE}`)
export const Uuid = z.uuid().toLowerCase()
export const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const Since = z.strictObject({ epoch: z.string().max(64), rev: Position })

export const PageSize = z.int().min(1).max(100).default(50).describe('1 to 100')
export const Cursor = z.string().min(1).max(256).describe('`next` of the page before')

/** What may be repeated of a name that the caller chose: never long text, markup or control characters. */
const FIELD_NAME = /^[\w-]{1,64}$/

/** Names the first invalid field; never repeats its value. */
export function describeIssue(error: z.ZodError): string {
  const issue = innermost(error.issues[0])
  if (!issue) return 'it has the wrong shape'
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const names = [...issue.path, ...unknown.filter((name) => FIELD_NAME.test(name))]
  const where = names.length > 0 ? `${names.map(String).join('.').slice(0, 100)}: ` : ''
  return where + (unknown.length > 0 ? 'unknown field' : issue.message.slice(0, 200))
}

/** If several shapes are allowed, the first is named, because "Invalid input" would help nobody. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  return issue?.code === 'invalid_union' ? (innermost(issue.errors[0]?.[0]) ?? issue) : issue
}

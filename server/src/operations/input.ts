/** Schemas shared by inputs, and the description of invalid ones. */
import { z } from 'zod'
import { ROOM_ID_PATTERN, ROOM_ID_RULE } from '@alcove/sdk/protocol'
import { fieldPath } from '../errors/field-path.js'

export const RoomId = z.string().regex(ROOM_ID_PATTERN, `should be ${ROOM_ID_RULE}`)
export const Uuid = z.uuid().toLowerCase()
export const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const Since = z.strictObject({ epoch: z.string().max(64), rev: Position })

export const PageSize = z.int().min(1).max(100).default(50).describe('1 to 100')
export const Cursor = z.string().min(1).max(256).describe('`next` of the page before')

/** Names the first invalid field; never repeats its value. */
export function describeIssue(error: z.ZodError): string {
  const issue = innermost(error.issues[0])
  if (!issue) return 'it has the wrong shape'
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const where = fieldPath([...issue.path, ...unknown])
  return (where && `${where}: `) + (unknown.length > 0 ? 'unknown field' : issue.message.slice(0, 200))
}

/** If several shapes are allowed, the first is named, because "Invalid input" would help nobody. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  return issue?.code === 'invalid_union' ? (innermost(issue.errors[0]?.[0]) ?? issue) : issue
}

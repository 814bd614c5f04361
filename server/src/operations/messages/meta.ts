/** The rules for a message's `meta` (SEND-3): plain JSON of limited depth and size. */
import { z } from 'zod'
import { LIMITS, type Limits } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'

const META_LEVELS = 32
/** A value and its comma are two bytes. */
const META_VALUES = LIMITS.metaBytes / 2

export const Meta = z
  .custom<Record<string, unknown>>(isPlainJson, 'should be a JSON object of little depth and few values')
  .meta({
    type: 'object',
    description: 'Kept with the message as it is; a JSON object of little depth and few values',
  })

/** @returns JSON text. @throws Refusal `invalid_request` */
export function checkedMeta(meta: Record<string, unknown>, limits: Limits): string {
  const json = JSON.stringify(meta)
  if (Buffer.byteLength(json) > limits.metaBytes) {
    throw new Refusal(
      'invalid_request',
      `unable to send message; meta is over ${limits.metaBytes} bytes of JSON`,
    )
  }
  return json
}

/**
 * Refuses binary parts, `__proto__`, a depth that would overflow the reader's or writer's stack, and more values than
 * `metaBytes` of text can hold: this runs before rates are counted, so a huge value must cost little.
 */
function isPlainJson(root: unknown): boolean {
  let valuesLeft = META_VALUES
  return typeof root === 'object' && root !== null && !Array.isArray(root) && isPlain(root, META_LEVELS)

  function isPlain(value: unknown, levels: number): boolean {
    valuesLeft -= 1
    if (valuesLeft < 0) return false
    if (typeof value !== 'object' || value === null) return true
    if (levels === 0 || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return false
    for (const key in value)
      if (key === '__proto__' || !isPlain((value as Record<string, unknown>)[key], levels - 1)) return false
    return true
  }
}

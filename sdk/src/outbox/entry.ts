/**
 * What waits in an outbox: a change that was made here and that the log does not show yet. A value; what becomes of it is
 * another one. Pure.
 */
import { ChatError } from '../errors.js'
import type { User, WireError } from '../protocol/index.js'
import type { OwnChange } from './kind.js'
import { isKnown, type Commit } from './kinds.js'

interface Made {
  /** The change's; of a creation the message's as well. */
  readonly id: string
  readonly change: OwnChange
  readonly at: number
  readonly by: User
}

export type Entry = Made &
  (
    | { readonly state: 'pending'; readonly error?: ChatError }
    | { readonly state: 'failed'; readonly error: ChatError }
    | { readonly state: 'committed'; readonly commit: Commit }
  )

/** The message it changes; a creation changes none. */
export const targetOf = ({ change }: Pick<Made, 'change'>): string | undefined =>
  'message' in change ? change.message : undefined

/** A creation is kept without its kind. */
type Stored = Omit<OwnChange, 'kind'> & { kind?: OwnChange['kind']; at: number; error?: WireError }

export function toStored(entry: Entry): string {
  const { kind, ...change } = entry.change
  const { code, message, retryable } = (entry.state === 'failed' && entry.error) || {}
  const stored = { ...(kind !== 'message.created' && { kind }), ...change, at: entry.at }
  return JSON.stringify({ ...stored, ...(code && { error: { code, message, retryable } }) })
}

/** @throws where it is none */
export function fromStored(id: string, by: User, json: string): Entry {
  const { at, error, kind = 'message.created', ...change } = JSON.parse(json) as Stored
  if (!isKnown(kind)) throw new Error('of a kind that is not known here')
  const made: Made = { id, change: { kind, ...change } as OwnChange, at, by }
  return error
    ? { ...made, state: 'failed', error: ChatError.fromWire(error) }
    : { ...made, state: 'pending' }
}

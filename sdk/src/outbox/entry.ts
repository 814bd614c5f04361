/**
 * What waits in an outbox: a change that was made here and that the log does not show yet. A value; what becomes of it is
 * another one. Pure.
 */
import { byteLength } from '../draft.js'
import { ChatError } from '../errors.js'
import type { User, WireError } from '../protocol/index.js'
import type { OwnChange } from './kind.js'
import { storedChange, type Commit } from './kinds.js'

interface Made {
  /** The change's; of a creation the message's as well. */
  readonly id: string
  readonly change: OwnChange
  readonly at: number
  readonly by: User
  /** It was another change when it was stored first, and another tab may have sent that. */
  readonly rewritten?: true
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

/** The latest time of a `Date`. */
const MAX_TIME = 8.64e15
/**
 * The server ends the connection, and with it every room, over more than `frameBytes`, of which a request needs some for
 * its name, the room and an id. `checkDraft` lets nobody make a longer one.
 */
const MAX_STORED_BYTES = 64 * 1024 - 256

export const bytesOf = (change: OwnChange): number => byteLength(JSON.stringify(change))

/** A creation is kept without its kind. */
type Stored = Omit<OwnChange, 'kind'> & {
  kind?: OwnChange['kind']
  at: number
  rewritten?: true
  error?: WireError
}

export function toStored(entry: Entry): string {
  const { kind, ...change } = entry.change
  const { code, message, retryable } = (entry.state === 'failed' && entry.error) || {}
  const { at, rewritten } = entry
  // JSON leaves out what is undefined.
  return JSON.stringify({
    ...(kind !== 'message.created' && { kind }),
    ...change,
    at,
    rewritten,
    error: code && { code, message, retryable },
  })
}

/**
 * Anything of the same origin can write into the storage, so nothing in it is trusted.
 *
 * @throws if it is no entry
 */
export function fromStored(id: string, by: User, json: string): Entry {
  const { at, rewritten, error, kind = 'message.created', ...fields } = JSON.parse(json) as Stored
  const change = storedChange(kind, fields)
  if (
    !change ||
    id.length + bytesOf(change) > MAX_STORED_BYTES ||
    typeof at !== 'number' ||
    Math.abs(at) > MAX_TIME
  )
    throw new Error()
  const made: Made = { id, change, at, by, ...(rewritten === true && { rewritten }) }
  return error
    ? { ...made, state: 'failed', error: ChatError.fromWire(error) }
    : { ...made, state: 'pending' }
}

/** What is left of a rewritten entry once another tab has sent what it was before: a change with an id of its own. */
export function renewed({ id: message, change, at, by }: Entry, id: string): Entry {
  const left = change.kind === 'message.created' ? edited(message, change.text) : change
  return { id, change: left, at, by, state: 'pending' }
}

const edited = (message: string, text: string): OwnChange => ({ kind: 'message.edited', message, text })

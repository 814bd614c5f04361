/** The kinds of change that an outbox can hold, and how each is sent. Pure. */
import { EDITS } from '../edits.js'
import { committed, type Committed } from '../message.js'
import type { ChangeOf, MessageChange, RequestName, RequestOf, ResultOf } from '../protocol/index.js'
import { REACTIONS } from '../reactions.js'
import type { ChangeVerb } from '../types.js'
import type { Fields, Kind, OwnChange } from './kind.js'

/** Each is described in the file of its feature. */
const KINDS: { readonly [K in MessageChange['kind']]: Kind<ChangeOf<K>> } = { ...EDITS, ...REACTIONS }

export const kindOf = (kind: MessageChange['kind']): Kind => KINDS[kind]

/** Where a change is in the log. */
export interface Commit {
  readonly epoch: string
  readonly rev: number
  /** Of a creation: the message. */
  readonly row?: Committed
}

export type Ask = <N extends RequestName>(name: N, request: RequestOf<N>) => Promise<ResultOf<N>>

const CREATED: Fields<ChangeOf<'message.created'>> = { text: 'string', replyTo: 'string?', meta: 'object?' }

/** The change with these fields; nothing if there is no such kind, or if a field is missing or of another type. */
export function storedChange(kind: unknown, given: Readonly<Record<string, unknown>>): OwnChange | undefined {
  const fields =
    kind === 'message.created'
      ? CREATED
      : typeof kind === 'string' && Object.hasOwn(KINDS, kind)
        ? { message: 'string', ...kindOf(kind as MessageChange['kind']).fields }
        : undefined
  if (!fields) return undefined
  const change: Record<string, unknown> = { kind }
  for (const [field, type] of Object.entries<string>(fields)) {
    const value = given[field]
    if (value === undefined && type.endsWith('?')) continue
    if (typeof value !== type.replace('?', '')) return undefined
    change[field] = value
  }
  return change as unknown as OwnChange
}

export async function commit(ask: Ask, room: string, id: string, change: OwnChange): Promise<Commit> {
  if ('message' in change) {
    const { kind, message, ...made } = change
    return ask(kindOf(kind).request, { room, change: id, id: message, ...made })
  }
  const { kind: _, ...draft } = change
  const { epoch, message } = await ask('message:send', { room, id, ...draft })
  return { epoch, rev: message.rev, row: committed(message) }
}

/** How the application calls a change to a message. */
export const verbOf = ({ kind }: Pick<MessageChange, 'kind'>): ChangeVerb => kindOf(kind).verb

/** What a change and the next one to the same message come to: see `Kind`. */
export const merged = (waiting: OwnChange, next: OwnChange): OwnChange | null | undefined =>
  'message' in next ? kindOf(next.kind).merged(waiting, next) : undefined

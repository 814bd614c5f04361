/** The kinds of change that an outbox can hold, and how each is sent. Pure. */
import { EDITS } from '../edits.js'
import { committed, type Committed } from '../message.js'
import type { ChangeOf, MessageChange, RequestName, RequestOf, ResultOf } from '../protocol/index.js'
import { REACTIONS } from '../reactions.js'
import type { ChangeVerb } from '../types.js'
import type { Kind, OwnChange } from './kind.js'

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

export const isKnown = (kind: string): boolean => kind === 'message.created' || kind in KINDS

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

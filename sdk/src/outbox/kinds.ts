/** What an outbox has to know of each kind of change: how it is asked for, and what two of them come to. Pure. */
import type {
  Change,
  ChangeKind,
  ChangeOf,
  MessageRow,
  RequestName,
  RequestOf,
  ResultOf,
} from '../protocol/index.js'

/** Where a change is in the log. */
export interface Commit {
  readonly epoch: string
  readonly rev: number
  /** Of a creation: the message. */
  readonly row?: MessageRow
}

export type Ask = <N extends RequestName>(name: N, request: RequestOf<N>) => Promise<ResultOf<N>>

type Request<C> = (ask: Ask, room: string, id: string, change: C) => Promise<Commit>

const REQUESTS: { readonly [K in ChangeKind]: Request<ChangeOf<K>> } = {
  'message.created': async (ask, room, id, { kind: _, ...draft }) => {
    const { epoch, message } = await ask('message:send', { room, id, ...draft })
    return { epoch, rev: message.rev, row: message }
  },
  'message.edited': (ask, room, change, { kind: _, message: id, ...edit }) =>
    ask('message:edit', { room, change, id, ...edit }),
  'message.deleted': (ask, room, change, { kind: _, message: id, ...deletion }) =>
    ask('message:delete', { room, change, id, ...deletion }),
}

export const isKnown = (kind: string): boolean => kind in REQUESTS

export const commit = (ask: Ask, room: string, id: string, change: Change): Promise<Commit> =>
  (REQUESTS[change.kind] as Request<Change>)(ask, room, id, change)

/** How the application calls a change to a message. */
export const verbOf = ({ kind }: Change): 'edit' | 'delete' =>
  kind === 'message.deleted' ? 'delete' : 'edit'

/**
 * What a change and the next one to the same message come to while the first has not gone out: one change that stands
 * for both, nothing at all (`null`), or each its own (`undefined`).
 */
export function merged(waiting: Change, next: Change): Change | null | undefined {
  const isDeletion = next.kind === 'message.deleted'
  if (!isDeletion && next.kind !== 'message.edited') return undefined
  if (waiting.kind === 'message.edited') return next
  if (waiting.kind !== 'message.created') return undefined
  return isDeletion ? null : { ...waiting, text: next.text }
}

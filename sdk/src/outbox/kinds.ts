/** What an outbox has to know of each kind of change: how it is asked for, and what two of them come to. Pure. */
import { committed, type Committed } from '../log/message-window.js'
import { isReaction } from '../reactions.js'
import type { ChangeVerb } from '../types.js'
import type {
  Change,
  ChangeOf,
  MessageChange,
  RequestName,
  RequestOf,
  ResultOf,
  SettingsChange,
} from '../protocol/index.js'

/** What a user may ask for; settings are changed through the server API. */
export type OwnChange = Exclude<Change, SettingsChange>

/** Where a change is in the log. */
export interface Commit {
  readonly epoch: string
  readonly rev: number
  /** Of a creation: the message. */
  readonly row?: Committed
}

export type Ask = <N extends RequestName>(name: N, request: RequestOf<N>) => Promise<ResultOf<N>>

type Request<C> = (ask: Ask, room: string, id: string, change: C) => Promise<Commit>

const REQUESTS: { readonly [K in OwnChange['kind']]: Request<ChangeOf<K>> } = {
  'message.created': async (ask, room, id, { kind: _, ...draft }) => {
    const { epoch, message } = await ask('message:send', { room, id, ...draft })
    return { epoch, rev: message.rev, row: committed(message) }
  },
  'message.edited': (ask, room, change, { kind: _, message: id, ...edit }) =>
    ask('message:edit', { room, change, id, ...edit }),
  'message.deleted': (ask, room, change, { kind: _, message: id, ...deletion }) =>
    ask('message:delete', { room, change, id, ...deletion }),
  'reaction.added': (ask, room, change, { message: id, emoji }) =>
    ask('reaction:add', { room, change, id, emoji }),
  'reaction.removed': (ask, room, change, { message: id, emoji }) =>
    ask('reaction:remove', { room, change, id, emoji }),
}

export const isKnown = (kind: string): boolean => kind in REQUESTS

export const commit = (ask: Ask, room: string, id: string, change: OwnChange): Promise<Commit> =>
  (REQUESTS[change.kind] as Request<OwnChange>)(ask, room, id, change)

/** How the application calls a change to a message. */
export const verbOf = ({ kind }: MessageChange): ChangeVerb => VERBS[kind]

const VERBS: { readonly [K in MessageChange['kind']]: ChangeVerb } = {
  'message.edited': 'edit',
  'message.deleted': 'delete',
  'reaction.added': 'react',
  'reaction.removed': 'unreact',
}

/**
 * What a change and the next one to the same message come to while the first has not gone out: one change that stands
 * for both, nothing at all (`null`), or each its own (`undefined`).
 */
export function merged(waiting: OwnChange, next: OwnChange): OwnChange | null | undefined {
  if (isReaction(next)) return isReaction(waiting) && waiting.emoji === next.emoji ? next : undefined
  const isDeletion = next.kind === 'message.deleted'
  if (!isDeletion && next.kind !== 'message.edited') return undefined
  if (waiting.kind === 'message.edited') return next
  if (waiting.kind !== 'message.created') return undefined
  return isDeletion ? null : { ...waiting, text: next.text }
}

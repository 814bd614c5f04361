/**
 * The wire protocol, version 1: a request is named `noun:verb` and is acknowledged; a fact is named in the past tense
 * and is not. docs/protocol.md has the rules, this file the shapes. Times are milliseconds since 1970, server clock.
 */
import type { WireError } from './errors.js'
import type { Limits } from './limits.js'
import type { MessagePatch, MessageRow } from './message.js'
import type { OwnReactions } from './reactions.js'
import type { ChangeRequests, ChangeResult } from './requests.js'
import type { RoomInfo, RoomPatch } from './room.js'
import type { User } from './user.js'

/** What this user may do in this room. */
export type Capability = 'read' | 'write' | 'react' | 'upload' | 'moderate'

/** `auth` of the Socket.IO handshake. The token is here and never in a URL. */
export interface HandshakeAuth {
  /** The newest version the client speaks. */
  protocol: number
  /** The oldest version it still speaks; if absent, only `protocol`. */
  oldestProtocol?: number
  app: string
  /** A signed user's JWT, or the guest token a former `session:opened` gave. */
  token?: string
  /** The name a guest asks for. */
  name?: string
  /** Name and version of the client library, for the operator. */
  client?: string
}

/** The first fact on every connection: the client's identity, and the limits that apply. */
export interface SessionOpened {
  /** The version this connection speaks; 1 if absent. */
  protocol?: number
  me: User
  /** Guests only: keeps the identity over reloads. Send it as `token` next time. */
  guestToken?: string
  /** Signed users: when the token in use expires. */
  expiresAt?: number
  /** Whether `user:rename` is allowed. */
  renamable: boolean
  limits: Limits
  serverTime: number
}

/** The last fact before the server closes a connection. `error.retryable` says whether to reconnect. */
export interface SessionClosing {
  error: WireError
}

/** A room's members: the whole list up to `listedMembers`, above it only the count. */
export interface Presence {
  count: number
  /** Absent above the list limit. Sorted by join time, oldest first. */
  members?: User[]
}

export interface JoinRequest {
  room: string
  /** What the client already has; the answer holds everything newer. If absent, a snapshot of the newest messages. */
  since?: { epoch: string; rev: number }
  /** Rooms this connection leaves when the join succeeds (an atomic switch). */
  leave?: string[]
}

/**
 * Why the client has to start over: the log is a different one (`epoch`), it is shorter than what the client has
 * (`ahead`), or it is too far ahead to catch up with (`behind`; the history is still valid and can be scrolled back
 * to).
 */
export type ResetReason = 'epoch' | 'ahead' | 'behind'

/** What belongs to the reader alone in an answer with messages: at least as recent as the messages, absent if there is none. */
export interface Personal {
  mine?: OwnReactions
}

/**
 * A part of the log that is safe to merge. `snapshot`: the newest messages by `seq`; anything the client had before is
 * void (`reset` says why). `info`: the room's settings, if they changed since; in a snapshot, if they ever did. `changes`:
 * rows with `rev` above the asked one, in `rev` order, complete up to `through`.
 */
export type LogPart = Personal & { info?: RoomPatch } & (
    | {
        kind: 'snapshot'
        epoch: string
        head: number
        messages: MessageRow[]
        hasOlder: boolean
        reset?: ResetReason
      }
    | { kind: 'changes'; epoch: string; head: number; through: number; messages: MessageRow[] }
  )

export interface JoinResult {
  /** Without settings: those are in the log. */
  room: Pick<RoomInfo, 'id' | 'createdAt'>
  capabilities: Capability[]
  log: LogPart
  presence: Presence
}

/** Asks for everything newer than `rev`; answered with one page, `through < head` means ask again. */
export interface SyncRequest {
  room: string
  epoch: string
  rev: number
}
export interface SyncResult {
  log: LogPart
}

/** One page by `seq`: just before, just after, or around a position. */
export type HistoryRequest = { room: string; limit: number } & (
  { before: number } | { after: number } | { around: number }
)
export interface HistoryResult extends Personal {
  epoch: string
  /** Ascending by `seq`. */
  messages: MessageRow[]
  hasOlder: boolean
  hasNewer: boolean
}

export interface SendRequest {
  room: string
  id: string
  text: string
  replyTo?: string
  meta?: Record<string, unknown>
}
/** The committed message, whether this request or an earlier one with the same id committed it. */
export interface SendResult {
  epoch: string
  message: MessageRow
}

/** One commit or several consecutive ones: every change to a room, dense from `from + 1` to `rev`. */
export interface RoomChanged {
  room: string
  epoch: string
  /** The room's rev before these changes. */
  from: number
  /** The room's rev after them. */
  rev: number
  /** Whole rows for new messages, patches for existing ones; empty if no message was touched. */
  messages: (MessageRow | MessagePatch)[]
  /** The settings that these changes changed. */
  info?: RoomPatch
}

/** The room is at `rev`; a client with a lower rev has missed something and asks with `room:sync`. */
export interface RoomHead {
  room: string
  epoch: string
  rev: number
}

/** What changed in a room's presence since the last such fact. `count` is exact. */
export interface PresenceChanged {
  room: string
  count: number
  joined?: User[]
  /** User ids. */
  left?: string[]
  /** New profile of someone who was already present (new name or avatar). */
  updated?: User[]
}

/** Everybody who is typing now, including the recipient. Empty: nobody. */
export interface TypingChanged {
  room: string
  users: User[]
}

/** The user's capabilities in a joined room have changed. */
export interface CapabilitiesChanged {
  room: string
  capabilities: Capability[]
}

/** The server removed this connection from a room; `error` says why. */
export interface RoomClosed {
  room: string
  error: WireError
}

/** The user's own profile under a new name, because another of the user's connections asked for it. */
export interface UserRenamed {
  me: User
  guestToken?: string
}

export type Ack<T> = (result: ({ ok: true } & T) | { ok: false; error: WireError }) => void

type None = Record<never, never>

type ChangeEvents = {
  [Name in keyof ChangeRequests]: (request: ChangeRequests[Name], ack: Ack<ChangeResult>) => void
}

export interface ClientToServerEvents extends ChangeEvents {
  'room:join': (request: JoinRequest, ack: Ack<JoinResult>) => void
  'room:leave': (request: { room: string }, ack: Ack<None>) => void
  'room:sync': (request: SyncRequest, ack: Ack<SyncResult>) => void
  'room:history': (request: HistoryRequest, ack: Ack<HistoryResult>) => void
  'message:send': (request: SendRequest, ack: Ack<SendResult>) => void
  /** Reports that the user is typing; repeat at most every 3 s while it lasts. It ends after 6 s or with a send. */
  'typing:start': (request: { room: string }, ack: Ack<None>) => void
  'typing:stop': (request: { room: string }, ack: Ack<None>) => void
  'user:rename': (request: { name: string }, ack: Ack<UserRenamed>) => void
  /**
   * Replaces the token of a signed user without a reconnect; `sub` must be the same. Changed capabilities follow as
   * facts.
   */
  'session:refresh': (request: { token: string }, ack: Ack<{ me: User; expiresAt: number }>) => void
}

export interface ServerToClientEvents {
  'session:opened': (fact: SessionOpened) => void
  'session:closing': (fact: SessionClosing) => void
  'room:changed': (fact: RoomChanged) => void
  'room:head': (fact: RoomHead) => void
  'presence:changed': (fact: PresenceChanged) => void
  'typing:changed': (fact: TypingChanged) => void
  'capabilities:changed': (fact: CapabilitiesChanged) => void
  'room:closed': (fact: RoomClosed) => void
  'user:renamed': (fact: UserRenamed) => void
}

export type RequestName = keyof ClientToServerEvents
export type RequestOf<N extends RequestName> = Parameters<ClientToServerEvents[N]>[0]
export type ResultOf<N extends RequestName> = Parameters<
  Parameters<ClientToServerEvents[N]>[1]
>[0] extends infer R
  ? Extract<R, { ok: true }>
  : never

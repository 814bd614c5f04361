/** The SDK's public face: what `createChat` takes and what it gives back. */
import type { Capability, ClientLimits, Deletion, ResetReason, RoomInfo, User } from './protocol/index.js'
import type { ChatError } from './errors.js'
import type { Reaction } from './reactions.js'

/**
 * - `idle`: nothing asked for yet; no socket.
 * - `connecting`: first connection, or back on the way after a break.
 * - `online`: the server knows us; requests go out.
 * - `offline`: no connection; the next attempt is scheduled, or waits for the browser's `online`.
 * - `refused`: the server said no and the same attempt would get the same answer; `chat.error` says why.
 * - `closed`: `close()` was called; final.
 */
export type ChatStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'refused' | 'closed'

/** `joining` until the first log arrives, `catching-up` after a break until the log is whole again. */
export type RoomStatus = 'joining' | 'joined' | 'catching-up' | 'failed' | 'left'

export interface StatusChange<S> {
  current: S
  previous: S
  error?: ChatError
}

export type TokenFetcher = () => string | Promise<string>

export interface ChatOptions {
  /** The server's address, for example `https://chat.example`. */
  server: string
  /** The app's public id. */
  app: string
  /** A guest's wished name. Ignored for signed users. */
  user?: { name?: string | undefined } | undefined
  /** A signed user's JWT, or better a function that fetches a fresh one; called once at a time. */
  token?: string | TokenFetcher | undefined
  /**
   * Where the guest identity and unsent messages are kept. Default: `localStorage` where there is one, else memory.
   * `null` keeps everything in memory. One that answers in promises is refused: load its values first.
   */
  storage?: KeyValueStorage | null | undefined
}

/** The part of the Web Storage API that is used: synchronous. May throw; the SDK then goes on in memory. */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  readonly length: number
  key(index: number): string | null
}

/** A message as shown. Immutable: a change makes a new object with the same `id`. */
export interface Message {
  readonly id: string
  /** Place in the room; `undefined` until committed. */
  readonly seq: number | undefined
  /** Room version of the last change; `undefined` until committed. */
  readonly rev: number | undefined
  /** Server time in milliseconds; the local clock until committed. */
  readonly at: number
  readonly user: User
  readonly text: string
  readonly replyTo?: string
  readonly meta?: Readonly<Record<string, unknown>>
  /** When its text was last changed. */
  readonly editedAt?: number
  /** It keeps its place; its text is `''`. */
  readonly deleted?: Readonly<Deletion>
  /** Those used first come first. The same array while nothing about them changed. */
  readonly reactions: readonly Reaction[]
  readonly state: 'pending' | 'sent' | 'failed'
  /** It is shown as one's own `edit` or `delete` makes it, and the server has not committed that yet. */
  readonly pending?: 'edit' | 'delete'
  /** Why it failed, or why it or its change still waits. */
  readonly error?: ChatError
}

export interface Draft {
  text: string
  /** Id of the message this answers. */
  replyTo?: string | undefined
  /** Your own data, JSON, at most 4 KB. */
  meta?: Record<string, unknown> | undefined
}

export interface DeleteOptions {
  /** For those who read the room's changes, at most 500 characters; readers of the room do not see it. */
  reason?: string | undefined
}

/** What may be done to a message that is there. */
export type ChangeVerb = 'edit' | 'delete' | 'react' | 'unreact'

/** A change that will not be made: it is shown no more. */
export interface ChangeFailure {
  /** The message's. */
  id: string
  change: ChangeVerb
  /** What an edit would have made it. */
  text?: string
  /** Of a reaction. */
  emoji?: string
  /** Of a deletion. */
  reason?: string
  error: ChatError
}

export interface JoinOptions {
  /** Rooms to leave, as by one `leave()` each, once this one is joined; if the join fails they are kept. */
  leave?: readonly string[] | undefined
}

export interface ChatEvents {
  /** The status changed, or only the reason for being `offline`. */
  status: (change: StatusChange<ChatStatus>) => void
  /** Who we are became known or changed. */
  me: (me: User) => void
}

export interface RoomEvents {
  /** Once per new committed message, own ones too, in `seq` order. Not for history. */
  message: (message: Message) => void
  /**
   * A message that is shown was changed, deleted or reacted to, by whomever, while we watched or while we were away. Committed
   * changes only: what waits is in `messages` at once, with a `change`.
   */
  'message-changed': (change: { current: Message; previous: Message }) => void
  /** One's own edit, deletion or reaction was refused, or gave up waiting; also one from before a reload, which nobody awaits. */
  'message-change-failed': (failure: ChangeFailure) => void
  /** Anything visible changed: messages, members, typing, unread, status. At most once per frame from the server. */
  change: () => void
  status: (change: StatusChange<RoomStatus>) => void
  /** Whole again after a break; `missed` new messages of others arrived meanwhile. */
  'caught-up': (fact: { missed: number }) => void
  /**
   * What was shown before is void: the log began anew (restored or wiped store, or too much was missed), or, with the
   * reason `user`, it was shown to somebody else.
   */
  reset: (fact: { reason: ResetReason | 'user' }) => void
}

export interface Chat {
  readonly status: ChatStatus
  /** Why the status is `offline` or `refused`. */
  readonly error: ChatError | undefined
  /** Known once online. */
  readonly me: User | undefined
  /** Whether `setName` is possible: guests, and signed users whose token names nobody. */
  readonly renamable: boolean
  /** The limits in force; the defaults until online. */
  readonly limits: ClientLimits
  /** Milliseconds until the next attempt to connect starts, while `offline`. */
  readonly retryInMs: number | undefined
  /** Connects without joining; resolves when online. Joining connects by itself. */
  connect(): Promise<void>
  /** The same object for the same id; each `join` is undone by one `leave`. Rejects with `ChatError`. */
  join(roomId: string, options?: JoinOptions): Promise<Room>
  /** Without a connection the next one begins with the name. Rejects with `offline` when the connection ends over it. */
  setName(name: string): Promise<void>
  /**
   * Forgets the guest of this browser for good: identity, name and unsent messages, in all its tabs. Rooms stay open and
   * go on as a new guest. A signed user is who the token says: to sign out, `close()` the chat.
   */
  logout(): Promise<void>
  /** Tries now instead of waiting, also after `refused`. */
  retry(): void
  on<E extends keyof ChatEvents>(event: E, listener: ChatEvents[E]): () => void
  /** Leaves all rooms and closes the socket; unsent messages stay stored. */
  close(): Promise<void>
}

export interface Room {
  readonly id: string
  readonly status: RoomStatus
  readonly info: RoomInfo | undefined
  readonly capabilities: readonly Capability[]
  /**
   * Committed by `seq`, then pending and failed in the order they were written; one's own edits, deletions and reactions lie over
   * them before they are committed. A new array after each change of a message.
   */
  readonly messages: readonly Message[]
  /** Whether there is history before the first message shown. */
  readonly hasOlder: boolean
  /** By join time; empty when the room has more than `limits.listedMembers`. */
  readonly members: readonly User[]
  readonly memberCount: number
  /** Others who are typing. */
  readonly typingUsers: readonly User[]
  /** Messages of others since the last `markRead()` or one's own last message. */
  readonly unread: number
  /** `seq` up to which the messages count as read. */
  readonly readSeq: number
  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): () => void
  /** Resolves when committed. Retryable failures stay `pending` and are sent again; others reject. */
  send(message: string | Draft): Promise<Message>
  /** Sends a `failed` message again, with the same id. */
  retry(id: string): Promise<Message>
  /**
   * Changes the text: shown at once, and committed like a message, also after a break or a reload. Resolves when it is
   * committed, with the message as it is then, or `undefined` where that is not among those shown. A message that has not
   * gone out yet is sent with the new text.
   */
  edit(id: string, text: string): Promise<Message | undefined>
  /** Like `edit`. The message keeps its place, without its text; one that has not gone out yet is discarded. */
  delete(id: string, options?: DeleteOptions): Promise<Message | undefined>
  /**
   * Adds one's own reaction, one emoji as Unicode spells it; `unreact` takes it back. Like `edit`: shown at once, committed also
   * after a break or a reload. What is there already, or is not, stays as it is.
   */
  react(id: string, emoji: string): Promise<Message | undefined>
  unreact(id: string, emoji: string): Promise<Message | undefined>
  /** Whether this person may `edit` this message now; the server decides. */
  mayEdit(message: Message): boolean
  mayDelete(message: Message): boolean
  /**
   * Removes a `failed` message, gives up a `pending` one, or takes back an edit or a deletion that waits: its promise
   * rejects with `closed`. What the server has already stays.
   */
  discard(id: string): void
  /** True while there is more. Concurrent calls share one request. */
  loadOlder(count?: number): Promise<boolean>
  /** Call on every key press; says "typing" at most every 3 s. */
  keystroke(): void
  markRead(): Promise<void>
  /** Undoes one `join`; the last one leaves the room. Once the room was left it does nothing. */
  leave(): Promise<void>
}

/** The SDK's public face: what `createChat` takes and what it gives back. */
import type { Capability, ClientLimits, Deletion, ResetReason, RoomInfo, User } from './protocol/index.js'
import type { ChatError } from './errors.js'

/**
 * - `idle`: nothing requested yet; no socket.
 * - `connecting`: connecting for the first time, or reconnecting after a break.
 * - `online`: connected; requests are sent.
 * - `offline`: not connected; the next attempt is scheduled, or waits for the browser's `online` event.
 * - `refused`: the server refused, and the same attempt would get the same answer; `chat.error` says why.
 * - `closed`: `close()` was called; final.
 */
export type ChatStatus = 'idle' | 'connecting' | 'online' | 'offline' | 'refused' | 'closed'

/** `joining` until the first part of the log arrives, `catching-up` after a break until the log is complete again. */
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
  /** The name a guest asks for. Ignored for signed users. */
  user?: { name?: string | undefined } | undefined
  /** A signed user's JWT, or better, a function that fetches a fresh one; it is never called concurrently. */
  token?: string | TokenFetcher | undefined
  /**
   * Where the guest identity and unsent messages are kept. Default: `localStorage` if there is one, otherwise memory.
   * `null` keeps everything in memory. A storage that returns promises is refused: load its values first.
   */
  storage?: KeyValueStorage | null | undefined
}

/** The synchronous part of the Web Storage API that is used. It may throw; the SDK then continues in memory. */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
  readonly length: number
  key(index: number): string | null
}

/** A message as shown. Immutable: a change creates a new object with the same `id`. */
export interface Message {
  readonly id: string
  /** Position in the room; `undefined` until committed. */
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
  /** A deleted message keeps its position; its text is `''`. */
  readonly deleted?: Readonly<Deletion>
  /** In order of first use. The same array as long as nothing about them changes. */
  readonly reactions: readonly Reaction[]
  readonly state: 'pending' | 'sent' | 'failed'
  /** The message is shown with the user's own `edit` or `delete` applied, which the server has not committed yet. */
  readonly pending?: 'edit' | 'delete'
  /** Why it failed, or why it or its change is still pending. */
  readonly error?: ChatError
}

/** One emoji on a message. */
export interface Reaction {
  readonly emoji: string
  /** How many people. */
  readonly count: number
  /** Whether oneself is one of them. */
  readonly mine: boolean
}

export interface Draft {
  text: string
  /** Id of the message this answers. */
  replyTo?: string | undefined
  /** Your own data, JSON, at most 4 KB. */
  meta?: Record<string, unknown> | undefined
}

export interface DeleteOptions {
  /** For those who follow the room's changes, at most 500 characters; not visible to readers of the room. */
  reason?: string | undefined
}

/** What may be done to an existing message. */
export type ChangeVerb = 'edit' | 'delete' | 'react' | 'unreact'

/** A change that will not be made and is no longer shown. */
export interface ChangeFailure {
  /** The message's id. */
  id: string
  change: ChangeVerb
  /** The text of an edit. */
  text?: string
  /** The emoji of a reaction. */
  emoji?: string
  /** The reason given for a deletion. */
  reason?: string
  error: ChatError
}

export interface JoinOptions {
  /** Rooms to leave, as by one `leave()` each, once this one is joined; if the join fails, they are kept. */
  leave?: readonly string[] | undefined
}

export interface ChatEvents {
  /** The status changed, or only the reason for being `offline`. */
  status: (change: StatusChange<ChatStatus>) => void
  /** The user became known or has changed. */
  me: (me: User) => void
}

export interface RoomEvents {
  /** Once per new committed message, including the user's own, in `seq` order. Not for history. */
  message: (message: Message) => void
  /**
   * A message that is shown was edited, deleted or reacted to, by anybody, live or while we were offline. Committed
   * changes only: a pending one appears in `messages` immediately, with a `change`.
   */
  'message-changed': (change: { current: Message; previous: Message }) => void
  /**
   * The user's own edit, deletion or reaction was refused or gave up waiting; also one from before a reload, which
   * nobody awaits.
   */
  'message-change-failed': (failure: ChangeFailure) => void
  /** Anything visible changed: messages, members, typing, unread, status. At most once per frame from the server. */
  change: () => void
  status: (change: StatusChange<RoomStatus>) => void
  /** The log is complete again after a break; `missed` new messages from others arrived in the meantime. */
  'caught-up': (fact: { missed: number }) => void
  /**
   * Everything shown before is void: the log started over (the store was restored or wiped, or too much was missed),
   * or, with the reason `user`, it was shown to another person.
   */
  reset: (fact: { reason: ResetReason | 'user' }) => void
}

export interface Chat {
  readonly status: ChatStatus
  /** Why the status is `offline` or `refused`. */
  readonly error: ChatError | undefined
  /** Known as soon as the chat is online. */
  readonly me: User | undefined
  /** Whether `setName` is possible: for guests, and for signed users whose token has no name. */
  readonly renamable: boolean
  /** The limits in force; the defaults until the chat is online. */
  readonly limits: ClientLimits
  /** Milliseconds until the next attempt to connect starts, while `offline`. */
  readonly retryInMs: number | undefined
  /** Connects without joining; resolves when online. Not needed before `join`, which connects by itself. */
  connect(): Promise<void>
  /** Returns the same object for the same id; each `join` is undone by one `leave`. Rejects with `ChatError`. */
  join(roomId: string, options?: JoinOptions): Promise<Room>
  /**
   * Without a connection, the next one starts with the name. Rejects with `offline` when the connection ends during the
   * request.
   */
  setName(name: string): Promise<void>
  /**
   * Forgets the guest of this browser for good: identity, name and unsent messages, in all tabs. Rooms stay open and
   * continue as a new guest. A signed user's identity comes from the token: to sign out, `close()` the chat.
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
   * Committed messages by `seq`, then pending and failed ones in the order they were written, with the user's own
   * edits, deletions and reactions applied before they are committed. A new array after each change.
   */
  readonly messages: readonly Message[]
  /** Whether there is older history than the first message shown. */
  readonly hasOlder: boolean
  /** By join time; empty when the room has more than `limits.listedMembers`. */
  readonly members: readonly User[]
  readonly memberCount: number
  /** Other users who are typing. */
  readonly typingUsers: readonly User[]
  /** Messages from others since the last `markRead()` or the user's own last message. */
  readonly unread: number
  /** The `seq` up to which messages count as read. */
  readonly readSeq: number
  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): () => void
  /** Resolves when committed. Retryable failures stay `pending` and are sent again; others reject. */
  send(message: string | Draft): Promise<Message>
  /** Sends a `failed` message again, with the same id. */
  retry(id: string): Promise<Message>
  /**
   * Changes the text: shown immediately, and committed like a message, also after a break or a reload. Resolves when it
   * is committed, with the message as it is then, or `undefined` if it is not among those shown. A message that was not
   * sent yet is sent with the new text.
   */
  edit(id: string, text: string): Promise<Message | undefined>
  /** Like `edit`. The message keeps its position but loses its text; one that was not sent yet is discarded. */
  delete(id: string, options?: DeleteOptions): Promise<Message | undefined>
  /**
   * Adds the user's own reaction, one emoji; `unreact` removes it. Like `edit`: shown immediately, and
   * committed also after a break or a reload. Adding an existing reaction, or removing a missing one, changes nothing.
   */
  react(id: string, emoji: string): Promise<Message | undefined>
  unreact(id: string, emoji: string): Promise<Message | undefined>
  /** Whether this user may `edit` this message now; the server has the last word. */
  mayEdit(message: Message): boolean
  mayDelete(message: Message): boolean
  /**
   * Removes a `failed` message, gives up a `pending` one, or withdraws a pending edit or deletion, whose promise then
   * rejects with `closed`. What the server has already committed stays.
   */
  discard(id: string): void
  /** True while there is more. Concurrent calls share one request. */
  loadOlder(count?: number): Promise<boolean>
  /** Call on every key press; reports typing at most every 3 s. */
  keystroke(): void
  markRead(): Promise<void>
  /** Undoes one `join`; the last call leaves the room. Does nothing after that. */
  leave(): Promise<void>
}

/**
 * A chat server in memory, for stories and for tests of applications: the same protocol without a network or a clock.
 * Simulates other users and, on demand, failures; fake-service.ts does the actual work.
 */
import { ChatClient } from '../chat.js'
import { ChatError } from '../errors.js'
import {
  PROTOCOL_VERSION,
  type Capability,
  type ChangeAuthor,
  type ErrorCode,
  type HandshakeAuth,
  type MessageChange,
  type RoomSettingsPatch,
  type MessageRow,
  type RequestName,
  type User,
} from '../protocol/index.js'
import type { TransportHandlers } from '../transport.js'
import type { Chat, ChatOptions } from '../types.js'
import { FakeConnection, type FakeEndpoint } from './fake-connection.js'
import { FakeService, isChange, type FakeServiceOptions } from './fake-service.js'
import { refusal, type Failure } from './refusal.js'

export interface FakeServerOptions extends FakeServiceOptions {
  /** The one protocol version it speaks. Default: the SDK's newest. */
  protocol?: number
  /** Members of the first room from the start. */
  members?: number
  /** One-way delay. Default 0: everything arrives within the same task. */
  latencyMs?: number
}

/** A user of the fake server, by name or as an object. */
type Someone = string | User

/** What the server has committed in a room. */
export interface Stored {
  epoch: string
  rev: number
  rows: MessageRow[]
  texts: string[]
  ids: string[]
}

export interface FakeServer {
  /** A real `Chat` connected to this server. Stores nothing unless given a `storage`. */
  createChat(options?: Partial<ChatOptions>): Chat
  /** Connections open now. */
  readonly connectionCount: number
  /** What the server has committed. */
  stored(room?: string): Stored

  /** A message from another user, committed immediately. Returns its id. */
  sayAs(who: Someone, text: string, room?: string): string
  /** Changes the text of a committed message, as if its author did so elsewhere. */
  edit(id: string, text: string, room?: string): void
  /** Deletes a committed message. `by`: who deletes it; default its author. */
  delete(id: string, by?: Someone, room?: string): void
  /** Changes the room's settings, as the app's own server would. */
  updateRoom(settings: RoomSettingsPatch, room?: string): void
  /** As if another tab of this user had renamed them. */
  renameAs(who: User, name: string): void
  /** Sets who is typing now; an empty list means nobody. */
  setTyping(who: Someone[], room?: string): void
  addMembers(count: number, room?: string): void
  /**
   * Sets what everybody may do in a room, as if their tokens had been refreshed, or what `who` alone may do. Initially:
   * read and write.
   */
  setCapabilities(capabilities: Capability[], room?: string, who?: Someone): void
  /**
   * Writes `count` messages immediately, or `rate` per second until the returned function is called. `perFrame`: how
   * many are committed together and arrive as one frame; default 1.
   */
  fillRoom(room: string, how?: { count?: number; rate?: number; perFrame?: number }): () => void
  /** Starts a new log for the room, as after a restore from backup. Clients notice with their next request. */
  wipeRoom(room?: string): void

  /** Ends every connection; clients reconnect by themselves. */
  dropConnection(): void
  /** Makes connections hang silently, as behind a dead router. */
  freezeConnection(): void
  /** Drops all connections and accepts no new ones until `goOnline()`. */
  goOffline(): void
  /** Accepts connections again and wakes waiting clients. */
  goOnline(): void
  /** Refuses the next handshake. */
  refuseHandshake(code: ErrorCode, failure?: Failure): void
  /** Sends `session:closing` and closes every connection. */
  closeSessions(code: ErrorCode, failure?: Failure): void
  /** Removes everybody from a room, as for a ban or a lost capability. */
  closeRoom(code: ErrorCode, failure?: Failure, room?: string): void
  /** The next frame of a room reaches nobody. */
  loseNextFrame(): void
  /** The next frame of a room arrives after the one following it, as with the commits of two nodes. */
  delayNextFrame(): void
  /** How often clients have asked for missing messages. */
  readonly syncs: number
  /** Requests are processed immediately and answered after this delay. */
  delayAcks(delayMs: number): void
  /** Adds or removes another user's reaction. */
  react(id: string, emoji: string, who: Someone, room?: string): void
  unreact(id: string, emoji: string, who: Someone, room?: string): void
  /** The next message, edit, deletion or reaction is committed, but its answer never arrives. */
  loseNextAck(): void
  refuseNextSend(code: ErrorCode, failure?: Failure): void
  /** The next edit, deletion or reaction. */
  refuseNextChange(code: ErrorCode, failure?: Failure): void
  refuseNextJoin(code: ErrorCode, failure?: Failure): void
  /** Why the access check, and with it every connection, is refused until `goOnline()`. */
  refuseAccess(code: ErrorCode, failure?: Failure): void
}

export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  return new MemoryServer(options)
}

/** For tests that bring their own chat; others use `createFakeServer`. */
export class MemoryServer implements FakeServer, FakeEndpoint {
  latencyMs: number
  ackDelayMs = 0
  readonly #service: FakeService
  readonly #chats = new Set<Chat>()
  readonly #protocol: number
  readonly #failures: { of: 'handshake' | 'change' | RequestName; error: ChatError }[] = []
  #isAckLost = false
  #isOffline = false
  #access: ChatError | undefined

  /** As with the chat's own marker: see `ChatClient`. */
  get __v_skip(): true {
    return true
  }

  constructor(options: FakeServerOptions) {
    this.#service = new FakeService(options)
    this.#protocol = options.protocol ?? PROTOCOL_VERSION
    this.latencyMs = options.latencyMs ?? 0
    if (options.members) this.addMembers(options.members)
  }

  get connectionCount(): number {
    return this.#service.connections.size
  }

  createChat(options: Partial<ChatOptions> = {}): Chat {
    const all: ChatOptions = { server: 'https://fake.invalid', app: 'fake', storage: null, ...options }
    const chat = new ChatClient(all, all.server, {
      open: ({ auth }, handlers) => this.open(auth, handlers),
      askAccess: async () => this.#access,
      random: () => 0.5,
    })
    this.#chats.add(chat)
    return chat
  }

  stored(room?: string): Stored {
    const { epoch, rev, messages } = this.#service.room(room)
    const rows = structuredClone(messages)
    return { epoch, rev, rows, texts: rows.map(({ text }) => text), ids: rows.map(({ id }) => id) }
  }

  // ---- what others do ----

  sayAs(who: Someone, text: string, room?: string): string {
    const id = `said-${this.#service.next()}`
    this.#service.publish(this.#service.room(room).create(someone(who), { id, text }))
    return id
  }

  edit(id: string, text: string, room?: string): void {
    this.#change({ kind: 'message.edited', message: id, text }, undefined, room)
  }

  delete(id: string, by?: Someone, room?: string): void {
    this.#change({ kind: 'message.deleted', message: id }, by, room)
  }

  react(id: string, emoji: string, who: Someone, room?: string): void {
    this.#change({ kind: 'reaction.added', message: id, emoji }, who, room)
  }

  unreact(id: string, emoji: string, who: Someone, room?: string): void {
    this.#change({ kind: 'reaction.removed', message: id, emoji }, who, room)
  }

  updateRoom(settings: RoomSettingsPatch, room?: string): void {
    this.#service.publish(this.#service.room(room).update(settings))
  }

  #change(change: MessageChange, by: Someone | undefined, roomId: string | undefined): void {
    const room = this.#service.room(roomId)
    const id = by === undefined ? room.find(change.message)?.user.id : someone(by).id
    const author: ChangeAuthor = { kind: 'user', ...(id !== undefined && { id }) }
    this.#service.publish(room.change(`change-${this.#service.next()}`, change, author))
  }

  renameAs(who: User, name: string): void {
    for (const connection of this.#service.connections)
      if (connection.me.id === who.id)
        connection.deliver({ name: 'user:renamed', fact: { me: { ...connection.me, name } } })
  }

  setTyping(who: Someone[], room?: string): void {
    const { id } = this.#service.room(room)
    this.#service.deliverTo(id, { name: 'typing:changed', fact: { room: id, users: who.map(someone) } })
  }

  addMembers(count: number, room?: string): void {
    const joined = Array.from({ length: count }, () => someone(`Member ${this.#service.next()}`))
    this.#service.changePresence(this.#service.room(room), joined, [])
  }

  setCapabilities(capabilities: Capability[], room?: string, who?: Someone): void {
    this.#service.changeCapabilities(this.#service.room(room), capabilities, who && someone(who).id)
  }

  fillRoom(
    id: string,
    { count, rate, perFrame = 1 }: Parameters<FakeServer['fillRoom']>[1] = {},
  ): () => void {
    const room = this.#service.room(id)
    const say = () => {
      const said = room.messages.length
      const draft = { id: `said-${this.#service.next()}`, text: `Message ${said + 1}` }
      return room.create(someone(`Writer ${(said % 5) + 1}`), draft)
    }
    const commit = (size: number) => {
      const frames = Array.from({ length: size }, say)
      const messages = frames.flatMap((frame) => frame.messages)
      this.#service.publish({ ...frames.at(-1)!, from: frames[0]!.from, messages })
    }
    for (let left = count ?? (rate ? 0 : 100); left > 0; left -= perFrame) commit(Math.min(left, perFrame))
    if (!rate) return () => {}
    const timer = setInterval(() => commit(perFrame), (1_000 * perFrame) / rate)
    return () => clearInterval(timer)
  }

  wipeRoom(room?: string): void {
    this.#service.room(room).wipe()
  }

  // ---- what goes wrong ----

  dropConnection(): void {
    for (const connection of [...this.#service.connections]) connection.drop()
  }

  freezeConnection(): void {
    for (const connection of this.#service.connections) connection.isHalfOpen = true
  }

  goOffline(): void {
    this.#isOffline = true
    this.dropConnection()
  }

  goOnline(): void {
    this.#isOffline = false
    this.#access = undefined
    for (const chat of this.#chats) if (chat.status === 'offline') chat.retry()
  }

  refuseHandshake(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'handshake', error: refusal('connect', code, failure) })
  }

  closeSessions(code: ErrorCode, failure?: Failure): void {
    const { message, retryable } = refusal('stay connected', code)
    const error = { code, message, retryable, ...failure }
    for (const connection of this.#service.connections) {
      connection.deliver({ name: 'session:closing', fact: { error } })
      connection.later(() => connection.drop())
    }
  }

  closeRoom(code: ErrorCode, failure?: Failure, room?: string): void {
    const { id } = this.#service.room(room)
    const { message, retryable } = refusal('stay in room', code)
    const error = { code, message, retryable, ...failure }
    this.#service.deliverTo(id, { name: 'room:closed', fact: { room: id, error } })
    for (const connection of [...this.#service.connections]) this.#service.leave(connection, id)
  }

  loseNextFrame(): void {
    this.#service.framesToLose++
  }

  delayNextFrame(): void {
    this.#service.isNextFrameLate = true
  }

  get syncs(): number {
    return this.#service.syncs
  }

  delayAcks(delayMs: number): void {
    this.ackDelayMs = delayMs
  }

  loseNextAck(): void {
    this.#isAckLost = true
  }

  refuseNextSend(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'message:send', error: refusal('send message', code, failure) })
  }

  refuseNextChange(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'change', error: refusal('change message', code, failure) })
  }

  refuseNextJoin(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'room:join', error: refusal('join room', code, failure) })
  }

  refuseAccess(code: ErrorCode, failure?: Failure): void {
    this.#access = refusal('connect', code, failure)
    this.goOffline()
  }

  // ---- connections ----

  open(auth: HandshakeAuth, handlers: TransportHandlers): FakeConnection {
    const connection = new FakeConnection(this, handlers)
    connection.later(() => {
      const error = this.#isOffline
        ? refusal('connect', 'server_unreachable')
        : this.#takeFailure('handshake')
      const me = error ?? this.#mismatch(auth) ?? this.#service.identify(auth)
      if (me instanceof ChatError) connection.drop(me)
      else this.#service.greet(connection, me, this.#protocol)
    })
    return connection
  }

  #mismatch({ protocol, oldestProtocol = protocol }: HandshakeAuth): ChatError | undefined {
    if (this.#protocol > protocol) return refusal('connect', 'protocol_unsupported')
    if (this.#protocol < oldestProtocol)
      return refusal('connect', 'protocol_unsupported', { retryable: true, retryAfterMs: 2_000 })
    return
  }

  answer(connection: FakeConnection, name: RequestName, request: unknown): unknown {
    const failure = this.#takeFailure(isChange(name) ? 'change' : name)
    if (failure) throw failure
    const result = this.#service.answer(connection, name, request)
    if ((isChange(name) || name === 'message:send') && this.#isAckLost) {
      this.#isAckLost = false
      connection.later(() => connection.drop())
    }
    return result
  }

  closed(connection: FakeConnection): void {
    this.#service.closed(connection)
  }

  #takeFailure(of: 'handshake' | 'change' | RequestName): ChatError | undefined {
    const place = this.#failures.findIndex((failure) => failure.of === of)
    return place < 0 ? undefined : this.#failures.splice(place, 1)[0]!.error
  }
}

const someone = (who: Someone): User =>
  typeof who === 'string' ? { id: who.toLowerCase().replaceAll(' ', '-'), name: who } : who

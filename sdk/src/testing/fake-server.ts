/**
 * A chat server in memory, for stories and for tests of applications: same protocol, no network, no clock of its own.
 * It keeps the promises of the real one (order, exactly once, catching up) and breaks down on demand.
 */
import { ChatClient } from '../chat.js'
import { ChatError } from '../errors.js'
import {
  LIMITS,
  type ErrorCode,
  type HandshakeAuth,
  type JoinRequest,
  type Limits,
  type RequestName,
  type RequestOf,
  type RoomChanged,
  type SendRequest,
  type User,
} from '../protocol/index.js'
import type { Fact, TransportHandlers } from '../transport.js'
import type { Chat, ChatOptions } from '../types.js'
import { FakeConnection, type FakeWire } from './fake-connection.js'
import { FakeRoom } from './fake-room.js'

export interface FakeServerOptions {
  /** The rooms there are, the first being the one methods mean by default. Default: any room, and `lobby`. */
  rooms?: string[]
  /** Signed users by their token. */
  users?: Record<string, User>
  /** How long a signed user's token is good for. */
  tokenLifetimeMs?: number
  /** Members in the first room from the beginning. */
  members?: number
  /** One way. Default 0: everything arrives within the same task. */
  latencyMs?: number
  limits?: Partial<Limits>
}

type Failure = { retryAfterMs?: number }

/** A user of the fake server by name, or whole. */
type Someone = string | User

export interface FakeServer {
  /** A real `Chat` whose server is this one. Keeps nothing unless given a `storage`. */
  createChat(options?: Partial<ChatOptions>): Chat
  /** Connections open now. */
  readonly connectionCount: number
  /** What the server has committed. */
  stored(room?: string): { epoch: string; rev: number; texts: string[]; ids: string[] }

  /** A message from somebody else, committed at once. Returns its id. */
  sayAs(who: Someone, text: string, room?: string): string
  /** Changes the text of a committed message. */
  edit(id: string, text: string, room?: string): void
  /** As if another tab of this user had renamed them. */
  renameAs(who: User, name: string): void
  /** Who is typing now; an empty list for nobody. */
  setTyping(who: Someone[], room?: string): void
  addMembers(count: number, room?: string): void
  /** Writes `count` messages at once, or goes on at `rate` a second until the returned function is called. */
  fillRoom(room: string, how?: { count?: number; rate?: number }): () => void
  /** The room's log begins anew, as after a restore from backup. Clients notice by their next question. */
  wipeRoom(room?: string): void

  /** Every connection ends; clients come back by themselves. */
  dropConnection(): void
  /** Connections hang without a word, as behind a dead router. */
  freezeConnection(): void
  /** Drops all connections and takes no new ones until `goOnline()`. */
  goOffline(): void
  /** Takes connections again and wakes the clients that wait. */
  goOnline(): void
  /** The next handshake is refused. */
  refuseHandshake(code: ErrorCode, failure?: Failure): void
  /** Says `session:closing` and closes every connection. */
  closeSessions(code: ErrorCode, failure?: Failure): void
  /** Takes everybody out of a room, as for a ban or a lost capability. */
  closeRoom(code: ErrorCode, failure?: Failure, room?: string): void
  /** The next frame of a room reaches nobody. */
  loseNextFrame(): void
  /** Requests are worked on at once and answered this much later. */
  delayAcks(delayMs: number): void
  /** The next send is committed, but its answer never arrives. */
  loseNextAck(): void
  refuseNextSend(code: ErrorCode, failure?: Failure): void
  refuseNextJoin(code: ErrorCode, failure?: Failure): void
  /** Why the access check, and with it every connection, is refused from now on. */
  refuseAccess(code: ErrorCode): void
}

export function createFakeServer(options: FakeServerOptions = {}): FakeServer {
  return new MemoryServer(options)
}

class MemoryServer implements FakeServer, FakeWire {
  latencyMs: number
  ackDelayMs = 0
  readonly #options: FakeServerOptions
  readonly #limits: Limits
  readonly #rooms = new Map<string, FakeRoom>()
  readonly #connections = new Set<FakeConnection>()
  readonly #chats = new Set<Chat>()
  readonly #guests = new Map<string, User>()
  readonly #failures: { of: 'handshake' | RequestName; error: ChatError }[] = []
  #framesToLose = 0
  #isAckLost = false
  #isOffline = false
  #access: ChatError | undefined
  #counter = 0

  constructor(options: FakeServerOptions) {
    this.#options = options
    this.latencyMs = options.latencyMs ?? 0
    this.#limits = { ...LIMITS, ...options.limits }
    for (const id of options.rooms ?? []) this.#rooms.set(id, new FakeRoom(id))
    if (options.members) this.addMembers(options.members)
  }

  get connectionCount(): number {
    return this.#connections.size
  }

  createChat(options: Partial<ChatOptions> = {}): Chat {
    const all: ChatOptions = { server: 'https://fake.invalid', app: 'fake', storage: null, ...options }
    const chat = new ChatClient(all, all.server, {
      open: ({ auth }, handlers) => this.#open(auth, handlers),
      askAccess: async () => this.#access,
      random: () => 0.5,
    })
    this.#chats.add(chat)
    return chat
  }

  stored(room?: string): { epoch: string; rev: number; texts: string[]; ids: string[] } {
    const { epoch, rev, messages } = this.#room(room)
    return { epoch, rev, texts: messages.map(({ text }) => text), ids: messages.map(({ id }) => id) }
  }

  // ---- what others do ----

  sayAs(who: Someone, text: string, room?: string): string {
    const id = `said-${++this.#counter}`
    this.#publish(this.#room(room).create(someone(who), { id, text }))
    return id
  }

  edit(id: string, text: string, room?: string): void {
    this.#publish(this.#room(room).edit(id, text))
  }

  renameAs(who: User, name: string): void {
    for (const connection of this.#connections)
      if (connection.me.id === who.id)
        connection.tell({ name: 'user:renamed', fact: { me: { ...connection.me, name } } })
  }

  setTyping(who: Someone[], room?: string): void {
    const { id } = this.#room(room)
    this.#tellRoom(id, { name: 'typing:changed', fact: { room: id, users: who.map(someone) } })
  }

  addMembers(count: number, room?: string): void {
    const joined = Array.from({ length: count }, () => someone(`Member ${++this.#counter}`))
    this.#changePresence(this.#room(room), joined, [])
  }

  fillRoom(room: string, { count, rate }: { count?: number; rate?: number } = {}): () => void {
    const say = () => this.sayAs(`Writer ${(this.#counter % 5) + 1}`, `Message ${this.#counter + 1}`, room)
    for (let i = 0; i < (count ?? (rate ? 0 : 100)); i++) say()
    if (!rate) return () => {}
    const timer = setInterval(say, 1_000 / rate)
    return () => clearInterval(timer)
  }

  wipeRoom(room?: string): void {
    this.#room(room).wipe()
  }

  // ---- what goes wrong ----

  dropConnection(): void {
    for (const connection of [...this.#connections]) connection.drop()
  }

  freezeConnection(): void {
    for (const connection of this.#connections) connection.isHalfOpen = true
  }

  goOffline(): void {
    this.#isOffline = true
    this.dropConnection()
  }

  goOnline(): void {
    this.#isOffline = false
    for (const chat of this.#chats) if (chat.status === 'offline') chat.retry()
  }

  refuseHandshake(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'handshake', error: refusal('connect', code, failure) })
  }

  closeSessions(code: ErrorCode, failure?: Failure): void {
    const { message, retryable } = refusal('stay connected', code)
    const error = { code, message, retryable, ...failure }
    for (const connection of this.#connections) {
      connection.tell({ name: 'session:closing', fact: { error } })
      connection.later(() => connection.drop())
    }
  }

  closeRoom(code: ErrorCode, failure?: Failure, room?: string): void {
    const { id } = this.#room(room)
    const { message, retryable } = refusal('stay in room', code)
    const error = { code, message, retryable, ...failure }
    this.#tellRoom(id, { name: 'room:closed', fact: { room: id, error } })
    for (const connection of [...this.#connections]) this.#leave(connection, id)
  }

  loseNextFrame(): void {
    this.#framesToLose++
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

  refuseNextJoin(code: ErrorCode, failure?: Failure): void {
    this.#failures.push({ of: 'room:join', error: refusal('join room', code, failure) })
  }

  refuseAccess(code: ErrorCode): void {
    this.#access = refusal('connect', code)
    this.goOffline()
  }

  // ---- connections ----

  #open(auth: HandshakeAuth, handlers: TransportHandlers): FakeConnection {
    const connection = new FakeConnection(this, handlers)
    connection.later(() => {
      const error = this.#isOffline
        ? refusal('connect', 'server_unreachable')
        : this.#takeFailure('handshake')
      const me = error ?? this.#identify(auth)
      if (me instanceof ChatError) return connection.drop(me)
      connection.me = me
      this.#connections.add(connection)
      const lifetimeMs = this.#options.tokenLifetimeMs
      connection.tell({
        name: 'session:opened',
        fact: {
          me,
          ...(me.guest && { guestToken: `guest-token ${me.id}` }),
          ...(!me.guest && lifetimeMs !== undefined && { expiresAt: Date.now() + lifetimeMs }),
          renamable: !!me.guest,
          limits: this.#limits,
          serverTime: Date.now(),
        },
      })
    })
    return connection
  }

  #identify({ token, name }: HandshakeAuth): User | ChatError {
    const known = token && (this.#options.users?.[token] ?? this.#guests.get(token))
    if (token && !known) return refusal('connect', 'token_invalid')
    const id = known ? known.id : `guest-${++this.#counter}`
    const me: User = known || { id, name: name ?? `Guest ${this.#counter}`, guest: true }
    const named = me.guest && name ? { ...me, name } : me
    if (named.guest) this.#guests.set(`guest-token ${id}`, named)
    return named
  }

  closed(connection: FakeConnection): void {
    this.#connections.delete(connection)
    for (const id of [...connection.rooms]) this.#leave(connection, id)
  }

  // ---- requests ----

  answer(connection: FakeConnection, name: RequestName, request: unknown): unknown {
    const failure = this.#takeFailure(name)
    if (failure) throw failure
    const { room: roomId } = request as { room: string }
    switch (name) {
      case 'room:join':
        return this.#join(connection, request as JoinRequest)
      case 'room:leave':
        this.#leave(connection, roomId)
        return {}
      case 'room:sync':
        return { log: this.#joined(connection, roomId).part(request as RequestOf<'room:sync'>) }
      case 'room:history':
        return this.#joined(connection, roomId).history(request as RequestOf<'room:history'>)
      case 'message:send':
        return this.#send(connection, request as SendRequest)
      case 'typing:start':
      case 'typing:stop':
        return this.#type(connection, this.#joined(connection, roomId), name === 'typing:start')
      case 'user:rename':
        return this.#rename(connection, (request as RequestOf<'user:rename'>).name)
      case 'session:refresh': {
        const me = this.#identify({ protocol: 1, app: '', token: (request as { token: string }).token })
        if (me instanceof ChatError) throw me
        return { me, expiresAt: Date.now() + (this.#options.tokenLifetimeMs ?? 3_600_000) }
      }
    }
  }

  #join(connection: FakeConnection, { room: id, since, leave = [] }: JoinRequest): unknown {
    if (this.#options.rooms && !this.#rooms.has(id)) throw refusal('join room', 'room_not_found')
    const room = this.#room(id)
    connection.rooms.add(id)
    for (const other of leave) this.#leave(connection, other)
    if (!room.members.has(connection.me.id)) this.#changePresence(room, [connection.me], [], connection)
    return {
      room: { id, createdAt: room.createdAt },
      capabilities: ['read', 'write'],
      log: room.part(since),
      presence: room.presence(this.#limits.listedMembers),
    }
  }

  #leave(connection: FakeConnection, id: string): void {
    if (!connection.rooms.delete(id)) return
    const isStillHere = [...this.#connections].some(
      ({ me, rooms }) => me.id === connection.me.id && rooms.has(id),
    )
    if (!isStillHere) this.#changePresence(this.#room(id), [], [connection.me.id])
  }

  #send(connection: FakeConnection, { room: roomId, ...draft }: SendRequest): unknown {
    const room = this.#joined(connection, roomId)
    const known = room.find(draft.id)
    if (known && (known.user.id !== connection.me.id || known.text !== draft.text))
      throw refusal('send message', 'message_conflict')
    if (!known) this.#publish(room.create(connection.me, draft))
    if (this.#isAckLost) {
      this.#isAckLost = false
      connection.later(() => connection.drop())
    }
    return { epoch: room.epoch, message: room.find(draft.id) }
  }

  #type(connection: FakeConnection, room: FakeRoom, isTyping: boolean): object {
    const others = room.typing.filter((user) => user.id !== connection.me.id)
    room.typing = isTyping ? [...others, connection.me] : others
    this.#tellRoom(room.id, { name: 'typing:changed', fact: { room: room.id, users: room.typing } })
    return {}
  }

  #rename(connection: FakeConnection, name: string): unknown {
    const { me } = connection
    if (!me.guest) throw refusal('set name', 'name_fixed')
    const renamed = { ...me, name }
    connection.me = renamed
    this.#guests.set(`guest-token ${me.id}`, renamed)
    for (const id of connection.rooms) {
      const room = this.#room(id)
      room.members.set(me.id, renamed)
      this.#tellRoom(id, {
        name: 'presence:changed',
        fact: { room: id, count: room.members.size, updated: [renamed] },
      })
    }
    return { me: renamed, guestToken: `guest-token ${me.id}` }
  }

  // ---- telling ----

  #publish(frame: RoomChanged): void {
    if (this.#framesToLose > 0) this.#framesToLose--
    else this.#tellRoom(frame.room, { name: 'room:changed', fact: frame })
  }

  #changePresence(room: FakeRoom, joined: User[], left: string[], except?: FakeConnection): void {
    for (const user of joined) room.members.set(user.id, user)
    for (const id of left) room.members.delete(id)
    const fact = { room: room.id, count: room.members.size, joined, left }
    this.#tellRoom(room.id, { name: 'presence:changed', fact }, except)
  }

  #tellRoom(id: string, fact: Fact, except?: FakeConnection): void {
    for (const connection of this.#connections)
      if (connection !== except && connection.rooms.has(id)) connection.tell(fact)
  }

  #joined(connection: FakeConnection, id: string): FakeRoom {
    if (!connection.rooms.has(id)) throw refusal('ask', 'not_joined')
    return this.#room(id)
  }

  #room(id = this.#options.rooms?.[0] ?? 'lobby'): FakeRoom {
    const room = this.#rooms.get(id) ?? new FakeRoom(id)
    this.#rooms.set(id, room)
    return room
  }

  #takeFailure(of: 'handshake' | RequestName): ChatError | undefined {
    const place = this.#failures.findIndex((failure) => failure.of === of)
    return place < 0 ? undefined : this.#failures.splice(place, 1)[0]!.error
  }
}

const someone = (who: Someone): User =>
  typeof who === 'string' ? { id: who.toLowerCase().replaceAll(' ', '-'), name: who } : who

const refusal = (what: string, code: ErrorCode, failure: Failure = {}) =>
  new ChatError(code, `unable to ${what}; the fake server was told to say ${code}`, failure)

/**
 * The fake server at work: who is who, rooms, requests and their answers, facts to those they concern. Keeps the
 * promises of the real one; breaking them is fake-server.ts's.
 */
import { ChatError } from '../errors.js'
import { edit } from '../edits.js'
import { changeRefusal } from '../may-change.js'
import { kindOf } from '../outbox/kinds.js'
import {
  LIMITS,
  type Capability,
  type ChangeOf,
  type ChangeRequests,
  type ChangeResult,
  type HandshakeAuth,
  type HistoryResult,
  type JoinRequest,
  type JoinResult,
  type Limits,
  type LogPart,
  type MessageChange,
  type Recorded,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type RoomChanged,
  type SendRequest,
  type SendResult,
  type SessionOpened,
  type User,
} from '../protocol/index.js'
import type { Fact } from '../transport.js'
import type { FakeConnection } from './fake-connection.js'
import type { FakeKind } from './fake-kind.js'
import { FAKE_REACTIONS, ownReactions } from './fake-reactions.js'
import { FakeRoom } from './fake-room.js'
import { refusal } from './refusal.js'

/** Each is described in the file of its feature. */
const KINDS: { readonly [K in MessageChange['kind']]: FakeKind<ChangeOf<K>> } = {
  'message.edited': {
    checked: ({ message, text }, limits) => edit(message, text, limits),
    isDone: ({ text }, { message }) => text === message.text,
    refusal: ({ message }, { journal, limits }) =>
      editsOf(message, journal) < limits.editsPerMessage ? undefined : 'too_many_edits',
  },
  'message.deleted': {},
  ...FAKE_REACTIONS,
}

/** The parts of an answer that belong to its reader. */
const PERSONAL = [ownReactions]

/** The kinds of change by their requests. */
const KIND_OF = new Map(
  (Object.keys(KINDS) as MessageChange['kind'][]).map((kind) => [kindOf(kind).request as RequestName, kind]),
)
export const isChange = (name: RequestName): boolean => KIND_OF.has(name)

type Answers = {
  readonly [N in Exclude<RequestName, keyof ChangeRequests>]: (
    connection: FakeConnection,
    request: RequestOf<N>,
  ) => Omit<ResultOf<N>, 'ok'>
}

export interface FakeServiceOptions {
  /** The rooms there are, the first being the one methods mean by default. Default: any room, and `lobby`. */
  rooms?: string[]
  /** Signed users by their token. */
  users?: Record<string, User>
  /** How long a signed user's token is good for. */
  tokenLifetimeMs?: number
  limits?: Partial<Limits>
}

export class FakeService {
  readonly connections = new Set<FakeConnection>()
  /** Frames of rooms that shall reach nobody. */
  framesToLose = 0
  /** The next frame comes behind the one after it. */
  isNextFrameLate = false
  /** How often anybody asked for what is missing. */
  syncs = 0
  #lateFrame: RoomChanged | undefined
  readonly #options: FakeServiceOptions
  readonly #limits: Limits
  readonly #rooms = new Map<string, FakeRoom>()
  readonly #guests = new Map<string, User>()
  #last = 0

  constructor(options: FakeServiceOptions) {
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
    for (const id of options.rooms ?? []) this.#rooms.set(id, new FakeRoom(id))
  }

  /** Another number for whatever is made. */
  next(): number {
    return ++this.#last
  }

  // ---- connections ----

  identify({ token, name }: Pick<HandshakeAuth, 'token' | 'name'>): User | ChatError {
    const known = token && (this.#options.users?.[token] ?? this.#guests.get(token))
    if (token && !known) return refusal('connect', 'token_invalid')
    const id = known ? known.id : `guest:${this.next()}`
    const me: User = known || { id, name: name ?? `Guest ${this.#last}`, guest: true }
    const named = me.guest && name ? { ...me, name } : me
    if (named.guest) this.#guests.set(guestToken(id), named)
    return named
  }

  greet(connection: FakeConnection, me: User, protocol: number): void {
    connection.me = me
    this.connections.add(connection)
    const lifetimeMs = this.#options.tokenLifetimeMs
    const fact: SessionOpened = {
      protocol,
      me,
      ...(me.guest && { guestToken: guestToken(me.id) }),
      ...(!me.guest && lifetimeMs !== undefined && { expiresAt: Date.now() + lifetimeMs }),
      renamable: !!me.guest,
      limits: this.#limits,
      serverTime: Date.now(),
    }
    connection.deliver({ name: 'session:opened', fact })
  }

  closed(connection: FakeConnection): void {
    this.connections.delete(connection)
    for (const id of [...connection.rooms]) this.leave(connection, id)
  }

  // ---- requests ----

  /** @throws ChatError */
  answer(connection: FakeConnection, name: RequestName, request: unknown): object {
    const kind = KIND_OF.get(name)
    if (kind) return this.#change(connection, kind, request as ChangeRequests[keyof ChangeRequests])
    const answer = this.#answers[name as keyof Answers] as (from: FakeConnection, asked: unknown) => object
    return answer(connection, request)
  }

  readonly #answers: Answers = {
    'room:join': (connection, request) => this.#join(connection, request),
    'room:leave': (connection, { room }) => {
      this.leave(connection, room)
      return {}
    },
    'room:sync': (connection, { room: id, ...since }) => {
      this.syncs++
      const room = this.#joined(connection, id)
      return { log: this.#forReader(connection, room, room.part(since)) }
    },
    'room:history': (connection, request) => {
      const room = this.#joined(connection, request.room)
      return this.#forReader(connection, room, room.history(request))
    },
    'message:send': (connection, request) => this.#send(connection, request),
    'typing:start': (connection, { room }) => this.#type(connection, this.#joined(connection, room), true),
    'typing:stop': (connection, { room }) => this.#type(connection, this.#joined(connection, room), false),
    'user:rename': (connection, { name }) => this.#rename(connection, name),
    'session:refresh': (connection, request) => {
      const me = this.identify(request)
      if (me instanceof ChatError) throw me
      if (me.id !== connection.me.id) throw refusal('refresh the session', 'token_invalid')
      return { me, expiresAt: Date.now() + (this.#options.tokenLifetimeMs ?? 3_600_000) }
    },
  }

  #join(connection: FakeConnection, { room: id, since, leave = [] }: JoinRequest): JoinResult {
    if (this.#options.rooms && !this.#rooms.has(id)) throw refusal('join room', 'room_not_found')
    const room = this.room(id)
    connection.rooms.add(id)
    for (const other of leave) this.leave(connection, other)
    if (!room.members.has(connection.me.id)) this.changePresence(room, [connection.me], [], connection)
    return {
      room: { id, createdAt: room.createdAt },
      capabilities: room.capabilitiesOf(connection.me.id),
      log: this.#forReader(connection, room, room.part(since)),
      presence: room.presence(this.#limits.listedMembers),
    }
  }

  #forReader<Answer extends LogPart | HistoryResult>(
    { me }: FakeConnection,
    { journal }: FakeRoom,
    answer: Answer,
  ): Answer {
    return Object.assign(answer, ...PERSONAL.map((own) => own(answer.messages, journal, me.id)))
  }

  leave(connection: FakeConnection, id: string): void {
    if (!connection.rooms.delete(id)) return
    const isStillHere = [...this.connections].some(
      ({ me, rooms }) => me.id === connection.me.id && rooms.has(id),
    )
    if (!isStillHere) this.changePresence(this.room(id), [], [connection.me.id])
  }

  #send(connection: FakeConnection, { room: roomId, ...draft }: SendRequest): SendResult {
    const room = this.#joined(connection, roomId)
    if (!room.capabilitiesOf(connection.me.id).includes('write')) throw refusal('send message', 'forbidden')
    const known = room.find(draft.id)
    if (known && (known.user.id !== connection.me.id || known.text !== draft.text))
      throw refusal('send message', 'message_conflict')
    if (!known) this.publish(room.create(connection.me, draft))
    return { epoch: room.epoch, message: room.find(draft.id)! }
  }

  /** CHANGE-1 to CHANGE-9, REACT-1 to REACT-5. */
  #change(
    connection: FakeConnection,
    kind: MessageChange['kind'],
    { room: roomId, change: id, id: target, ...made }: ChangeRequests[keyof ChangeRequests],
  ): ChangeResult {
    const { me } = connection
    const limits = this.#limits
    const { checked, isDone, refusal: refuse }: FakeKind = KINDS[kind]
    const asked = { kind, message: target, ...made } as MessageChange
    const change = checked?.(asked, limits) ?? asked
    const room = this.#joined(connection, roomId)
    const { epoch, journal } = room
    const by = { kind: 'user' as const, id: me.id }
    const known = room.recorded(id)
    if (known && JSON.stringify([known.by, known.change]) !== JSON.stringify([by, change]))
      throw refusal('change message', 'change_conflict')
    if (known) return { epoch, rev: known.rev }
    const message = room.find(target)
    if (!message) throw refusal('change message', 'message_not_found')
    const about = { message, user: me.id, limits, journal }
    const asker = { me, limits, now: Date.now() }
    const code = changeRefusal(kind, message, asker, room.capabilitiesOf(me.id))
    if (code) throw refusal('change message', code)
    if (isDone?.(change, about)) {
      room.unchanged.push({ id, room: roomId, rev: message.rev, by, at: Date.now(), change })
      return { epoch, rev: message.rev }
    }
    const reason = refuse?.(change, about)
    if (reason) throw refusal('change message', reason)
    const frame = room.change(id, change, by)
    this.publish(frame)
    return { epoch, rev: frame.rev }
  }

  #type(connection: FakeConnection, room: FakeRoom, isTyping: boolean): object {
    const others = room.typing.filter((user) => user.id !== connection.me.id)
    room.typing = isTyping ? [...others, connection.me] : others
    this.deliverTo(room.id, { name: 'typing:changed', fact: { room: room.id, users: room.typing } })
    return {}
  }

  #rename(connection: FakeConnection, name: string): Omit<ResultOf<'user:rename'>, 'ok'> {
    const { me } = connection
    if (!me.guest) throw refusal('set name', 'name_fixed')
    const renamed = { ...me, name }
    connection.me = renamed
    this.#guests.set(guestToken(me.id), renamed)
    for (const id of connection.rooms) {
      const room = this.room(id)
      room.members.set(me.id, renamed)
      this.deliverTo(id, {
        name: 'presence:changed',
        fact: { room: id, count: room.members.size, updated: [renamed] },
      })
    }
    return { me: renamed, guestToken: guestToken(me.id) }
  }

  // ---- telling ----

  publish(frame: RoomChanged): void {
    if (this.framesToLose > 0) {
      this.framesToLose--
      return
    }
    if (this.isNextFrameLate) {
      this.isNextFrameLate = false
      this.#lateFrame = frame
      return
    }
    this.deliverTo(frame.room, { name: 'room:changed', fact: frame })
    const late = this.#lateFrame
    this.#lateFrame = undefined
    if (late) this.publish(late)
  }

  /** @param who absent: everybody who has none of their own */
  changeCapabilities(room: FakeRoom, capabilities: Capability[], who?: string): void {
    if (who === undefined) room.capabilities = capabilities
    else room.ownCapabilities.set(who, capabilities)
    for (const connection of this.connections) {
      const { id } = connection.me
      const isMeant = who === undefined ? !room.ownCapabilities.has(id) : id === who
      if (isMeant && connection.rooms.has(room.id))
        connection.deliver({ name: 'capabilities:changed', fact: { room: room.id, capabilities } })
    }
  }

  changePresence(room: FakeRoom, joined: User[], left: string[], except?: FakeConnection): void {
    for (const user of joined) room.members.set(user.id, user)
    for (const id of left) room.members.delete(id)
    const fact = { room: room.id, count: room.members.size, joined, left }
    this.deliverTo(room.id, { name: 'presence:changed', fact }, except)
  }

  deliverTo(id: string, fact: Fact, except?: FakeConnection): void {
    for (const connection of this.connections)
      if (connection !== except && connection.rooms.has(id)) connection.deliver(fact)
  }

  #joined(connection: FakeConnection, id: string): FakeRoom {
    if (!connection.rooms.has(id)) throw refusal('ask', 'not_joined')
    return this.room(id)
  }

  room(id = this.#options.rooms?.[0] ?? 'lobby'): FakeRoom {
    const room = this.#rooms.get(id) ?? new FakeRoom(id)
    this.#rooms.set(id, room)
    return room
  }
}

/** Shaped like a JWT, because the SDK looks whom a token speaks for. */
const guestToken = (id: string): string => `guest.${btoa(JSON.stringify({ sub: id }))}.`

const editsOf = (message: string, journal: readonly Recorded[]): number =>
  journal.filter(({ change }) => change.kind === 'message.edited' && change.message === message).length

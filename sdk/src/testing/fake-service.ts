/**
 * The fake server at work: who is who, rooms, requests and their answers, facts to those they concern. Keeps the
 * promises of the real one; breaking them is fake-server.ts's.
 */
import { checkDraft } from '../draft.js'
import { ChatError } from '../errors.js'
import {
  isEmoji,
  LIMITS,
  type Capability,
  type ChangeResult,
  type ErrorCode,
  type HandshakeAuth,
  type JoinRequest,
  type Limits,
  type LogPart,
  type MessageChange,
  type RequestName,
  type RequestOf,
  type RoomChanged,
  type SendRequest,
  type SessionOpened,
  type SyncRequest,
  type User,
} from '../protocol/index.js'
import { isReaction } from '../reactions.js'
import type { Fact } from '../transport.js'
import type { FakeConnection } from './fake-connection.js'
import { FakeRoom } from './fake-room.js'

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
  answer(connection: FakeConnection, name: RequestName, request: unknown): unknown {
    const { room: roomId } = request as { room: string }
    switch (name) {
      case 'room:join':
        return this.#join(connection, request as JoinRequest)
      case 'room:leave':
        this.leave(connection, roomId)
        return {}
      case 'room:sync':
        this.syncs++
        return {
          log: this.#part(connection, this.#joined(connection, roomId), request as RequestOf<'room:sync'>),
        }
      case 'room:history': {
        const room = this.#joined(connection, roomId)
        const page = room.history(request as RequestOf<'room:history'>)
        return { ...page, ...room.reactions.mine(page.messages, connection.me.id) }
      }
      case 'message:send':
        return this.#send(connection, request as SendRequest)
      case 'message:edit': {
        const { change, id, text } = request as RequestOf<'message:edit'>
        const checked = checkDraft({ text }, this.#limits, 'change message')
        return this.#change(connection, roomId, change, {
          kind: 'message.edited',
          message: id,
          text: checked.text,
        })
      }
      case 'message:delete': {
        const { change, id, reason } = request as RequestOf<'message:delete'>
        return this.#change(connection, roomId, change, {
          kind: 'message.deleted',
          message: id,
          ...(reason !== undefined && { reason }),
        })
      }
      case 'reaction:add':
      case 'reaction:remove': {
        const { change, id: message, emoji } = request as RequestOf<'reaction:add'>
        if (!isEmoji(emoji)) throw refusal('react to message', 'invalid_request')
        const kind = name === 'reaction:add' ? 'reaction.added' : 'reaction.removed'
        return this.#change(connection, roomId, change, { kind, message, emoji })
      }
      case 'typing:start':
      case 'typing:stop':
        return this.#type(connection, this.#joined(connection, roomId), name === 'typing:start')
      case 'user:rename':
        return this.#rename(connection, (request as RequestOf<'user:rename'>).name)
      case 'session:refresh': {
        const me = this.identify(request as { token: string })
        if (me instanceof ChatError) throw me
        if (me.id !== connection.me.id) throw refusal('refresh the session', 'token_invalid')
        return { me, expiresAt: Date.now() + (this.#options.tokenLifetimeMs ?? 3_600_000) }
      }
    }
  }

  #join(connection: FakeConnection, { room: id, since, leave = [] }: JoinRequest): unknown {
    if (this.#options.rooms && !this.#rooms.has(id)) throw refusal('join room', 'room_not_found')
    const room = this.room(id)
    connection.rooms.add(id)
    for (const other of leave) this.leave(connection, other)
    if (!room.members.has(connection.me.id)) this.changePresence(room, [connection.me], [], connection)
    return {
      room: { id, createdAt: room.createdAt },
      capabilities: room.capabilitiesOf(connection.me.id),
      log: this.#part(connection, room, since),
      presence: room.presence(this.#limits.listedMembers),
    }
  }

  #part(connection: FakeConnection, room: FakeRoom, since?: Omit<SyncRequest, 'room'>): LogPart {
    const part = room.part(since)
    return { ...part, ...room.reactions.mine(part.messages, connection.me.id) }
  }

  leave(connection: FakeConnection, id: string): void {
    if (!connection.rooms.delete(id)) return
    const isStillHere = [...this.connections].some(
      ({ me, rooms }) => me.id === connection.me.id && rooms.has(id),
    )
    if (!isStillHere) this.changePresence(this.room(id), [], [connection.me.id])
  }

  #send(connection: FakeConnection, { room: roomId, ...draft }: SendRequest): unknown {
    const room = this.#joined(connection, roomId)
    if (!room.capabilitiesOf(connection.me.id).includes('write')) throw refusal('send message', 'forbidden')
    const known = room.find(draft.id)
    if (known && (known.user.id !== connection.me.id || known.text !== draft.text))
      throw refusal('send message', 'message_conflict')
    if (!known) this.publish(room.create(connection.me, draft))
    return { epoch: room.epoch, message: room.find(draft.id) }
  }

  /** CHANGE-1 to CHANGE-6, REACT-1 to REACT-5. */
  #change(connection: FakeConnection, roomId: string, id: string, change: MessageChange): ChangeResult {
    const room = this.#joined(connection, roomId)
    const by = { kind: 'user' as const, id: connection.me.id }
    const known = room.recorded(id)
    if (known && JSON.stringify([known.by, known.change]) !== JSON.stringify([by, change]))
      throw refusal('change message', 'change_conflict')
    if (known) return { epoch: room.epoch, rev: known.rev }
    const code = this.#changeRefusal(room, connection.me, change)
    if (code) throw refusal('change message', code)
    if (isReaction(change) && !room.reactions.isEffective(change, connection.me.id))
      return { epoch: room.epoch, rev: room.find(change.message)!.rev }
    const frame = room.change(id, change, by)
    this.publish(frame)
    return { epoch: room.epoch, rev: frame.rev }
  }

  #changeRefusal(room: FakeRoom, me: User, change: MessageChange): ErrorCode | undefined {
    const { kind, message: id } = change
    const message = room.find(id)
    if (!message) return 'message_not_found'
    if (message.deleted) return 'message_deleted'
    const capabilities = room.capabilitiesOf(me.id)
    if (isReaction(change))
      return capabilities.includes('react')
        ? room.reactions.refusal(change, this.#limits.reactionsPerMessage)
        : 'forbidden'
    if (kind === 'message.deleted' && capabilities.includes('moderate')) return undefined
    if (message.user.id !== me.id || !capabilities.includes('write')) return 'forbidden'
    const { editWindowSeconds } = this.#limits
    const isOver = !editWindowSeconds || Date.now() - message.at > editWindowSeconds * 1_000
    return isOver ? 'edit_window_closed' : undefined
  }

  #type(connection: FakeConnection, room: FakeRoom, isTyping: boolean): object {
    const others = room.typing.filter((user) => user.id !== connection.me.id)
    room.typing = isTyping ? [...others, connection.me] : others
    this.deliverTo(room.id, { name: 'typing:changed', fact: { room: room.id, users: room.typing } })
    return {}
  }

  #rename(connection: FakeConnection, name: string): unknown {
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

export interface Failure {
  retryAfterMs?: number
  /** Other than the code's own. */
  retryable?: boolean
}

/** Shaped like a JWT, because the SDK looks whom a token speaks for. */
const guestToken = (id: string): string => `guest.${btoa(JSON.stringify({ sub: id }))}.`

export const refusal = (what: string, code: ErrorCode, failure: Failure = {}): ChatError =>
  new ChatError(code, `unable to ${what}; the fake server was told to say ${code}`, failure)

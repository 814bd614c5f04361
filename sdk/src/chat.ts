/** A chat: one connection, one identity, and the rooms by id. Connects the parts and decides little itself. */
import type { AskAccess } from './access.js'
import type { Random } from './backoff.js'
import { Connection } from './connection.js'
import { deferred, type Deferred } from './deferred.js'
import { Emitter } from './emitter.js'
import { unable, type ChatError } from './errors.js'
import { handled } from './handled.js'
import { ROOM_ID_PATTERN, ROOM_ID_RULE, type ClientLimits, type User } from './protocol/index.js'
import { RoomClient, type RoomFact } from './room.js'
import { Session } from './session.js'
import { openStorage, type Storage } from './storage.js'
import type { Fact, OpenTransport } from './transport.js'
import type { Chat, ChatEvents, ChatOptions, ChatStatus, JoinOptions, Room, StatusChange } from './types.js'

/** The edges: the network in `createChat`, memory in `testing/`. */
export interface ChatEdges {
  open: OpenTransport
  askAccess: AskAccess
  random: Random
}

export class ChatClient implements Chat {
  readonly #events = new Emitter<ChatEvents>()
  readonly #rooms = new Map<string, RoomClient>()
  /** Rooms in which the server may still count us as a member. */
  readonly #leaving = new Map<string, Promise<void>>()
  readonly #storage: Storage
  readonly #session: Session
  readonly #connection: Connection
  readonly #scope: string
  readonly #random: Random
  #connecting: Deferred<void> | undefined

  /** @param server the address as one string for storage keys */
  constructor(options: ChatOptions, server: string, edges: ChatEdges) {
    this.#scope = `${server}|${options.app}`
    this.#random = edges.random
    this.#storage = openStorage(options.storage)
    this.#session = new Session({
      options,
      storage: this.#storage,
      scope: this.#scope,
      random: edges.random,
      request: (name, request) => this.#connection.request(name, request),
      changed: (me) => this.#events.emit('me', me),
      personChanged: () => {
        for (const room of [...this.#rooms.values()]) room.personChanged()
      },
      reconnect: () => this.#connection.replace(),
    })
    this.#connection = new Connection({
      ...edges,
      open: (options, handlers) =>
        edges.open({ ...options, room: this.#rooms.keys().next().value }, handlers),
      credentials: () => this.#session.credentials(),
      recover: (error) => this.#session.recover(error),
      opened: (fact) => this.#session.opened(fact),
      fact: (fact) => this.#fact(fact),
      status: (change) => this.#statusChanged(change),
    })
  }

  get status(): ChatStatus {
    return this.#connection.status
  }
  get error(): ChatError | undefined {
    return this.#connection.error
  }
  get retryInMs(): number | undefined {
    return this.#connection.retryInMs
  }
  get me(): User | undefined {
    return this.#session.me
  }
  get renamable(): boolean {
    return this.#session.isRenamable
  }
  get limits(): ClientLimits {
    return this.#session.limits
  }

  on<E extends keyof ChatEvents>(event: E, listener: ChatEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  connect(): Promise<void> {
    return handled(this.#connect())
  }

  join(roomId: string, { leave = [] }: JoinOptions = {}): Promise<Room> {
    return handled(this.#join(roomId, leave))
  }

  setName(name: string): Promise<void> {
    return handled(this.#session.setName(name))
  }

  async logout(): Promise<void> {
    this.#session.logout()
  }

  retry(): void {
    this.#connection.retry()
  }

  async close(): Promise<void> {
    for (const room of [...this.#rooms.values()]) room.end()
    this.#session.close()
    this.#connection.close()
  }

  /**
   * The marker with which Vue (and so Alpine) leaves an object unproxied: a reactive proxy could not read `#private`
   * fields.
   */
  get __v_skip(): true {
    return true
  }

  async #connect(): Promise<void> {
    this.#assertUsable('connect')
    if (this.status === 'online') return
    this.#connecting ??= deferred()
    const { promise } = this.#connecting
    this.#connection.start()
    return promise
  }

  async #join(roomId: string, leave: readonly string[]): Promise<Room> {
    if (typeof roomId !== 'string' || !ROOM_ID_PATTERN.test(roomId))
      throw unable('join room', 'invalid_request', `a room id has ${ROOM_ID_RULE}`)
    // Runs synchronously when there is nothing to wait for, so that the room is held before anyone can leave it.
    for (let leaving; (leaving = this.#leaving.get(roomId));) await leaving
    this.#assertUsable('join room')
    let room = this.#rooms.get(roomId)
    const isNew = !room || room.status === 'failed'
    if (!room) this.#rooms.set(roomId, (room = this.#createRoom(roomId)))
    const others = [...new Set(leave)].filter((id) => id !== roomId)
    const switchFrom = isNew ? others.filter((id) => this.#rooms.get(id)?.isHeldOnce) : []
    const joining = room.join(switchFrom)
    this.#connection.start()
    if (isNew && this.status === 'online') void room.enter()
    await joining
    // The server left these as part of the join; when the room was already joined, each is left separately.
    for (const id of others) {
      if (switchFrom.includes(id)) this.#rooms.get(id)?.switchedFrom()
      else await this.#rooms.get(id)?.leave()
    }
    return room
  }

  #fact(fact: Fact): void {
    if ('room' in fact.fact) this.#rooms.get(fact.fact.room)?.fact(fact as RoomFact)
    else if (fact.name === 'user:renamed') this.#session.renamed(fact.fact)
  }

  #createRoom(roomId: string): RoomClient {
    return new RoomClient(roomId, {
      session: this.#session,
      storage: this.#storage,
      scope: this.#scope,
      random: this.#random,
      request: (name, request) => this.#connection.request(name, request),
      ended: (room, leaving) => {
        if (this.#rooms.get(roomId) === room) this.#rooms.delete(roomId)
        if (!leaving) return
        this.#leaving.set(roomId, leaving)
        void leaving.then(() => this.#leaving.get(roomId) === leaving && this.#leaving.delete(roomId))
      },
    })
  }

  #statusChanged(change: StatusChange<ChatStatus>): void {
    const { current, previous, error } = change
    if (previous === 'connecting') this.#session.settled()
    if (previous === 'online') {
      this.#session.offline()
      for (const room of this.#rooms.values()) room.exit()
    }
    if (current === 'online') {
      this.#session.online()
      for (const room of this.#rooms.values()) void room.enter()
      this.#connecting?.resolve()
    } else if (current === 'refused' || current === 'closed') {
      const reason = error ?? unable('connect', 'closed', 'the chat was closed')
      this.#connecting?.reject(reason)
      for (const room of [...this.#rooms.values()]) if (room.status === 'joining') room.fail(reason)
    }
    if (current === 'online' || current === 'refused' || current === 'closed') this.#connecting = undefined
    this.#events.emit('status', change)
  }

  #assertUsable(what: string): void {
    if (this.status === 'closed') throw unable(what, 'closed', 'the chat was closed')
    if (this.status === 'refused') throw this.error!
  }
}

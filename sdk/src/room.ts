/**
 * A room as the application sees it: its status, and the parts that make it up. Joining and leaving are in
 * membership.ts, messages in conversation.ts, members in people.ts; identity and connection belong to the chat.
 */
import type { Random } from './backoff.js'
import { Conversation } from './conversation.js'
import { deferred, type Deferred } from './deferred.js'
import { deletion, edit } from './edits.js'
import { Emitter } from './emitter.js'
import { ChatError, isFinal, unable } from './errors.js'
import { handled, noop } from './handled.js'
import { People } from './people.js'
import {
  settingsIn,
  type Capability,
  type JoinResult,
  type MessageChange,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type RoomInfo,
  type RoomPatch,
  type User,
} from './protocol/index.js'
import { since } from './log/room-log.js'
import { Membership } from './membership.js'
import { reaction } from './reactions.js'
import type { Session } from './session.js'
import type { Storage } from './storage.js'
import type { Fact } from './transport.js'
import type { DeleteOptions, Draft, Message, Room, RoomEvents, RoomStatus } from './types.js'

/** How long a first join is retried while the server has a fault or cannot reach its database. */
const FIRST_JOIN_WAITS_MS = 30_000

export type RoomFact = Extract<Fact, { fact: { room: string } }>

export interface RoomParts {
  session: Session
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** The chat is to drop the room; `leaving` settles when the server has been informed. */
  ended(room: RoomClient, leaving?: Promise<void>): void
}

export class RoomClient implements Room {
  readonly id: string
  capabilities: readonly Capability[] = []
  readonly #parts: RoomParts
  readonly #events = new Emitter<RoomEvents>()
  readonly #conversation: Conversation
  readonly #membership: Membership
  readonly #people: People
  #created: JoinResult['room'] | undefined
  /** Cached, because applications compare it by identity. */
  #info: { readonly value: RoomInfo; readonly settings: RoomPatch | undefined } | undefined
  #status: RoomStatus = 'joining'
  #error: ChatError | undefined
  #joining: Deferred<void> | undefined
  /** The room was joined once, so the application holds it. */
  #isHeld = false
  /** This join continues a log that is shown already. */
  #isReturning = false
  #missed = 0
  #waitsSince: number | undefined
  /** Joins that are not yet undone by a `leave`. */
  #holders = 0

  constructor(id: string, parts: RoomParts) {
    this.id = id
    this.#parts = parts
    const { session, storage, scope, random, request } = parts
    this.#people = new People({
      session,
      say: () => void request('typing:start', { room: id }).catch(noop),
      changed: () => this.#changed(),
    })
    this.#membership = new Membership({
      room: id,
      random,
      request,
      since: () => since(this.#conversation.log.state),
      entered: (result) => this.#entered(result),
      refused: (error) => this.#notEntered(error),
    })
    this.#conversation = new Conversation({
      room: id,
      session,
      storage,
      scope,
      random,
      request,
      events: this.#events,
      capabilities: () => this.capabilities,
      assertOpen: (what) => this.#assertOpen(what),
      isBeginning: () => this.#status !== 'joined' && !this.#isReturning,
      took: (newOfOthers) => this.#took(newOfOthers),
      changed: () => this.#changed(),
      notJoined: () => this.#enterLater(),
      failed: (error) => {
        // The server still counts us as a member, but its facts no longer matter.
        request('room:leave', { room: id }).catch(noop)
        this.fail(error)
      },
    })
  }

  get status(): RoomStatus {
    return this.#status
  }
  get info(): RoomInfo | undefined {
    const { settings } = this.#conversation.log.state
    if (this.#created && (!this.#info || this.#info.settings !== settings))
      this.#info = { value: { ...this.#created, ...(settings && settingsIn(settings)) }, settings }
    return this.#info?.value
  }
  get messages(): readonly Message[] {
    return this.#conversation.messages
  }
  get hasOlder(): boolean {
    return this.#conversation.log.state.hasOlder
  }
  get members(): readonly User[] {
    return this.#people.presence.members ?? []
  }
  get memberCount(): number {
    return this.#people.presence.count
  }
  get typingUsers(): readonly User[] {
    return this.#people.typing
  }
  get unread(): number {
    return this.#conversation.unread
  }
  get readSeq(): number {
    return this.#conversation.readSeq
  }

  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  send(input: string | Draft): Promise<Message> {
    const sent = this.#conversation.send(input)
    // A message ends the typing.
    this.#people.sent()
    return handled(sent)
  }

  retry(id: string): Promise<Message> {
    return handled(this.#conversation.retry(id))
  }

  edit(id: string, text: string): Promise<Message | undefined> {
    return this.#change(() => edit(id, text, this.#parts.session.limits))
  }

  delete(id: string, options: DeleteOptions = {}): Promise<Message | undefined> {
    return this.#change(() => deletion(id, options))
  }

  react(id: string, emoji: string): Promise<Message | undefined> {
    return this.#change(() => reaction('reaction.added', id, emoji))
  }

  unreact(id: string, emoji: string): Promise<Message | undefined> {
    return this.#change(() => reaction('reaction.removed', id, emoji))
  }

  mayEdit(message: Message): boolean {
    return this.#conversation.mayChange('message.edited', message)
  }

  mayDelete(message: Message): boolean {
    return this.#conversation.mayChange('message.deleted', message)
  }

  discard(id: string): void {
    this.#conversation.outbox.discard(id)
  }

  loadOlder(count = 50): Promise<boolean> {
    return handled(this.#conversation.log.loadOlder(count, this.#parts.session.limits.historyPage))
  }

  keystroke(): void {
    if (this.#conversation.log.isLive) this.#people.keystroke()
  }

  async markRead(): Promise<void> {
    this.#conversation.markRead()
  }

  leave(): Promise<void> {
    return handled(this.#leave())
  }

  /**
   * The marker with which Vue (and so Alpine) leaves an object unproxied: a reactive proxy could not read `#private`
   * fields.
   */
  get __v_skip(): true {
    return true
  }

  #change(make: () => MessageChange): Promise<Message | undefined> {
    return handled(this.#conversation.change(make))
  }

  async #leave(): Promise<void> {
    if (this.#status === 'left' || --this.#holders > 0) return
    const leaving = this.#membership.leave()
    this.end(leaving.then(noop, noop))
    await leaving.catch((error: ChatError) => {
      // Without a connection or a join there is nothing for the server to leave.
      if (!['offline', 'closed', 'not_joined'].includes(error.code)) throw error
    })
  }

  // ---- for the chat; not part of `Room` ----

  /** Whether one more `leave` would end it. */
  get isHeldOnce(): boolean {
    return this.#holders === 1
  }

  /** Joins, and holds the room until a `leave`. `switchFrom`: rooms the server leaves in the same step. */
  async join(switchFrom: readonly string[]): Promise<void> {
    this.#holders++
    try {
      await this.#wanted(switchFrom)
    } catch (error) {
      if (--this.#holders === 0) this.end()
      throw error
    }
  }

  /** The server left this room in the same step as it joined another. */
  switchedFrom(): void {
    if (--this.#holders === 0) return this.end()
    // It was joined again in the meantime.
    this.exit()
    void this.enter()
  }

  /** There is a connection: joins, or rejoins from the end of the log. */
  async enter(): Promise<void> {
    if (this.#status === 'failed' || this.#status === 'left') return
    return this.#membership.enter()
  }

  /** The connection is gone. */
  exit(): void {
    this.#suspend()
    this.#conversation.outbox.pause()
    this.#people.applyTyping([])
    if (this.#status === 'joined') this.#move('catching-up')
  }

  /** The next person must not inherit anything the former one saw or wrote, and starts like any newcomer. */
  personChanged(): void {
    this.#suspend()
    this.#people.forget()
    this.#isReturning = false
    this.#conversation.forget()
  }

  fact({ name, fact }: RoomFact): void {
    switch (name) {
      case 'room:changed':
        return this.#conversation.log.takeFrame(fact)
      case 'room:head':
        return this.#conversation.log.takeHead(fact)
      case 'room:closed':
        return this.#closed(ChatError.fromWire(fact.error))
      case 'presence:changed':
        this.#people.applyPresence(fact)
        return this.#changed()
      case 'capabilities:changed':
        this.capabilities = fact.capabilities
        return this.#changed()
      case 'typing:changed':
        this.#people.applyTyping(fact.users)
        this.#changed()
    }
  }

  /** Refused for good: only a new `join` starts over. */
  fail(error: ChatError): void {
    this.#suspend()
    this.#conversation.outbox.fail(error)
    this.#settleJoin((joining) => joining.reject(error))
    this.#move('failed', error)
    // The application does not hold a room that was never joined.
    if (!this.#isHeld) this.#parts.ended(this)
  }

  /** Left, by `leave`, by a switch, or with the whole chat. */
  end(leaving?: Promise<void>): void {
    if (this.#status === 'left') return
    this.#suspend()
    this.#people.applyTyping([])
    this.#conversation.outbox.clear('closed', 'the room was left')
    this.#settleJoin((joining) => joining.reject(unable('join room', 'closed', 'the room was left')))
    this.#parts.ended(this, leaving)
    this.#move('left')
  }

  // ---- joining ----

  #wanted(switchFrom: readonly string[]): Promise<void> {
    if (this.#joining) return this.#joining.promise
    if (this.#status !== 'joining' && this.#status !== 'failed') return Promise.resolve()
    this.#joining = deferred()
    this.#waitsSince = undefined
    this.#membership.switchFrom = switchFrom
    this.#move('joining')
    return this.#joining.promise
  }

  #entered(result: JoinResult): void {
    // Of two tabs that checked the storage at the same instant, one learns of the other's guest only here.
    if (!this.#parts.session.isCurrent()) return
    this.#created = result.room
    this.#info = undefined
    this.capabilities = result.capabilities
    this.#people.presence = result.presence
    this.#isReturning = this.#conversation.log.state.epoch !== ''
    if (!this.#isReturning) this.#conversation.outbox.restore(this.#parts.session.me!)
    this.#conversation.log.resume(result.log)
    this.#nowWhole()
    this.#conversation.outbox.resume()
  }

  #closed(error: ChatError): void {
    if (isFinal(error)) this.fail(error)
    else this.#enterLater(error.retryAfterMs)
  }

  #notEntered(error: ChatError): void {
    // The next connection joins again.
    if (error.code === 'offline') return
    const isAgain = this.#status === 'catching-up'
    if (isAgain ? !isFinal(error) : this.#isWorthWaiting(error)) return this.#enterLater(error.retryAfterMs)
    // An unanswered join may still succeed on the server, where it is no longer wanted. Sent immediately, so that it
    // precedes any join the application tries next.
    if (error.code === 'timeout') this.#parts.request('room:leave', { room: this.id }).catch(noop)
    this.fail(error)
  }

  /** A first join waits for temporary failures to pass, but not for ever: the caller has to get an answer. */
  #isWorthWaiting({ code }: ChatError): boolean {
    if (!['draining', 'unavailable', 'internal', 'rate_limited'].includes(code)) return false
    this.#waitsSince ??= Date.now()
    return code === 'draining' || Date.now() - this.#waitsSince < FIRST_JOIN_WAITS_MS
  }

  #enterLater(retryAfterMs?: number): void {
    this.#suspend()
    this.#conversation.outbox.pause()
    if (this.#status === 'joined') this.#move('catching-up')
    this.#membership.enterLater(retryAfterMs)
  }

  /** Stops everything that needs this connection's membership. */
  #suspend(): void {
    this.#membership.stop()
    this.#conversation.log.pause()
  }

  #settleJoin(settle: (joining: Deferred<void>) => void): void {
    const joining = this.#joining
    this.#joining = undefined
    if (joining) settle(joining)
  }

  /** One `change` per frame: the step to a complete log emits its own. */
  #took(newOfOthers: number): void {
    this.#missed += newOfOthers
    if (!this.#nowWhole()) this.#events.emit('change')
  }

  /** Joined: the first time as soon as there is a window, after a break when nothing is missing any more. */
  #nowWhole(): boolean {
    if (!this.#conversation.log.isLive || (this.#status !== 'joining' && this.#status !== 'catching-up'))
      return false
    if (this.#isReturning && !this.#conversation.log.isWhole) return false
    const missed = this.#missed
    this.#isHeld = true
    this.#move('joined')
    if (this.#isReturning) this.#events.emit('caught-up', { missed })
    this.#settleJoin((joining) => joining.resolve())
    return true
  }

  // ---- events ----

  #move(current: RoomStatus, error?: ChatError): void {
    const previous = this.#status
    this.#status = current
    this.#error = error
    this.#missed = 0
    if (current !== previous) this.#events.emit('status', { current, previous, ...(error && { error }) })
    this.#changed()
  }

  #changed(): void {
    this.#events.emit('change')
  }

  /** A room that was left or closed emits nothing. */
  #assertOpen(what: string): void {
    if (this.#status === 'left' || this.#status === 'failed')
      throw this.#error ?? unable(what, 'closed', 'the room was left')
  }
}

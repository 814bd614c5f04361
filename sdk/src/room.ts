/**
 * A room as the application holds it: feeds frames to the log, messages to the outbox, and says what changed. How one
 * gets in and out is in membership.ts, the rules of the log in room-log.ts, who is there in people.ts, what is unread
 * in read-mark.ts; who we are and whether there is a connection is the chat's.
 */
import type { Random } from './backoff.js'
import { deferred, type Deferred } from './deferred.js'
import { checkDraft } from './draft.js'
import { Emitter } from './emitter.js'
import { ChatError, isFinal, unable } from './errors.js'
import { handled, noop } from './handled.js'
import { Outbox } from './outbox/outbox.js'
import { People } from './people.js'
import type {
  Capability,
  JoinResult,
  RequestName,
  RequestOf,
  ResultOf,
  RoomInfo,
  User,
} from './protocol/index.js'
import { LiveLog } from './log/live-log.js'
import { Membership } from './membership.js'
import { afterStep, NOTHING_READ } from './log/read-mark.js'
import { lastSeq, newsOf, since, type Step } from './log/room-log.js'
import type { Session } from './session.js'
import type { Storage } from './storage.js'
import type { Fact } from './transport.js'
import type { Draft, Message, Room, RoomEvents, RoomStatus } from './types.js'

/** How long a first join is tried again while the server has a fault, or cannot reach its database. */
const FIRST_JOIN_WAITS_MS = 30_000

export type RoomFact = Extract<Fact, { fact: { room: string } }>

export interface RoomParts {
  session: Session
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** The room is over for the chat; `leaving` settles when the server knows. */
  ended(room: RoomClient, leaving?: Promise<void>): void
}

export class RoomClient implements Room {
  readonly id: string
  info: RoomInfo | undefined
  capabilities: readonly Capability[] = []
  readonly #parts: RoomParts
  readonly #events = new Emitter<RoomEvents>()
  readonly #outbox: Outbox
  readonly #log: LiveLog
  readonly #membership: Membership
  readonly #people: People
  #status: RoomStatus = 'joining'
  #error: ChatError | undefined
  #view: readonly Message[] | undefined
  #joining: Deferred<void> | undefined
  /** It was joined once: the application has it. */
  #isHeld = false
  /** This join continues a log that is shown already. */
  #isReturning = false
  #mark = NOTHING_READ
  #missed = 0
  #waitsSince: number | undefined
  /** Joins that no `leave` has undone. */
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
      since: () => since(this.#log.state),
      entered: (result) => this.#entered(result),
      refused: (error) => this.#notEntered(error),
    })
    this.#log = new LiveLog({
      room: id,
      random,
      request,
      took: (step) => this.#took(step),
      grew: () => this.#changed(),
      notJoined: () => this.#enterLater(),
      failed: (error) => {
        // The server still counts us in, but what it says is of no use any more.
        request('room:leave', { room: id }).catch(noop)
        this.fail(error)
      },
    })
    this.#outbox = new Outbox({
      room: id,
      storage,
      scope,
      random,
      request,
      acked: ({ epoch, message }) => {
        this.#outbox.absorb(this.#log.state.rev, [])
        this.#log.takeAck(epoch, message.rev)
      },
      notJoined: () => this.#enterLater(),
      changed: () => this.#changed(),
    })
  }

  get status(): RoomStatus {
    return this.#status
  }
  get messages(): readonly Message[] {
    return (this.#view ??= this.#log.state.messages.toArray<Message>().concat(this.#outbox.messages))
  }
  get hasOlder(): boolean {
    return this.#log.state.hasOlder
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
    return this.#mark.unread
  }
  get readSeq(): number {
    return this.#mark.seq
  }

  on<E extends keyof RoomEvents>(event: E, listener: RoomEvents[E]): () => void {
    return this.#events.on(event, listener)
  }

  send(input: string | Draft): Promise<Message> {
    return handled(this.#send(input))
  }

  retry(id: string): Promise<Message> {
    return handled(this.#retry(id))
  }

  discard(id: string): void {
    this.#outbox.discard(id)
  }

  loadOlder(count = 50): Promise<boolean> {
    return handled(this.#log.loadOlder(count, this.#parts.session.limits.historyPage))
  }

  keystroke(): void {
    if (this.#log.isLive) this.#people.keystroke()
  }

  async markRead(): Promise<void> {
    // Whatever came since and is one's own has moved the mark already.
    if (!this.unread) return
    this.#mark = { seq: lastSeq(this.#log.state), unread: 0 }
    this.#changed()
  }

  leave(): Promise<void> {
    return handled(this.#leave())
  }

  /** Vue's, and so Alpine's, mark for objects that no reactive proxy may stand in for: it could not read `#private`. */
  get __v_skip(): true {
    return true
  }

  /** An `async` function, so that a caller's mistake rejects; what is right is shown before it returns. */
  async #send(input: string | Draft): Promise<Message> {
    const draft = checkDraft(input, this.#parts.session.limits)
    this.#assertOpen('send message')
    const { me } = this.#parts.session
    if (!me) throw unable('send message', 'offline', 'not connected')
    this.#people.sent()
    return this.#outbox.add(draft, me)
  }

  async #retry(id: string): Promise<Message> {
    this.#assertOpen('retry message')
    return this.#outbox.retry(id)
  }

  async #leave(): Promise<void> {
    if (this.#status === 'left' || --this.#holders > 0) return
    const leaving = this.#membership.leave()
    this.end(leaving.then(noop, noop))
    await leaving.catch((error: ChatError) => {
      // Without a connection, or not in the room: the server has nothing to leave.
      if (!['offline', 'closed', 'not_joined'].includes(error.code)) throw error
    })
  }

  // ---- for the chat; not part of `Room` ----

  /** Whether one `leave` would end it. */
  get isHeldOnce(): boolean {
    return this.#holders === 1
  }

  /** Wants in, and holds the room until a `leave`. `switchFrom`: rooms the server leaves in the same step. */
  async join(switchFrom: readonly string[]): Promise<void> {
    this.#holders++
    try {
      await this.#wanted(switchFrom)
    } catch (error) {
      if (--this.#holders === 0) this.end()
      throw error
    }
  }

  /** The server left it, in one step with the join of another room. */
  switchedFrom(): void {
    if (--this.#holders === 0) return this.end()
    // Somebody joined it meanwhile.
    this.exit()
    void this.enter()
  }

  /** There is a connection: joins, or joins again from where the log ends. */
  async enter(): Promise<void> {
    if (this.#status === 'failed' || this.#status === 'left') return
    return this.#membership.enter()
  }

  /** The connection is gone. */
  exit(): void {
    this.#suspend()
    this.#outbox.pause()
    this.#people.applyTyping([])
    if (this.#status === 'joined') this.#move('catching-up')
  }

  /** Nothing the former person saw or wrote here is the next one's, who begins like anybody who comes in. */
  personChanged(): void {
    const wasShown = this.#log.state.epoch !== ''
    this.#suspend()
    this.#log.forget()
    this.#people.forget()
    this.#outbox.clear(unable('send message', 'user_changed', 'somebody else uses the chat now'))
    this.#mark = NOTHING_READ
    this.#isReturning = false
    this.#view = undefined
    if (wasShown) this.#events.emit('reset', { reason: 'user' })
    this.#changed()
  }

  fact({ name, fact }: RoomFact): void {
    switch (name) {
      case 'room:changed':
        return this.#log.takeFrame(fact)
      case 'room:head':
        return this.#log.takeHead(fact)
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

  /** Refused for good: only a new `join` begins again. */
  fail(error: ChatError): void {
    this.#suspend()
    this.#outbox.fail(error)
    this.#settleJoin((joining) => joining.reject(error))
    this.#move('failed', error)
    // Nobody holds a room that was never joined.
    if (!this.#isHeld) this.#parts.ended(this)
  }

  /** Left, by `leave`, by a switch, or with the whole chat. */
  end(leaving?: Promise<void>): void {
    if (this.#status === 'left') return
    this.#suspend()
    this.#people.applyTyping([])
    this.#outbox.clear(unable('send message', 'closed', 'the room was left'))
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
    // Of two tabs that looked at the same instant, one hears it only here.
    if (!this.#parts.session.isCurrent()) return
    this.info = result.room
    this.capabilities = result.capabilities
    this.#people.presence = result.presence
    this.#isReturning = this.#log.state.epoch !== ''
    if (!this.#isReturning) this.#outbox.restore(this.#parts.session.me!)
    this.#log.resume(result.log)
    this.#nowWhole()
    this.#outbox.resume()
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
    // A join without an answer may still succeed over there; nobody wants it any more.
    // At once, so that it stays before a join the application may try next.
    if (error.code === 'timeout') this.#parts.request('room:leave', { room: this.id }).catch(noop)
    this.fail(error)
  }

  /** A first join waits out what passes by itself, though not for ever: whoever asked should hear of it. */
  #isWorthWaiting({ code }: ChatError): boolean {
    if (!['draining', 'unavailable', 'internal', 'rate_limited'].includes(code)) return false
    this.#waitsSince ??= Date.now()
    return code === 'draining' || Date.now() - this.#waitsSince < FIRST_JOIN_WAITS_MS
  }

  #enterLater(retryAfterMs?: number): void {
    this.#suspend()
    this.#outbox.pause()
    if (this.#status === 'joined') this.#move('catching-up')
    this.#membership.enterLater(retryAfterMs)
  }

  /** Stops everything that needs this connection's membership. */
  #suspend(): void {
    this.#membership.stop()
    this.#log.pause()
  }

  #settleJoin(settle: (joining: Deferred<void>) => void): void {
    const joining = this.#joining
    this.#joining = undefined
    if (joining) settle(joining)
  }

  // ---- the log ----

  #took(step: Step): void {
    const { log, changed, isReplaced, reset } = step
    const news = newsOf(step)
    if (reset) this.#outbox.forgetAcked()
    this.#outbox.absorb(log.rev, isReplaced ? log.messages.toArray() : changed.map(({ current }) => current))
    const isFirst = !!reset || (this.#status !== 'joined' && !this.#isReturning)
    this.#mark = afterStep(this.#mark, step, isFirst, this.#parts.session.me?.id)
    this.#missed += news.filter(({ user }) => user.id !== this.#parts.session.me?.id).length
    this.#view = undefined
    if (reset) this.#events.emit('reset', { reason: reset })
    for (const { current, previous } of changed) {
      if (previous) this.#events.emit('message-changed', { current, previous })
      else if (!current.deleted) this.#events.emit('message', current)
    }
    // One `change` a frame: becoming whole tells its own.
    if (!this.#nowWhole()) this.#events.emit('change')
  }

  /** Joined: at once with the first window, after a break when nothing is missing any more. */
  #nowWhole(): boolean {
    if (!this.#log.isLive || (this.#status !== 'joining' && this.#status !== 'catching-up')) return false
    if (this.#isReturning && !this.#log.isWhole) return false
    const missed = this.#missed
    this.#isHeld = true
    this.#move('joined')
    if (this.#isReturning) this.#events.emit('caught-up', { missed })
    this.#settleJoin((joining) => joining.resolve())
    return true
  }

  // ---- telling ----

  #move(current: RoomStatus, error?: ChatError): void {
    const previous = this.#status
    this.#status = current
    this.#error = error
    this.#missed = 0
    if (current !== previous) this.#events.emit('status', { current, previous, ...(error && { error }) })
    this.#changed()
  }

  #changed(): void {
    this.#view = undefined
    this.#events.emit('change')
  }

  /** Nothing goes out of a room that was left or closed. */
  #assertOpen(what: string): void {
    if (this.#status === 'left' || this.#status === 'failed')
      throw this.#error ?? unable(what, 'closed', 'the room was left')
  }
}

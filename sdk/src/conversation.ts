/**
 * A room's messages as they are shown: the committed log, the user's pending changes on top of it, and what is unread.
 * Membership and the other members belong to room.ts.
 */
import type { Random } from './backoff.js'
import { checkDraft } from './draft.js'
import type { Emitter } from './emitter.js'
import { unable, type ChatError } from './errors.js'
import { LiveLog } from './log/live-log.js'
import { afterStep, NOTHING_READ } from './log/read-mark.js'
import { lastSeq, newsOf, type Step } from './log/room-log.js'
import { changeRefusal, type ChangeRefusal } from './may-change.js'
import type { Entry } from './outbox/entry.js'
import { verbOf, type Ask } from './outbox/kinds.js'
import { Outbox } from './outbox/outbox.js'
import { overlay } from './outbox/overlay.js'
import type { Capability, MessageChange, User } from './protocol/index.js'
import type { Session } from './session.js'
import type { Storage } from './storage.js'
import type { Draft, Message, RoomEvents } from './types.js'

const SEND = 'send message'
const CHANGE = 'change message'

export interface ConversationParts {
  room: string
  session: Session
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request: Ask
  events: Emitter<RoomEvents>
  capabilities(): readonly Capability[]
  /** Throws when nothing can be sent any more. */
  assertOpen(what: string): void
  /** Nothing was shown before, so this part is not news. */
  isBeginning(): boolean
  /** The log changed; this many new messages came from others. */
  took(newOfOthers: number): void
  changed(): void
  /** The server does not count us as a member. */
  notJoined(): void
  /** The log is no longer available to us. */
  failed(error: ChatError): void
}

export class Conversation {
  readonly log: LiveLog
  readonly outbox: Outbox
  readonly #parts: ConversationParts
  #view: readonly Message[] | undefined
  #mark = NOTHING_READ

  constructor(parts: ConversationParts) {
    this.#parts = parts
    const { notJoined, failed } = parts
    const changed = () => this.#changed()
    this.log = new LiveLog({ ...parts, took: (step) => this.#took(step), grew: changed, notJoined, failed })
    this.outbox = new Outbox({
      ...parts,
      acked: ({ epoch, rev }) => {
        this.outbox.absorb(this.log.state, [])
        this.log.takeAck(epoch, rev)
      },
      failed: (entry, error) => this.#changeFailed(entry, error),
      notJoined,
      changed,
    })
  }

  get messages(): readonly Message[] {
    return (this.#view ??= overlay(this.log.state.messages.toArray<Message>(), this.outbox.entries))
  }
  get unread(): number {
    return this.#mark.unread
  }
  get readSeq(): number {
    return this.#mark.seq
  }

  markRead(): void {
    // The user's own messages since then have already moved the mark.
    if (!this.unread) return
    this.#mark = { seq: lastSeq(this.log.state), unread: 0 }
    this.#changed()
  }

  async send(input: string | Draft): Promise<Message> {
    const { session, assertOpen } = this.#parts
    const draft = checkDraft(input, session.limits)
    assertOpen(SEND)
    return this.#sent(this.outbox.add({ kind: 'message.created', ...draft }, this.#author(SEND)))
  }

  async retry(id: string): Promise<Message> {
    this.#parts.assertOpen('retry message')
    return this.#sent(this.outbox.retry(id))
  }

  /**
   * A message that is not shown may be changed as well, by id: the server knows it.
   * @param make may throw, for a caller's mistake
   */
  async change(make: () => MessageChange): Promise<Message | undefined> {
    const change = make()
    const { message: id } = change
    if (typeof id !== 'string' || !id) throw unable(CHANGE, 'invalid_request', 'id must be that of a message')
    this.#parts.assertOpen(CHANGE)
    const by = this.#author(CHANGE)
    const message = this.#shown(id)
    const code = message && this.#refusal(change.kind, message)
    if (code) throw unable(CHANGE, code, code.replaceAll('_', ' '))
    await this.outbox.add(change, by)
    return this.#shown(id)
  }

  mayChange(kind: MessageChange['kind'], message: Message): boolean {
    return !this.#refusal(kind, message)
  }

  /** Another person will read and write here. */
  forget(): void {
    const wasShown = this.log.state.epoch !== ''
    this.log.forget()
    this.outbox.clear('user_changed', 'somebody else uses the chat now')
    this.#mark = NOTHING_READ
    this.#view = undefined
    if (wasShown) this.#parts.events.emit('reset', { reason: 'user' })
    this.#changed()
  }

  async #sent(promise: ReturnType<Outbox['retry']>): Promise<Message> {
    const { row, rev } = (await promise)!
    // Without a row another tab has sent it, and what was left was an edit.
    return row ?? this.messages.findLast((message) => message.rev === rev)!
  }

  #refusal(kind: MessageChange['kind'], message: Message): ChangeRefusal | undefined {
    const { session, capabilities } = this.#parts
    return changeRefusal(kind, message, session, capabilities())
  }

  #author(what: string): User {
    const { me } = this.#parts.session
    if (!me) throw unable(what, 'offline', 'not connected')
    return me
  }

  #shown(id: string): Message | undefined {
    return this.messages.findLast((message) => message.id === id)
  }

  #changeFailed({ change }: Entry, error: ChatError): void {
    if (!('message' in change)) return
    const { kind: _, message: id, ...made } = change
    this.#parts.events.emit('message-change-failed', { id, change: verbOf(change), ...made, error })
  }

  #took(step: Step): void {
    const { log, changed, isReplaced, reset } = step
    const { events, session, isBeginning, took } = this.#parts
    const myId = session.me?.id
    if (reset) this.outbox.forgetAcked()
    this.outbox.absorb(log, isReplaced ? log.messages.toArray() : changed.map(({ current }) => current))
    this.#mark = afterStep(this.#mark, step, !!reset || isBeginning(), myId)
    this.#view = undefined
    if (reset) events.emit('reset', { reason: reset })
    for (const { current, previous } of changed) {
      if (previous) events.emit('message-changed', { current, previous })
      else if (!current.deleted) events.emit('message', current)
    }
    took(newsOf(step).filter(({ user }) => user.id !== myId).length)
  }

  #changed(): void {
    this.#view = undefined
    this.#parts.changed()
  }
}

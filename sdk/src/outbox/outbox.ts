/**
 * One room's unsent messages: shown at once, stored until committed, sent strictly in order with one request in
 * flight (P3 makes repeating safe). Its entries are of one author, who is on the connection. Owns the entries, their
 * stored copies and the retry timer.
 */
import { retryDelayMs, type Random } from '../backoff.js'
import { deferred } from '../deferred.js'
import { byteLength, type CheckedDraft } from '../draft.js'
import { ChatError, isFinal, unable } from '../errors.js'
import { newMessageId } from '../message-id.js'
import type { Committed } from '../log/message-window.js'
import { entriesOf } from './outbox-keys.js'
import type {
  ErrorCode,
  RequestName,
  RequestOf,
  ResultOf,
  SendResult,
  User,
  WireError,
} from '../protocol/index.js'
import type { Storage } from '../storage.js'
import type { Message } from '../types.js'

/** Of those that wait, beyond which no more are taken; and of those that failed, beyond which the oldest are dropped. */
const MAX_MESSAGES = 100
const MAX_BYTES = 256 * 1024
/** A message that waited longer is shown as failed: nobody expects it to go out by itself any more. */
const MAX_AGE_MS = 24 * 3_600_000
/** A proxy that dislikes a message ends the connection it is sent over: so often, in a row, and so soon after. */
const MAX_ENDINGS = 5
const ENDS_SOON_MS = 2_000
/** Beyond the end of a rate's window. */
const RATE_SPREAD_MS = 250

interface Entry {
  message: Message
  readonly draft: CheckedDraft
  readonly bytes: number
  readonly key: string
  /** How often in a row the connection ended when it was sent. */
  endings: number
  resolve(message: Message): void
  reject(error: ChatError): void
}

interface StoredEntry extends CheckedDraft {
  at: number
  error?: WireError
}

export interface OutboxParts {
  room: string
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** Committed; the room's log may not have it yet. */
  acked(result: SendResult): void
  /** The server does not count us in the room. */
  notJoined(): void
  changed(): void
}

export class Outbox {
  readonly #parts: OutboxParts
  #entries: readonly Entry[] = []
  #isOpen = false
  #inFlight: Entry | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /** Pending, failed, and acked ones the log does not show yet, in the order they were written. */
  get messages(): Message[] {
    return this.#entries.map((entry) => entry.message)
  }

  /** @throws ChatError `outbox_full` */
  add(draft: CheckedDraft, user: User): Promise<Message> {
    const bytes = byteLength(JSON.stringify(draft))
    if (!this.#hasRoomFor(bytes)) throw full('send message')
    const message: Message = {
      ...draft,
      id: newMessageId(),
      seq: undefined,
      rev: undefined,
      at: Date.now(),
      user,
      state: 'pending',
    }
    const entry: Entry = { message, draft, bytes, key: this.#entriesOf(user) + message.id, ...NEW }
    const promise = promised(entry)
    this.#store(entry)
    this.#set([...this.#entries, entry])
    this.#pump()
    return promise
  }

  /** Messages a former page left behind, before those written meanwhile. */
  restore(user: User): void {
    const { storage } = this.#parts
    const prefix = this.#entriesOf(user)
    const restored: Entry[] = []
    for (const key of storage.keys(prefix).sort()) {
      const id = key.slice(prefix.length)
      if (this.#entries.some((entry) => entry.message.id === id)) continue
      try {
        const stored = JSON.parse(storage.get(key)!) as StoredEntry
        restored.push(restoredEntry(key, id, user, stored))
      } catch {
        storage.remove(key)
      }
    }
    if (restored.length === 0) return
    this.#set([...restored, ...this.#entries])
    this.#dropOldFailures()
  }

  /** The room is joined: messages go out. */
  resume(): void {
    this.#isOpen = true
    this.#failures = 0
    this.#stopWaiting()
    const endings = this.#find('pending')?.endings ?? 0
    // What may end this connection as well goes alone, after what other rooms have to send.
    if (endings > 1) this.#pumpLater(retryDelayMs(0, this.#parts.random))
    else this.#pump()
  }

  /** No connection, or not in the room. */
  pause(): void {
    this.#isOpen = false
    this.#stopWaiting()
  }

  /** The log is at `rev` and took in `rows`: what it shows is not shown here. */
  absorb(rev: number, rows: readonly Committed[]): void {
    if (this.#entries.length === 0) return
    const byId = new Map(rows.map((row) => [row.id, row]))
    const rest = this.#entries.filter((entry) => {
      const row = byId.get(entry.message.id)
      if (row && entry.message.state !== 'sent') this.#settle(entry, row)
      return !row && !(entry.message.state === 'sent' && entry.message.rev! <= rev)
    })
    if (rest.length < this.#entries.length) this.#entries = rest
  }

  /** Acked ones of a former life of the log. */
  forgetAcked(): void {
    this.#entries = this.#entries.filter((entry) => entry.message.state !== 'sent')
  }

  /** @throws ChatError `invalid_request`, `outbox_full` */
  retry(id: string): Promise<Message> {
    const entry = this.#find('failed', id)
    if (!entry) throw unable('retry message', 'invalid_request', 'no failed message has this id')
    if (!this.#hasRoomFor(entry.bytes)) throw full('retry message')
    const promise = promised(entry)
    entry.endings = 0
    this.#update(entry, { state: 'pending', error: undefined })
    this.#store(entry)
    this.#pump()
    return promise
  }

  discard(id: string): void {
    const entry = this.#find('failed', id) ?? this.#find('pending', id)
    if (!entry) return
    this.#remove([entry])
    entry.reject(unable('send message', 'closed', 'it was discarded'))
  }

  /** The room refuses us: nothing that waits will go out. */
  fail(error: ChatError): void {
    this.pause()
    for (const entry of this.#entries) if (entry.message.state === 'pending') this.#fail(entry, error)
  }

  /** Nothing of it is shown or sent any more. Stored copies stay, for their author's next visit. */
  clear(error: ChatError): void {
    this.pause()
    const entries = this.#entries
    this.#entries = []
    for (const entry of entries) if (entry.message.state === 'pending') entry.reject(error)
  }

  #pump(): void {
    if (!this.#isOpen || this.#inFlight || this.#timer) return
    const entry = this.#find('pending')
    if (!entry) return
    const sentAt = Date.now()
    this.#inFlight = entry
    void this.#request(entry.message)
      .then(
        (result) => this.#acked(entry, result),
        (error: ChatError) => this.#refused(entry, error, Date.now() - sentAt),
      )
      .then(() => {
        this.#inFlight = undefined
        this.#pump()
      })
  }

  #request({ id, text, replyTo, meta }: Message): Promise<SendResult> {
    const { room, request } = this.#parts
    return request('message:send', {
      room,
      id,
      text,
      ...(replyTo !== undefined && { replyTo }),
      ...(meta && { meta }),
    })
  }

  #acked(entry: Entry, result: SendResult): void {
    this.#failures = 0
    // Also when the room was left meanwhile: it must not come back as unsent.
    this.#parts.storage.remove(entry.key)
    // The room's own frame may have brought it before the ack.
    if (!this.#entries.includes(entry)) return
    this.#settle(entry, { ...result.message, state: 'sent' })
    this.#parts.acked(result)
    this.#parts.changed()
  }

  #refused(entry: Entry, error: ChatError, afterMs: number): void {
    if (!this.#entries.includes(entry)) return
    entry.endings = error.code === 'offline' && afterMs < ENDS_SOON_MS ? entry.endings + 1 : 0
    if (entry.endings === MAX_ENDINGS)
      error = givenUp(error.code, 'the connection ended each time it was sent')
    if (error.code !== 'not_joined' && (isFinal(error) || isTooOld(entry.message.at)))
      return this.#fail(entry, error)
    this.#update(entry, { error })
    if (!this.#isOpen) return
    if (error.code === 'not_joined') return this.#parts.notJoined()
    // A window has a known end, and mostly one person waits for it; else it is a herd that waits for a server.
    const spreadMs = error.code === 'rate_limited' ? RATE_SPREAD_MS : undefined
    const delayMs = retryDelayMs(this.#failures++, this.#parts.random, error.retryAfterMs, spreadMs)
    this.#pumpLater(delayMs)
  }

  #pumpLater(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#pump()
    }, delayMs)
  }

  #settle(entry: Entry, message: Committed): void {
    entry.message = message
    this.#parts.storage.remove(entry.key)
    entry.resolve(message)
  }

  #fail(entry: Entry, error: ChatError): void {
    this.#update(entry, { state: 'failed', error })
    this.#store(entry)
    entry.reject(error)
    this.#dropOldFailures()
  }

  #hasRoomFor(bytes: number): boolean {
    const waiting = this.#entries.filter(({ message }) => message.state !== 'failed')
    return waiting.length < MAX_MESSAGES && bytesOf(waiting) + bytes <= MAX_BYTES
  }

  #dropOldFailures(): void {
    const failed = this.#entries.filter(({ message }) => message.state === 'failed')
    let kept = failed.slice(-MAX_MESSAGES)
    while (bytesOf(kept) > MAX_BYTES) kept = kept.slice(1)
    if (kept.length < failed.length) this.#remove(failed.slice(0, failed.length - kept.length))
  }

  #remove(entries: readonly Entry[]): void {
    for (const { key } of entries) this.#parts.storage.remove(key)
    this.#set(this.#entries.filter((entry) => !entries.includes(entry)))
  }

  #find(state: Message['state'], id?: string): Entry | undefined {
    return this.#entries.find(({ message }) => message.state === state && (!id || message.id === id))
  }

  #update(entry: Entry, change: { state?: Message['state']; error: ChatError | undefined }): void {
    const { error: _, ...rest } = entry.message
    const { error, ...state } = change
    entry.message = { ...rest, ...state, ...(error && { error }) }
    this.#parts.changed()
  }

  #set(entries: readonly Entry[]): void {
    this.#entries = entries
    this.#parts.changed()
  }

  #entriesOf(user: User): string {
    return entriesOf(this.#parts.scope, user.id, this.#parts.room)
  }

  #store({ key, draft, message: { at, state, error } }: Entry): void {
    const { code, message, retryable } = error ?? {}
    const stored = { ...draft, at, ...(state === 'failed' && { error: { code, message, retryable } }) }
    this.#parts.storage.set(key, JSON.stringify(stored))
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

const isTooOld = (at: number): boolean => Date.now() - at > MAX_AGE_MS
const bytesOf = (entries: readonly Entry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0)

const full = (what: string): ChatError => unable(what, 'outbox_full', 'too many messages wait')

const givenUp = (code: ErrorCode, reason: string): ChatError =>
  new ChatError(code, `unable to send message; ${reason}`, { retryable: false })

/** An entry nobody waits for. */
const NEW = { endings: 0, resolve() {}, reject() {} }

const promised = (entry: Entry): Promise<Message> => Object.assign(entry, deferred<Message>()).promise

function restoredEntry(key: string, id: string, user: User, { at, error, ...draft }: StoredEntry): Entry {
  const reason = error
    ? ChatError.fromWire(error)
    : isTooOld(at)
      ? givenUp('timeout', 'it waited for more than a day')
      : undefined
  return {
    message: {
      ...draft,
      id,
      seq: undefined,
      rev: undefined,
      at,
      user,
      state: reason ? 'failed' : 'pending',
      ...(reason && { error: reason }),
    },
    draft,
    bytes: byteLength(JSON.stringify(draft)),
    key,
    ...NEW,
  }
}

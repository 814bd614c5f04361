/**
 * One room's changes that the log does not show yet: stored until committed, sent strictly in order with one request in
 * flight (P3 makes repeating safe). Its entries are of one author, who is on the connection. Knows no kind of change
 * (kinds.ts does). Owns the entries, their stored copies and the retry timer.
 */
import { retryDelayMs, type Random } from '../backoff.js'
import { deferred, type Deferred } from '../deferred.js'
import { ChatError, isFinal, unable } from '../errors.js'
import { handled } from '../handled.js'
import { newMessageId } from '../message-id.js'
import type { Committed } from '../message.js'
import type { ErrorCode, User } from '../protocol/index.js'
import type { Storage } from '../storage.js'
import { bytesOf, fromStored, renewed, targetOf, toStored, type Entry } from './entry.js'
import type { OwnChange } from './kind.js'
import { commit, merged, type Ask, type Commit } from './kinds.js'
import { entriesOf } from './outbox-keys.js'

/** Of those that wait, beyond which no more are taken; and of those that failed, beyond which the oldest are dropped. */
const MAX_ENTRIES = 100
const MAX_BYTES = 256 * 1024
/** What waited longer fails: nobody expects it to go out by itself any more. */
const MAX_AGE_MS = 24 * 3_600_000
/** A proxy that dislikes a text ends the connection it is sent over: so often, in a row, and so soon after. */
const MAX_ENDINGS = 5
const ENDS_SOON_MS = 2_000
/** Beyond the end of a rate's window. */
const RATE_SPREAD_MS = 250
/** Answers after which it is certain that nothing was committed. */
const CERTAIN_CODES: readonly ErrorCode[] = ['rate_limited', 'overloaded', 'not_joined']

/** An entry and how it goes out. */
interface Waiting {
  entry: Entry
  readonly key: string
  bytes: number
  /** As it was read or written last: another tab with the same entry may have written it since. */
  stored?: string
  /** Settles when the change is committed; with nothing where it came to nothing before it went out. */
  promised: Deferred<Commit | undefined>
  /** It may be with the server: what it is must not change any more. */
  isOut: boolean
  /** A former page left it too long ago: it is not sent any more. */
  isLate?: boolean
  /** How often in a row the connection ended when it was sent. */
  endings: number
}

export interface OutboxParts {
  room: string
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request: Ask
  /** Committed; the room's log may not have it yet. */
  acked(commit: Commit): void
  /** A change to a message will not be made, and is not here any more. */
  failed(entry: Entry, error: ChatError): void
  /** The server does not count us in the room. */
  notJoined(): void
  changed(): void
}

export class Outbox {
  readonly #parts: OutboxParts
  #waiting: readonly Waiting[] = []
  #isOpen = false
  #inFlight: Waiting | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  /** Pending, failed, and acked ones the log does not show yet, in the order they were made. */
  get entries(): readonly Entry[] {
    return this.#waiting.map(({ entry }) => entry)
  }

  /**
   * Joined with what waits already about the same message, if that has not gone out yet.
   * @throws ChatError `outbox_full`
   */
  add(change: OwnChange, by: User): Promise<Commit | undefined> {
    const entry: Entry = { id: newMessageId(), change, at: Date.now(), by, state: 'pending' }
    const target = targetOf(entry)
    const about = target === undefined ? [] : this.#about(target)
    const [first] = about
    const last = about.at(-1)
    const whole = (waiting = last) =>
      waiting && !waiting.isOut ? merged(waiting.entry.change, change) : undefined
    if (target !== undefined && whole(first) === null) {
      this.discard(target)
      return Promise.resolve(undefined)
    }
    const joined = whole()
    if (last && joined)
      return this.#again(last, { ...last.entry, change: joined, rewritten: true }, doing(entry))
    const waiting: Waiting = { ...this.#unsent(entry), isOut: false }
    this.#assertRoomFor(waiting.bytes, doing(entry))
    this.#store(waiting)
    this.#set([...this.#waiting, waiting])
    this.#pump()
    return waiting.promised.promise
  }

  /** What a former page left behind, before what was made meanwhile. */
  restore(by: User): void {
    const { storage } = this.#parts
    const prefix = this.#keyOf(by)
    const restored: Waiting[] = []
    for (const key of storage.keys(prefix).sort()) {
      const id = key.slice(prefix.length)
      if (this.#waiting.some(({ entry }) => entry.id === id)) continue
      try {
        const stored = storage.get(key)!
        const entry = fromStored(id, by, stored)
        restored.push({ ...this.#unsent(entry), stored, isLate: isTooOld(entry) })
      } catch {
        storage.remove(key)
      }
    }
    if (restored.length === 0) return
    this.#set([...restored, ...this.#waiting])
    this.#dropOldFailures()
  }

  /** The room is joined: what waits goes out. */
  resume(): void {
    this.#isOpen = true
    this.#failures = 0
    this.#stopWaiting()
    const next = this.#next()
    // What may end this connection as well goes alone, after what other rooms have to send.
    if (next && next.endings > 1) this.#pumpLater(retryDelayMs(0, this.#parts.random))
    // Nobody can listen yet to how it ends.
    else if (next?.isLate) this.#pumpLater(0)
    else this.#pump()
  }

  /** No connection, or not in the room. */
  pause(): void {
    this.#isOpen = false
    this.#stopWaiting()
  }

  /** The log is at `rev` and took in `rows`: what it shows is not shown here. */
  absorb({ epoch, rev }: Omit<Commit, 'row'>, rows: readonly Committed[]): void {
    if (this.#waiting.length === 0) return
    const byId = new Map(rows.map((row) => [row.id, row]))
    this.#waiting = this.#waiting.flatMap((waiting) => {
      const { entry } = waiting
      const row = targetOf(entry) ? undefined : byId.get(entry.id)
      if (!row) return entry.state === 'committed' && entry.commit.rev <= rev ? [] : waiting
      const left = isFormer(row, waiting) ? this.#renewed(waiting, promise()) : []
      if (entry.state !== 'committed') this.#settle(waiting, { epoch, rev: row.rev, row })
      return left
    })
    this.#pump()
  }

  /** Acked entries of a former epoch. */
  forgetAcked(): void {
    this.#waiting = this.#waiting.filter(({ entry }) => entry.state !== 'committed')
  }

  /** @throws ChatError `invalid_request`, `outbox_full` */
  retry(id: string): Promise<Commit | undefined> {
    const waiting = this.#waiting.find(({ entry }) => entry.id === id && entry.state === 'failed')
    if (!waiting) throw unable('retry message', 'invalid_request', 'no failed message has this id')
    return this.#again(waiting, waiting.entry, 'retry message')
  }

  /** Gives up a message that is not committed, or what waits to be done to one. */
  discard(id: string): void {
    const gone = this.#about(id)
    if (gone.length === 0) return
    this.#remove(gone)
    for (const { entry, promised } of gone)
      promised.reject(unable(doing(entry), 'closed', 'it was discarded'))
  }

  /** The room refuses us: nothing that waits will go out. */
  fail(error: ChatError): void {
    this.pause()
    for (const waiting of this.#waiting) if (waiting.entry.state === 'pending') this.#fail(waiting, error)
  }

  /** Nothing of it is shown or sent any more. Stored copies stay, for their author's next visit. */
  clear(code: ErrorCode, reason: string): void {
    this.pause()
    const waiting = this.#waiting
    this.#waiting = []
    for (const { entry, promised } of waiting)
      if (entry.state === 'pending') promised.reject(unable(doing(entry), code, reason))
  }

  /** What waits or failed, from the beginning, maybe as another change. */
  #again(
    waiting: Waiting,
    { id, change, at, by, rewritten }: Entry,
    what: string,
  ): Promise<Commit | undefined> {
    const bytes = bytesOf(change)
    this.#assertRoomFor(bytes, what, waiting)
    // Who waited for the former one was answered.
    if (waiting.entry.state === 'failed') waiting.promised = promise()
    waiting.endings = 0
    waiting.isLate = false
    waiting.bytes = bytes
    const entry: Entry = { id, change, at, by, state: 'pending', ...(rewritten && { rewritten }) }
    this.#update(waiting, entry)
    this.#store(waiting)
    this.#pump()
    return waiting.promised.promise
  }

  #pump(): void {
    if (!this.#isOpen || this.#inFlight || this.#timer) return
    const waiting = this.#next()
    if (!waiting) return
    const { room, request } = this.#parts
    const { entry } = waiting
    const sentAt = Date.now()
    const asked = waiting.isLate
      ? Promise.reject(givenUp(entry, 'timeout', 'it waited for more than a day'))
      : commit(request, room, entry.id, entry.change)
    this.#inFlight = waiting
    waiting.isOut = true
    void asked
      .then(
        (commit) => this.#acked(waiting, commit),
        (error: ChatError) => this.#refused(waiting, error, Date.now() - sentAt),
      )
      .then(() => {
        this.#inFlight = undefined
        this.#pump()
      })
  }

  #next(): Waiting | undefined {
    return this.#waiting.find(({ entry }) => entry.state === 'pending')
  }

  #acked(waiting: Waiting, commit: Commit): void {
    this.#failures = 0
    // Also when the room was left meanwhile: it must not come back as unsent.
    this.#unstore(waiting)
    // The room's own frame may have brought it before the ack.
    if (!this.#waiting.includes(waiting)) return
    this.#settle(waiting, commit)
    this.#parts.acked(commit)
    this.#parts.changed()
  }

  #refused(waiting: Waiting, error: ChatError, afterMs: number): void {
    if (!this.#waiting.includes(waiting)) return
    const { entry } = waiting
    if (entry.rewritten && isConflict(error)) {
      const left = this.#renewed(waiting, waiting.promised)
      this.#set(this.#waiting.map((each) => (each === waiting ? left : each)))
      return this.#unstore(waiting)
    }
    waiting.isOut = !CERTAIN_CODES.includes(error.code)
    waiting.endings = error.code === 'offline' && afterMs < ENDS_SOON_MS ? waiting.endings + 1 : 0
    if (waiting.endings === MAX_ENDINGS)
      error = givenUp(entry, error.code, 'the connection ended each time it was sent')
    if (error.code !== 'not_joined' && (isFinal(error) || isTooOld(entry))) return this.#fail(waiting, error)
    this.#update(waiting, { ...entry, state: 'pending', error })
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

  #renewed(waiting: Waiting, promised: Waiting['promised']): Waiting {
    const entry = renewed(waiting.entry, newMessageId())
    const left: Waiting = { ...this.#unsent(entry), promised, isOut: false }
    this.#store(left)
    return left
  }

  #settle(waiting: Waiting, commit: Commit): void {
    waiting.entry = { ...waiting.entry, state: 'committed', commit }
    this.#unstore(waiting)
    waiting.promised.resolve(commit)
  }

  /** A message stays, to be sent again or discarded; a change to one goes, and what it would have changed is as it was. */
  #fail(waiting: Waiting, error: ChatError): void {
    const { entry } = waiting
    if (targetOf(entry)) {
      this.#remove([waiting])
      this.#parts.failed(entry, error)
    } else this.#failMessage(waiting, entry, error)
    waiting.promised.reject(error)
  }

  /** What was to be done to it is done here: it was never committed. After a conflict it may have been, by another tab. */
  #failMessage(waiting: Waiting, entry: Entry, error: ChatError): void {
    const later = isConflict(error) ? [] : this.#about(entry.id).filter((other) => other !== waiting)
    const whole = later.reduce<OwnChange | null>((change, next) => {
      const joined = change && merged(change, next.entry.change)
      return joined === undefined ? change : joined
    }, entry.change)
    this.#remove(whole ? later : [waiting, ...later])
    for (const { promised } of later) {
      if (whole) promised.reject(error)
      else promised.resolve(undefined)
    }
    if (!whole) return
    waiting.isOut = false
    waiting.bytes = bytesOf(whole)
    this.#update(waiting, { ...entry, change: whole, state: 'failed', error })
    this.#store(waiting)
    this.#dropOldFailures()
  }

  /** @throws ChatError `outbox_full` */
  #assertRoomFor(bytes: number, what: string, instead?: Waiting): void {
    const others = this.#waiting.filter((waiting) => waiting.entry.state !== 'failed' && waiting !== instead)
    if (others.length >= MAX_ENTRIES || sumOf(others) + bytes > MAX_BYTES)
      throw unable(what, 'outbox_full', 'too many messages wait')
  }

  #dropOldFailures(): void {
    const failed = this.#waiting.filter(({ entry }) => entry.state === 'failed')
    let kept = failed.slice(-MAX_ENTRIES)
    while (sumOf(kept) > MAX_BYTES) kept = kept.slice(1)
    if (kept.length < failed.length) this.#remove(failed.slice(0, failed.length - kept.length))
  }

  #remove(gone: readonly Waiting[]): void {
    for (const waiting of gone) this.#unstore(waiting)
    this.#set(this.#waiting.filter((waiting) => !gone.includes(waiting)))
  }

  /** What is not committed of a message: its creation, and changes to it. */
  #about(id: string): Waiting[] {
    return this.#waiting.filter(
      ({ entry }) => (entry.id === id || targetOf(entry) === id) && entry.state !== 'committed',
    )
  }

  #update(waiting: Waiting, entry: Entry): void {
    waiting.entry = entry
    this.#parts.changed()
  }

  #set(waiting: readonly Waiting[]): void {
    this.#waiting = waiting
    this.#parts.changed()
  }

  #unsent(entry: Entry): Waiting {
    const key = this.#keyOf(entry.by) + entry.id
    // What a former page left may have gone out from there.
    const isOut = entry.state === 'pending'
    return { entry, key, bytes: bytesOf(entry.change), promised: promise(), isOut, endings: 0 }
  }

  #keyOf(by: User): string {
    return entriesOf(this.#parts.scope, by.id, this.#parts.room)
  }

  #store(waiting: Waiting): void {
    waiting.stored = toStored(waiting.entry)
    this.#parts.storage.set(waiting.key, waiting.stored)
  }

  /** What another tab has made of it since stays. */
  #unstore({ key, stored }: Waiting): void {
    const { storage } = this.#parts
    if (storage.get(key) === stored) storage.remove(key)
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** Ids are unique: another tab that had stored it, or found it stored, has sent it as it was then. */
const isConflict = ({ code }: ChatError): boolean => code.endsWith('_conflict')

/** Whether the row is what the entry was before it was rewritten. What was edited since may be what was sent from here. */
const isFormer = ({ text, editedAt, deleted }: Committed, { entry, isOut }: Waiting): boolean =>
  !!entry.rewritten &&
  !deleted &&
  !(isOut && editedAt) &&
  'text' in entry.change &&
  entry.change.text !== text

const isTooOld = ({ at }: Entry): boolean => Date.now() - at > MAX_AGE_MS
const sumOf = (all: readonly Waiting[]): number => all.reduce((sum, { bytes }) => sum + bytes, 0)

/** Nobody may wait for it, and then it ends no program. */
function promise(): Waiting['promised'] {
  const promised = deferred<Commit | undefined>()
  void handled(promised.promise)
  return promised
}

/** What an error says that it was unable to do. */
const doing = (entry: Entry): string => (targetOf(entry) ? 'change message' : 'send message')

const givenUp = (entry: Entry, code: ErrorCode, reason: string): ChatError =>
  new ChatError(code, `unable to ${doing(entry)}; ${reason}`, { retryable: false })

/**
 * A room's log on a live connection: passes on what arrives and asks for what is missing (catch-up, history, the frame
 * that should have followed an ack). The rules are in room-log.ts; room.ts turns each step into events.
 */
import type { Random } from '../backoff.js'
import { CatchUp } from './catch-up.js'
import { isFinal, unable, type ChatError } from '../errors.js'
import type {
  LogPart,
  RequestName,
  RequestOf,
  ResultOf,
  RoomChanged,
  RoomHead,
  User,
} from '../protocol/index.js'
import { ownFrame } from '../message.js'
import * as logs from './room-log.js'

/** How long the frame of an acked message may take before its absence counts as a gap. */
const ACK_FRAME_GRACE_MS = 1_000
/**
 * The same for a frame that was overtaken by a later one: longer than two nodes need, yet short for readers while Redis
 * is down.
 */
const OVERTAKEN_FRAME_GRACE_MS = 25

export interface LiveLogParts {
  room: string
  random: Random
  /** The id of the reader. */
  session: { readonly me: Pick<User, 'id'> | undefined }
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** The log changed. */
  took(step: logs.Step): void
  /** Older messages arrived; nothing is new. */
  grew(): void
  /** The server does not count us as a member. */
  notJoined(): void
  /** The request was refused for good. */
  failed(error: ChatError): void
}

export class LiveLog {
  readonly #parts: LiveLogParts
  readonly #catchUp: CatchUp
  #log = logs.EMPTY_LOG
  #isLive = false
  #loading: Promise<boolean> | undefined
  #ackedRev = 0
  #ackTimer: ReturnType<typeof setTimeout> | undefined
  #holeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: LiveLogParts) {
    this.#parts = parts
    this.#catchUp = new CatchUp({
      random: parts.random,
      isBehind: () => this.#isLive && logs.isBehind(this.#log),
      ask: (isCurrent) => this.#ask(isCurrent),
      failed: (error) => this.#askFailed(error as ChatError),
    })
  }

  get state(): logs.RoomLog {
    return this.#log
  }
  /** Whether this connection has joined the room. */
  get isLive(): boolean {
    return this.#isLive
  }
  /** Nothing is known to be missing. */
  get isWhole(): boolean {
    return this.#isLive && !logs.isBehind(this.#log)
  }

  /** The answer to the join. */
  resume(part: LogPart): void {
    this.#isLive = true
    this.#take(logs.takePart(this.#log, part))
  }

  /** We are out of the room: sends no more requests and ignores pending answers. */
  pause(): void {
    this.#isLive = false
    this.#catchUp.stop()
    clearTimeout(this.#ackTimer)
    clearTimeout(this.#holeTimer)
    this.#ackTimer = this.#holeTimer = undefined
  }

  /** Another person will read here and may not be allowed to see everything the former one saw. */
  forget(): void {
    this.pause()
    this.#log = logs.EMPTY_LOG
    this.#ackedRev = 0
  }

  /** The frames of two nodes arrive in no particular order: when one comes early, the one before it is on its way. */
  takeFrame(frame: RoomChanged): void {
    let step: logs.Step
    try {
      step = logs.takeFrame(this.#log, ownFrame(frame, this.#parts.session.me?.id))
    } catch {
      // Not a frame that any of our servers sends. It counts as lost, so that it neither ends a program nor stops the room.
      if (frame.rev > this.#log.rev) this.takeHead(frame)
      return
    }
    this.#take(step, true)
  }

  takeHead(head: Pick<RoomHead, 'epoch' | 'rev'>): void {
    this.#log = logs.takeHead(this.#log, head)
    this.#catchUp.check()
  }

  /** An ack reports a rev as a head does, but its frame is given a moment to arrive first. */
  takeAck(epoch: string, rev: number): void {
    if (epoch === this.#log.epoch && rev <= this.#log.rev) return
    this.#ackedRev = rev
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined
      this.takeHead({ epoch, rev: this.#ackedRev })
    }, ACK_FRAME_GRACE_MS)
  }

  /** True while there is more. Concurrent calls share one request. */
  loadOlder(count: number, maxCount: number): Promise<boolean> {
    return (this.#loading ??= this.#loadOlder(count, maxCount).finally(() => (this.#loading = undefined)))
  }

  async #loadOlder(count: number, maxCount: number): Promise<boolean> {
    if (!(count >= 1)) throw unable('load history', 'invalid_request', 'count must be at least 1')
    const before = this.#log.messages.firstSeq
    if (!this.#log.hasOlder || !before) return this.#log.hasOlder
    const limit = Math.floor(Math.min(count, maxCount))
    this.#log = logs.expectHistory(this.#log)
    const asked = this.#parts.request('room:history', { room: this.#parts.room, before, limit })
    const page = await asked.catch(() => undefined)
    // Read only now, because the log moved on while the page was on its way.
    this.#log = logs.takeHistory(this.#log, page)
    await asked
    this.#parts.grew()
    this.#catchUp.check()
    return this.#log.hasOlder
  }

  #take(step: logs.Step, isFrame?: boolean): void {
    if (step.log === this.#log) return
    this.#log = step.log
    this.#parts.took(step)
    if (!isFrame || !logs.isBehind(step.log)) return this.#catchUp.check()
    this.#holeTimer ??= setTimeout(() => {
      this.#holeTimer = undefined
      this.#catchUp.check()
    }, OVERTAKEN_FRAME_GRACE_MS)
  }

  async #ask(isCurrent: () => boolean): Promise<boolean> {
    const from = logs.since(this.#log)!
    const { log: part } = await this.#parts.request('room:sync', { room: this.#parts.room, ...from })
    if (!isCurrent()) return false
    this.#take(logs.takePart(this.#log, part))
    const now = logs.since(this.#log)!
    return now.epoch !== from.epoch || now.rev > from.rev
  }

  #askFailed(error: ChatError): { retryAfterMs?: number } | undefined {
    if (error.code === 'offline') return
    if (!isFinal(error)) return error
    if (error.code === 'not_joined') this.#parts.notJoined()
    else this.#parts.failed(error)
    return
  }
}

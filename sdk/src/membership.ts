/**
 * Being in a room on this connection: asks to join, again when that may help, leaves. Owns the question that is out
 * and the timer of the next one; hears the answer to the latest question only. What answers mean is room.ts's.
 */
import { retryDelayMs, type Random } from './backoff.js'
import type { ChatError } from './errors.js'
import { noop } from './handled.js'
import type { JoinRequest, JoinResult, RequestName, RequestOf, ResultOf } from './protocol/index.js'

export interface MembershipParts {
  room: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** Where the log ends. */
  since(): JoinRequest['since']
  entered(result: JoinResult): void
  refused(error: ChatError): void
}

export class Membership {
  /** Rooms the server leaves in the same step. */
  switchFrom: readonly string[] = []
  readonly #parts: MembershipParts
  /** A new object for every join sent: answers to an earlier one are not heard. */
  #attempt = {}
  /** Settles with the latest question, well or not. */
  #asked: Promise<unknown> = Promise.resolve()
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(parts: MembershipParts) {
    this.#parts = parts
  }

  async enter(): Promise<void> {
    this.stop()
    const attempt = this.#attempt
    const { room, request, since, entered, refused } = this.#parts
    const from = since()
    const answer = request('room:join', {
      room,
      ...(from && { since: from }),
      ...(this.switchFrom.length > 0 && { leave: [...this.switchFrom] }),
    })
    this.#asked = answer.catch(noop)
    try {
      const result = await answer
      if (attempt !== this.#attempt) return
      this.#failures = 0
      this.switchFrom = []
      entered(result)
    } catch (error) {
      if (attempt === this.#attempt) refused(error as ChatError)
    }
  }

  enterLater(retryAfterMs?: number): void {
    this.stop()
    const delayMs = retryDelayMs(this.#failures++, this.#parts.random, retryAfterMs)
    this.#timer = setTimeout(() => void this.enter(), delayMs)
  }

  /** Neither asks again nor hears what was asked. */
  stop(): void {
    this.#attempt = {}
    clearTimeout(this.#timer)
  }

  /** Not before the join is answered that the server is still at work on: it would overtake it. */
  async leave(): Promise<void> {
    await this.#asked
    await this.#parts.request('room:leave', { room: this.#parts.room })
  }
}

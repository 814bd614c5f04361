/**
 * Membership of a room on this connection: joins, tries again when that may help, and leaves. Owns the pending request
 * and the timer of the next one, and handles only the answer to the latest. room.ts interprets the answers.
 */
import { retryDelayMs, type Random } from './backoff.js'
import type { ChatError } from './errors.js'
import { noop } from './handled.js'
import type { JoinRequest, JoinResult, RequestName, RequestOf, ResultOf } from './protocol/index.js'

export interface MembershipParts {
  room: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** Where the log ends now. */
  since(): JoinRequest['since']
  entered(result: JoinResult): void
  refused(error: ChatError): void
}

export class Membership {
  /** Rooms the server leaves in the same step. */
  switchFrom: readonly string[] = []
  readonly #parts: MembershipParts
  /** A new object for every join sent, so that answers to an earlier one are ignored. */
  #attempt = {}
  /** Settles with the latest request, whether it succeeds or fails. */
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

  /** Stops asking and ignores the pending answer. */
  stop(): void {
    this.#attempt = {}
    clearTimeout(this.#timer)
  }

  /** Waits for the answer to a join that the server is still processing, which the leave would overtake. */
  async leave(): Promise<void> {
    await this.#asked
    await this.#parts.request('room:leave', { room: this.#parts.room })
  }
}

/** One client's connection to the fake server, with the order, delays and copies of a real network. */
import { ChatError } from '../errors.js'
import type { RequestName, User, WireError } from '../protocol/index.js'
import type { Fact, Transport, TransportHandlers } from '../transport.js'

export interface FakeEndpoint {
  latencyMs: number
  ackDelayMs: number
  /** Answers a request, or throws a `WireError`. */
  answer(connection: FakeConnection, name: RequestName, request: unknown): unknown
  closed(connection: FakeConnection): void
}

export class FakeConnection implements Transport {
  me!: User
  readonly rooms = new Set<string>()
  isOpen = true
  /** True: nothing arrives any more in either direction, and neither side is notified. */
  isHalfOpen = false
  readonly #wire: FakeEndpoint
  readonly #handlers: TransportHandlers
  readonly #unanswered = new Set<(error: ChatError) => void>()

  constructor(wire: FakeEndpoint, handlers: TransportHandlers) {
    this.#wire = wire
    this.#handlers = handlers
  }

  deliver(fact: Fact): void {
    const copy = structuredClone(fact)
    this.later(() => this.#handlers.fact(copy))
  }

  request: Transport['request'] = (name, request, timeoutMs) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => settle(() => reject(new ChatError('timeout', `unable to ${name}; no answer in time`))),
        timeoutMs,
      )
      const settle = (end: () => void) => {
        clearTimeout(timer)
        this.#unanswered.delete(fail)
        end()
      }
      const fail = (error: ChatError) => settle(() => reject(error))
      this.#unanswered.add(fail)
      const copy = structuredClone(request)
      this.later(() => {
        const answered = this.#answered(name, copy)
        const give = () =>
          answered.ok
            ? settle(() => resolve(structuredClone(answered) as never))
            : fail(ChatError.fromWire(answered.error))
        if (this.#wire.ackDelayMs > 0) setTimeout(() => this.#ifOpen(give), this.#wire.ackDelayMs)
        else this.later(give)
      })
    })

  /** Ends the connection, which the client notices. */
  drop(error = new ChatError('offline', 'unable to stay connected; the connection was dropped')): void {
    if (!this.isOpen) return
    this.close()
    this.#handlers.down(error)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.#wire.closed(this)
    for (const fail of [...this.#unanswered]) fail(new ChatError('offline', 'unable to ask; disconnected'))
  }

  later(run: () => void): void {
    const arrive = () => this.#ifOpen(run)
    if (this.#wire.latencyMs > 0) setTimeout(arrive, this.#wire.latencyMs)
    else queueMicrotask(arrive)
  }

  #ifOpen(run: () => void): void {
    if (this.isOpen && !this.isHalfOpen) run()
  }

  #answered(name: RequestName, request: unknown): { ok: true } | { ok: false; error: WireError } {
    try {
      return { ok: true, ...(this.#wire.answer(this, name, request) as object) }
    } catch (error) {
      if (error instanceof ChatError) {
        const { code, message, retryable, retryAfterMs } = error
        return {
          ok: false,
          error: { code, message, retryable, ...(retryAfterMs !== undefined && { retryAfterMs }) },
        }
      }
      throw error
    }
  }
}

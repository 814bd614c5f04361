/** Asks the server for what is missing: one request at a time, with backoff when asking does not help. */
import { retryDelayMs, type Random } from '../backoff.js'

type Wait = { retryAfterMs?: number } | 'stop' | undefined

export interface CatchUpParts {
  isBehind(): boolean
  /** Asks once and merges the answer; resolves to whether that made progress. */
  ask(isCurrent: () => boolean): Promise<boolean>
  /** Whether to continue after this failure, and the shortest wait before that. */
  failed(error: unknown): { retryAfterMs?: number } | undefined
  random: Random
}

export class CatchUp {
  readonly #parts: CatchUpParts
  #run = {}
  #isAsking = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #fruitless = 0

  constructor(parts: CatchUpParts) {
    this.#parts = parts
  }

  /** To be called whenever something may be missing. */
  check(): void {
    if (this.#isAsking || this.#timer || !this.#parts.isBehind()) return
    const run = this.#run
    this.#isAsking = true
    void this.#parts
      .ask(() => run === this.#run)
      .then(
        (isFurther): Wait => (isFurther ? undefined : {}),
        (error: unknown): Wait => this.#parts.failed(error) ?? 'stop',
      )
      .then((wait) => {
        if (run !== this.#run) return
        this.#isAsking = false
        if (wait === 'stop') return
        if (!wait) {
          this.#fruitless = 0
          this.check()
        } else if (this.#parts.isBehind()) this.#later(wait.retryAfterMs)
      })
  }

  /** The connection is gone: late answers are ignored. */
  stop(): void {
    this.#run = {}
    this.#isAsking = false
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #later(retryAfterMs?: number): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.check()
      },
      retryDelayMs(this.#fruitless++, this.#parts.random, retryAfterMs),
    )
  }
}

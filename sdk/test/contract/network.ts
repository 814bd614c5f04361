/**
 * The network between a chat and its server, real or not: it can break, lose frames or lose an answer, and records what
 * passes.
 */
import { ChatError } from '../../src/errors.js'
import type { RequestName, RequestOf, ResultOf, RoomChanged } from '../../src/protocol/index.js'
import type { OpenTransport, Transport } from '../../src/transport.js'

const REQUEST_TIMEOUT_MS = 10_000
const WRITES: readonly RequestName[] = ['message:send', 'message:edit', 'message:delete']

export class Network {
  /** Every frame that arrived. */
  readonly frames: RoomChanged[] = []
  #isDown = false
  #framesToLose = 0
  #isAnswerLost = false
  #current: { transport: Transport; end(): void } | undefined

  /** Ends the connection; no new one is made before `heal`. */
  cut(): void {
    this.#isDown = true
    this.#current?.end()
  }

  heal(): void {
    this.#isDown = false
  }

  loseFrames(count: number): void {
    this.#framesToLose = count
  }

  /** The next message, edit or deletion is committed, but the connection ends instead of delivering the answer. */
  loseAnswer(): void {
    this.#isAnswerLost = true
  }

  /** Sends a request directly, bypassing the SDK's checks. */
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>> {
    if (!this.#current) throw new Error('no connection')
    return this.#current.transport.request(name, request, REQUEST_TIMEOUT_MS)
  }

  over(open: OpenTransport): OpenTransport {
    return (options, handlers) => {
      let isOver = false
      const down = (error: ChatError, isSilent?: boolean) => {
        if (isOver) return
        isOver = true
        this.#current = undefined
        handlers.down(error, isSilent)
      }
      if (this.#isDown) {
        queueMicrotask(() => down(new ChatError('server_unreachable', 'unable to connect; no network')))
        return { request: () => Promise.reject(lost()), close: () => (isOver = true) }
      }
      const inner = open(options, {
        fact: (fact) => {
          if (isOver) return
          if (fact.name === 'room:changed') {
            if (this.#framesToLose-- > 0) return
            this.frames.push(fact.fact)
          }
          handlers.fact(fact)
        },
        down,
      })
      const end = () => {
        inner.close()
        down(lost())
      }
      const transport: Transport = {
        request: async (name, request, timeoutMs) => {
          const result = await inner.request(name, request, timeoutMs)
          if (!this.#isAnswerLost || !WRITES.includes(name)) return result
          this.#isAnswerLost = false
          end()
          throw lost()
        },
        close: (isSilent) => {
          isOver = true
          inner.close(isSilent)
        },
      }
      this.#current = { transport, end }
      return transport
    }
  }
}

const lost = () => new ChatError('offline', 'unable to ask; the network is gone')

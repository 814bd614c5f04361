/**
 * Keeps one connection to the server: attempts, waits, refusals, half-open connections. Owns the current transport and
 * its timers. Knows nothing of rooms; identity belongs to session.ts.
 */
import { retryDelayMs, type Random } from './backoff.js'
import { onWake } from './page-hints.js'
import type { AskAccess } from './access.js'
import { afterMove, type ConnectionMove } from './connection-state.js'
import { ChatError, isFinal, unable } from './errors.js'
import { noop } from './handled.js'
import {
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
  type HandshakeAuth,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type SessionOpened,
} from './protocol/index.js'
import type { Fact, OpenTransport, Transport } from './transport.js'
import type { ChatStatus, StatusChange } from './types.js'

/** From the token fetcher's call to the server's greeting; longer than a node's own 10 s for the handshake. */
const ATTEMPT_TIMEOUT_MS = 20_000
const REQUEST_TIMEOUT_MS = 10_000
/** The longest a half-open connection survives the browser's `online`. */
const PROBE_TIMEOUT_MS = 3_000
/** How long the access check may take. */
const ACCESS_TIMEOUT_MS = 5_000
/** Connections shorter than this do not count as a success: a server that greets us and then drops us meets backoff. */
const STABLE_MS = 10_000
/** HANDSHAKE-12: after this many older nodes in a row we assume that no update is in progress. */
const MAX_OLDER_NODES = 12

export interface ConnectionParts {
  open: OpenTransport
  askAccess: AskAccess
  random: Random
  /** The contents of the handshake. Rejects with a `ChatError`. */
  credentials(): Promise<HandshakeAuth>
  /** Whether another attempt with other credentials could help after this refusal. */
  recover(error: ChatError): boolean
  /** False when this connection is for another identity and must be replaced immediately. */
  opened(fact: SessionOpened): boolean
  fact(fact: Fact): void
  status(change: StatusChange<ChatStatus>): void
}

export class Connection {
  readonly #parts: ConnectionParts
  #status: ChatStatus = 'idle'
  #error: ChatError | undefined
  #transport: Transport | undefined
  /** A new object for every attempt, so that late events of an earlier one are ignored. */
  #attempt = {}
  #timer: ReturnType<typeof setTimeout> | undefined
  #retryAt: number | undefined
  /** Consecutive failures since the last stable connection. */
  #failures = 0
  /** Consecutive older nodes since the last connection. */
  #olderNodes = 0
  #openedAt = 0
  #isRecoveryUsed = false
  #isAccessAsked = false
  #accessStop: AbortController | undefined
  #isProbing = false
  #stopWaking: (() => void) | undefined

  constructor(parts: ConnectionParts) {
    this.#parts = parts
  }

  get status(): ChatStatus {
    return this.#status
  }
  get error(): ChatError | undefined {
    return this.#error
  }
  get retryInMs(): number | undefined {
    return this.#retryAt === undefined ? undefined : Math.max(0, this.#retryAt - Date.now())
  }

  /** Starts from `idle`; in any other state the machine is already running, or was refused and waits for `retry`. */
  start(): void {
    if (this.#status === 'idle') this.#connect()
  }

  /** Tries now instead of later. */
  retry(): void {
    if (this.#status !== 'offline' && this.#status !== 'refused') return
    this.#isRecoveryUsed = this.#isAccessAsked = false
    this.#olderNodes = 0
    this.#connect()
  }

  /** Replaces this connection or the attempt under way; a scheduled attempt is left to its timer. */
  replace(): void {
    if (this.#status === 'online' || this.#status === 'connecting') this.#connect()
  }

  request<N extends RequestName>(
    name: N,
    request: RequestOf<N>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<ResultOf<N>> {
    if (this.#status === 'online') return this.#request(name, request, timeoutMs)
    return Promise.reject(unable(name, this.#status === 'closed' ? 'closed' : 'offline', 'not connected'))
  }

  /** No answer in time: the connection may be half open, or a proxy may swallow one direction. */
  async #request<N extends RequestName>(
    name: N,
    request: RequestOf<N>,
    timeoutMs: number,
  ): Promise<ResultOf<N>> {
    const attempt = this.#attempt
    try {
      return await this.#transport!.request(name, request, timeoutMs)
    } catch (error) {
      if ((error as ChatError).code === 'timeout' && attempt === this.#attempt)
        void this.#probe(JSON.stringify(request).length, name.startsWith('room:'))
      throw error
    }
  }

  close(): void {
    this.#drop()
    this.#stopWaking?.()
    this.#accessStop?.abort()
    this.#move('close')
  }

  #connect(): void {
    this.#drop()
    const attempt = this.#attempt
    const ifCurrent =
      <T>(run: (value: T) => void) =>
      (value: T): void => {
        if (attempt === this.#attempt) run(value)
      }
    const down = ifCurrent((error: ChatError) => this.#down(error))
    this.#stopWaking ??= onWake(() => this.#wake())
    this.#timer = setTimeout(() => {
      const reason = this.#transport ? 'no answer in time' : 'no token in time'
      this.#down(unable('connect', 'timeout', reason))
    }, ATTEMPT_TIMEOUT_MS)
    this.#move('start')
    // A listener may have closed the connection.
    if (attempt !== this.#attempt) return
    this.#parts
      .credentials()
      .then(
        ifCurrent((auth) => {
          this.#transport = this.#parts.open({ auth }, { fact: ifCurrent((fact) => this.#fact(fact)), down })
        }),
      )
      .catch(down)
  }

  #fact(fact: Fact): void {
    if (fact.name === 'session:opened') {
      const { protocol = 1 } = fact.fact
      if (!(protocol >= OLDEST_PROTOCOL && protocol <= PROTOCOL_VERSION))
        return this.#down(unable('connect', 'protocol_unsupported', `the server speaks protocol ${protocol}`))
      clearTimeout(this.#timer)
      this.#accessStop?.abort()
      this.#openedAt = Date.now()
      this.#olderNodes = 0
      this.#isAccessAsked = false
      if (this.#parts.opened(fact.fact)) this.#move('opened')
      else this.#connect()
    } else if (fact.name === 'session:closing') {
      // The close follows; acting now keeps a single code path. Unanswered requests are sent again.
      this.#down(ChatError.fromWire(fact.fact.error))
    } else {
      this.#parts.fact(fact)
    }
  }

  #down(error: ChatError): void {
    // Regardless of its `code`: a failure that the server did not report may be temporary.
    if (!(error instanceof ChatError))
      error = new ChatError('internal', 'unable to connect; see the cause', { cause: error })
    // A planned shutdown is not a failure: when nodes restart one after another, every wait is as short as the first.
    const isByPlan = error.code === 'draining' && error.retryAfterMs
    if (this.#status === 'online' && (isByPlan || Date.now() - this.#openedAt > STABLE_MS)) {
      this.#failures = 0
      this.#isRecoveryUsed = false
    }
    this.#drop()
    if (error.code === 'protocol_unsupported' && ++this.#olderNodes >= MAX_OLDER_NODES)
      error = new ChatError(error.code, error.message)
    if (!this.#isRecoveryUsed && this.#parts.recover(error)) {
      this.#isRecoveryUsed = true
      this.#connect()
    } else if (isFinal(error)) {
      this.#move('refused', error)
    } else {
      if (error.code === 'server_unreachable') this.#askAccess()
      this.#wait(error)
    }
  }

  #wait(error: ChatError): void {
    const delayMs = retryDelayMs(this.#failures++, this.#parts.random, error.retryAfterMs)
    this.#retryAt = Date.now() + delayMs
    this.#timer = setTimeout(() => this.#connect(), delayMs)
    this.#move('lost', error)
  }

  /**
   * Once per outage, so that a server that is down does not receive twice the requests. One that answers sets the pace
   * itself.
   */
  #askAccess(): void {
    if (this.#isAccessAsked) return
    this.#isAccessAsked = true
    const stop = (this.#accessStop = new AbortController())
    const timer = setTimeout(() => stop.abort(), ACCESS_TIMEOUT_MS)
    stop.signal.addEventListener('abort', () => clearTimeout(timer))
    void this.#parts.askAccess(stop.signal).then((refusal) => {
      const isTooLate = stop.signal.aborted
      stop.abort()
      if (!refusal || isTooLate) return
      if (!isFinal(refusal)) {
        this.#isAccessAsked = false
        // An attempt under way may still reach a node that accepts us; if it fails, the check runs again.
        if (this.#status !== 'offline') return
      }
      this.#drop()
      if (isFinal(refusal)) this.#move('refused', refusal)
      else this.#wait(refusal)
    })
  }

  #wake(): void {
    if (this.#status === 'offline' && !this.#error?.retryAfterMs) this.#connect()
    if (this.#status === 'online') void this.#probe()
  }

  /**
   * Any answer proves that the connection works, even a refusal; silence means that it is half open and must be
   * replaced.
   * @param length of the unanswered request: the probe is as long, in case only small frames get through
   * @param isPageLost the lost answer may have been big; a probe's answer proves only that small frames come back
   */
  async #probe(length = 0, isPageLost?: boolean): Promise<void> {
    if (this.#isProbing) return
    this.#isProbing = true
    const attempt = this.#attempt
    const room = 'probe'.padEnd(length)
    const code = await this.#transport!.request('typing:stop', { room }, PROBE_TIMEOUT_MS).then(
      noop,
      (error: ChatError) => error.code,
    )
    this.#isProbing = false
    if (attempt !== this.#attempt || !(isPageLost || code === 'timeout')) return
    this.#transport?.close(true)
    this.#connect()
  }

  /** Drops the attempt, the transport and the timer without emitting anything. */
  #drop(): void {
    this.#attempt = {}
    clearTimeout(this.#timer)
    this.#retryAt = undefined
    this.#transport?.close()
    this.#transport = undefined
  }

  #move(move: ConnectionMove, error?: ChatError): void {
    const previous = this.#status
    const current = afterMove(previous, move)
    if (!current) return
    const isNews = current !== previous || error !== this.#error
    this.#status = current
    this.#error = error
    if (isNews) this.#parts.status({ current, previous, ...(error && { error }) })
  }
}

/**
 * Who we are to the server: guest identity, token, name, limits. Says what goes into the handshake, learns from
 * `session:opened`, renews a signed user's token in band before it ends. Owns the refresh timer.
 */
import { retryDelayMs, type Random } from './backoff.js'
import { ChatError, unable } from './errors.js'
import { waitForFirstGuest } from './first-guest.js'
import {
  LIMITS,
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
  type HandshakeAuth,
  type Limits,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type SessionOpened,
  type User,
  type UserRenamed,
} from './protocol/index.js'
import type { Storage } from './storage.js'
import type { ChatOptions, TokenFetcher } from './types.js'

/** Name and version, for the operator; a test holds it to package.json. */
export const CLIENT = 'alcove-sdk/0.1.0'
/** Time for the fetcher, the request and one more try before a token ends. */
const REFRESH_MARGIN_MS = 60_000
/** The bound on refreshing: never more often, whatever lifetime a token claims. */
const MIN_REFRESH_MS = 5_000
/** Longer timers fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

export interface SessionParts {
  options: ChatOptions
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** `me` became known or changed. */
  changed(me: User): void
}

export class Session {
  me: User | undefined
  limits: Limits = LIMITS
  isRenamable: boolean
  readonly #parts: SessionParts
  readonly #guestKey: string
  readonly #nameKey: string
  readonly #fetcher: TokenFetcher | undefined
  /** A name the server has not heard yet. */
  #wish: string | undefined
  /** The name in the last handshake. */
  #saidName: string | undefined
  /** The token in the last handshake, or the one that came after it in its place. */
  #saidToken: string | undefined
  /** A new object when an attempt has ended. */
  #attempt = {}
  #fetching: Promise<string> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Server clock minus local clock. */
  #clockOffsetMs = 0
  #failedRefreshes = 0
  #settled: (() => void) | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { token, user } = parts.options
    this.#guestKey = `alcove:guest:${parts.scope}`
    this.#nameKey = `alcove:name:${parts.scope}`
    this.#fetcher = typeof token === 'function' ? token : undefined
    this.isRenamable = token === undefined
    // A page passes the same name on every visit; only a new one may undo a later `setName`.
    const name = user?.name?.trim()
    if (name && name !== parts.storage.get(this.#nameKey)) this.#wish = name
  }

  async credentials(): Promise<HandshakeAuth> {
    const { options, storage } = this.#parts
    if (options.token === undefined) await this.#guestOfThisPage()
    const token = this.#fetcher ? await this.#fetch() : (options.token ?? storage.get(this.#guestKey))
    this.#saidToken = token as string | undefined
    // A guest's name is in the guest token; that of a signed user whose token names nobody is kept here alone.
    const known = this.me && !this.me.guest && this.isRenamable ? this.me.name : undefined
    const name = (this.#saidName = this.#wish ?? known)
    return {
      protocol: PROTOCOL_VERSION,
      ...(OLDEST_PROTOCOL < PROTOCOL_VERSION && { oldestProtocol: OLDEST_PROTOCOL }),
      app: options.app,
      ...(typeof token === 'string' && { token }),
      ...(name && { name }),
      client: CLIENT,
    }
  }

  async #guestOfThisPage(): Promise<void> {
    const { storage } = this.#parts
    const { shared } = storage
    const attempt = this.#attempt
    // The first may have failed: then one of those who waited is the first.
    while (shared && attempt === this.#attempt && !this.#settled && !storage.get(this.#guestKey)) {
      const turn = waitForFirstGuest(shared, this.#guestKey)
      if ('first' in turn) await turn.first
      else this.#settled = turn.settled
    }
  }

  /** The attempt has ended, well or not: nobody need wait for its guest, nor the next attempt for its token. */
  settled(): void {
    this.#attempt = {}
    this.#fetching = undefined
    this.#settled?.()
    this.#settled = undefined
  }

  opened(fact: SessionOpened): void {
    this.limits = fact.limits
    this.isRenamable = fact.renamable
    this.#clockOffsetMs = fact.serverTime - Date.now()
    this.#adopt(fact)
    this.#scheduleRefresh(fact.expiresAt)
  }

  /** The part of `opened` that asks the server something, once requests go out. */
  online(): void {
    const wish = this.#wish
    if (wish === undefined) return
    this.#wish = undefined
    this.#keepName()
    // Wished for after the handshake was on its way.
    if (wish !== this.#saidName && this.isRenamable) this.setName(wish).catch(() => {})
  }

  /** No connection: a refresh would not get through, and the next handshake brings a token anyway. */
  offline(): void {
    clearTimeout(this.#timer)
    // A refresh under way is not followed by another, nor waited for.
    this.#timer = this.#fetching = undefined
  }

  /** Whether new credentials may help: a fetcher gives a fresh token, a stale guest becomes a new one. */
  recover({ code }: ChatError): boolean {
    if (code !== 'token_expired' && code !== 'token_invalid') return false
    if (this.#parts.options.token !== undefined) return !!this.#fetcher && code === 'token_expired'
    const { storage } = this.#parts
    if (!this.#saidToken) return false
    // Another chat of this browser may have thrown it away already, and have a new one.
    if (storage.get(this.#guestKey) === this.#saidToken) storage.remove(this.#guestKey)
    // The name was the stale guest's; the new one has to be given it again.
    this.#wish ??= this.#parts.options.user?.name?.trim()
    return true
  }

  async setName(name: string): Promise<void> {
    const wish = typeof name === 'string' ? name.trim() : ''
    if (!wish || [...wish].length > this.limits.nameCharacters)
      throw unable('set name', 'name_invalid', `it needs 1 to ${this.limits.nameCharacters} characters`)
    if (!this.isRenamable) throw unable('set name', 'name_fixed', 'it comes from the token')
    try {
      this.renamed(await this.#parts.request('user:rename', { name: wish }))
    } catch (error) {
      if ((error as ChatError).code !== 'offline') throw error
      this.#wish = wish
    }
  }

  /** We have a new name, by our own wish or by another of our connections. */
  renamed(fact: UserRenamed): void {
    this.#adopt(fact)
  }

  #adopt({ me, guestToken }: UserRenamed): void {
    const isNew = JSON.stringify(me) !== JSON.stringify(this.me)
    this.me = me
    if (guestToken) this.#parts.storage.set(this.#guestKey, (this.#saidToken = guestToken))
    if (isNew) this.#parts.changed(me)
  }

  #keepName(): void {
    const name = this.#parts.options.user?.name?.trim()
    if (name && this.me?.guest) this.#parts.storage.set(this.#nameKey, name)
  }

  /** One call at a time; whoever asks meanwhile shares it. */
  #fetch(): Promise<string> {
    const call = (this.#fetching ??= this.#callFetcher().finally(() => {
      if (this.#fetching === call) this.#fetching = undefined
    }))
    return call
  }

  async #callFetcher(): Promise<string> {
    let token: unknown
    try {
      token = await this.#fetcher!()
    } catch (cause) {
      if (cause instanceof ChatError) throw cause
      // The application's own backend may be away as well: try again, later.
      throw new ChatError('token_required', 'unable to connect; the token function failed', {
        retryable: true,
        cause,
      })
    }
    if (typeof token === 'string' && token) return token
    throw unable('connect', 'token_required', 'the token function gave no token')
  }

  #scheduleRefresh(expiresAt: number | undefined): void {
    clearTimeout(this.#timer)
    if (!this.#fetcher || expiresAt === undefined) return
    const lifetimeMs = expiresAt - this.#clockOffsetMs - Date.now()
    const delayMs = Math.max(MIN_REFRESH_MS, lifetimeMs * 0.75, lifetimeMs - REFRESH_MARGIN_MS)
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(delayMs, MAX_TIMER_MS))
  }

  /** A refusal is not the end: the server closes an expired session, and the way back fetches again. */
  async #refresh(): Promise<void> {
    const timer = this.#timer
    try {
      const { me, expiresAt } = await this.#parts.request('session:refresh', { token: await this.#fetch() })
      if (timer !== this.#timer) return
      this.#failedRefreshes = 0
      this.#adopt({ me })
      this.#scheduleRefresh(expiresAt)
    } catch {
      if (timer !== this.#timer) return
      const delayMs = MIN_REFRESH_MS + retryDelayMs(this.#failedRefreshes++, this.#parts.random)
      this.#timer = setTimeout(() => void this.#refresh(), delayMs)
    }
  }
}

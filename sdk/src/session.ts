/**
 * Our identity towards the server: guest or signed user, name, limits. Supplies the handshake, reads `session:opened`,
 * renews a signed user's token in band before it expires, and detects that the person has changed. Owns the refresh
 * timer; the stored guest is in guest-identity.ts.
 */
import { retryDelayMs, type Random } from './backoff.js'
import { onStorageChange, storageChanged } from './page-hints.js'
import { ChatError, unable } from './errors.js'
import { lockFirstGuest, waitForFirstGuest } from './first-guest.js'
import { GuestIdentity } from './guest-identity.js'
import { noop } from './handled.js'
import { kindOf } from './options.js'
import {
  CLIENT_LIMITS,
  OLDEST_PROTOCOL,
  PROTOCOL_VERSION,
  type HandshakeAuth,
  type ClientLimits,
  type RequestName,
  type RequestOf,
  type ResultOf,
  type SessionOpened,
  type User,
  type UserRenamed,
} from './protocol/index.js'
import type { Storage } from './storage.js'
import { comparePersons } from './protocol/token-subject.js'
import type { ChatOptions, TokenFetcher } from './types.js'

/** Name and version, for the operator; a test compares it with package.json. */
export const CLIENT = 'alcove-sdk/0.1.0'
/** Time for the fetcher, the request and one retry before a token expires. */
const REFRESH_MARGIN_MS = 60_000
/** The shortest time between refreshes, whatever lifetime a token claims. */
const MIN_REFRESH_MS = 5_000
/** Timers with a longer delay fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1
/** A bound on adopting another tab's guest, so that even a faulty storage cannot keep a chat offline for ever. */
const MAX_GIVING_WAY = 3
/** After this many failed handshakes in a row, one is sent without the name. */
const NAMELESS_EVERY = 4

export interface SessionParts {
  options: ChatOptions
  storage: Storage
  /** Server and app, for storage keys. */
  scope: string
  random: Random
  request<N extends RequestName>(name: N, request: RequestOf<N>): Promise<ResultOf<N>>
  /** `me` became known or has changed. */
  changed(me: User): void
  /** The person has changed: nothing of the former person may be shown or sent any more. */
  personChanged(): void
  /** The connection belongs to a former identity and has to be replaced. */
  reconnect(): void
}

export class Session {
  me: User | undefined
  limits: ClientLimits = CLIENT_LIMITS
  isRenamable: boolean
  readonly #parts: SessionParts
  readonly #guest: GuestIdentity
  readonly #fetcher: TokenFetcher | undefined
  /** A name the user asked for that the server has not received yet. */
  #wish: string | undefined
  /** The name in the last handshake. */
  #saidName: string | undefined
  /** The number of the next handshake since the last connection; 0 while there is one. */
  #handshake = 1
  /** The token of the last handshake, or the one that has replaced it since. */
  #saidToken: string | undefined
  /** Replaced by a new object when an attempt has ended. */
  #attempt = {}
  /** Consecutive, since the last connection. */
  #gaveWay = 0
  #stopWatching: (() => void) | undefined
  #fetching: Promise<string> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  /** The server's clock minus the local clock. */
  #clockOffsetMs = 0
  #failedRefreshes = 0
  #settled: (() => void) | undefined

  constructor(parts: SessionParts) {
    this.#parts = parts
    const { token } = parts.options
    this.#guest = new GuestIdentity(parts.storage, parts.scope)
    this.#fetcher = typeof token === 'function' ? token : undefined
    this.isRenamable = token === undefined
    const name = this.#pageName
    if (name && this.#guest.isNewName(name)) this.#wish = name
  }

  /** Kept for the case that the guest has to be created again. */
  get #pageName(): string | undefined {
    return this.#parts.options.user?.name?.trim() || undefined
  }

  get #isGuest(): boolean {
    return this.#parts.options.token === undefined
  }

  /** By the server's clock, known from the first session on, also when the clock of the device is set meanwhile. */
  get now(): number {
    return performance.now() + this.#clockOffsetMs
  }

  async credentials(): Promise<HandshakeAuth> {
    const { app } = this.#parts.options
    if (this.#isGuest) {
      this.#stopWatching ??= onStorageChange(() => this.isCurrent())
      if (this.#guest.isLoggedOut) this.#becomeNobody()
      await this.#guestOfThisBrowser()
    }
    const token = this.#isGuest ? this.#guest.token() : await this.#signedToken()
    const person = comparePersons(token, this.#saidToken)
    // The name the former person asked for must not be given to the next.
    if (this.me && person === 'other') this.#wish = undefined
    // A guest's name is in the guest token; that of a signed user whose token has no name is kept only here.
    const known = person === 'same' && !this.me?.guest && this.isRenamable ? this.me?.name : undefined
    this.#wish ??= known ?? (token ? undefined : this.#pageName)
    // A firewall may object to the name and end every connection that starts with it.
    const name = (this.#saidName = this.#handshake++ % NAMELESS_EVERY ? this.#wish : undefined)
    this.#saidToken = token
    return {
      protocol: PROTOCOL_VERSION,
      ...(OLDEST_PROTOCOL < PROTOCOL_VERSION && { oldestProtocol: OLDEST_PROTOCOL }),
      app,
      ...(token && { token }),
      ...(name && { name }),
      client: CLIENT,
    }
  }

  async #signedToken(): Promise<string> {
    return this.#fetcher ? this.#fetch() : (this.#parts.options.token as string)
  }

  /** Waits while another chat in this browser obtains the guest that this one will share. */
  async #guestOfThisBrowser(): Promise<void> {
    const { shared } = this.#parts.storage
    const { key } = this.#guest
    const attempt = this.#attempt
    const isWanted = () => attempt === this.#attempt && !this.#settled && !this.#guest.isKnown
    // The first may have failed: then one of the waiting chats takes its place.
    while (shared && isWanted()) {
      const turn = waitForFirstGuest(shared, key)
      if ('first' in turn) {
        await turn.first
        continue
      }
      const release = await lockFirstGuest(key)
      const settled = () => {
        release()
        turn.settled()
      }
      if (isWanted()) this.#settled = settled
      else settled()
    }
  }

  /** The attempt has ended, successfully or not: nothing waits any longer for its guest or its token. */
  settled(): void {
    this.#attempt = {}
    this.#fetching = undefined
    this.#settled?.()
    this.#settled = undefined
  }

  /** False when another tab was first or has logged out: this connection has to be replaced. */
  opened(fact: SessionOpened): boolean {
    const { guestToken } = fact
    const isOutdated = !!guestToken && (this.#guest.isLoggedOut || this.#guest.isOtherThan(guestToken))
    if (isOutdated && this.#gaveWay++ < MAX_GIVING_WAY) return false
    this.#gaveWay = 0
    this.limits = fact.limits
    this.isRenamable = fact.renamable
    this.#clockOffsetMs = fact.serverTime - performance.now()
    this.#adopt(fact)
    this.#scheduleRefresh(fact.expiresAt)
    return true
  }

  /** The part of `opened` that sends requests, once they can be sent. */
  online(): void {
    const wish = this.#wish
    this.#handshake = 0
    if (wish === undefined) return
    this.#wish = undefined
    const name = this.#pageName
    if (name && this.me?.guest) this.#guest.keepName(name)
    // The name was requested after the handshake had been sent.
    if (wish !== this.#saidName && this.isRenamable) this.setName(wish).catch(noop)
  }

  /** No connection: a refresh would not get through, and the next handshake brings a token anyway. */
  offline(): void {
    this.#handshake ||= 1
    clearTimeout(this.#timer)
    // The chat is over: a refresh under way is neither repeated nor awaited.
    this.#timer = this.#fetching = undefined
  }

  /** The chat is over. */
  close(): void {
    this.offline()
    this.#stopWatching?.()
  }

  /** Forgets the guest of this browser; the next one is new. */
  logout(): void {
    this.#guest.forget()
    if (this.#isGuest) {
      this.#becomeNobody()
      this.#parts.reconnect()
    }
    storageChanged()
  }

  /**
   * False when another tab changed the shared guest: our identity is out of date and the connection is being replaced.
   */
  isCurrent(): boolean {
    if (!this.#isGuest) return true
    const { isLoggedOut } = this.#guest
    if (isLoggedOut) this.#becomeNobody()
    if (!isLoggedOut && !this.#guest.isOtherThan()) return true
    this.#parts.reconnect()
    return false
  }

  #becomeNobody(): void {
    this.#guest.follow()
    const former = this.me
    this.#saidToken = this.me = undefined
    this.#wish = this.#pageName
    if (former) this.#parts.personChanged()
  }

  /**
   * Whether new credentials may help: a fetcher can supply a fresh token, and a stale guest is replaced by a new one.
   */
  recover({ code }: ChatError): boolean {
    if (code !== 'token_expired' && code !== 'token_invalid') return false
    if (!this.#isGuest) return !!this.#fetcher && code === 'token_expired'
    if (!this.#saidToken) return false
    this.#guest.drop(this.#saidToken)
    // The name belonged to the stale guest; the new guest has to receive it again.
    this.#wish ??= this.me?.name ?? this.#pageName
    return true
  }

  async setName(name: string): Promise<void> {
    const wish = typeof name === 'string' ? name.trim() : ''
    if (!wish || [...wish].length > this.limits.nameCharacters)
      throw unable('set name', 'name_invalid', `it needs 1 to ${this.limits.nameCharacters} characters`)
    if (!this.isRenamable) throw unable('set name', 'name_fixed', 'it comes from the token')
    const isAsked = !this.#handshake
    try {
      this.renamed(await this.#parts.request('user:rename', { name: wish }))
    } catch (error) {
      // A firewall that ended the connection over the name would end the next one as well.
      if (isAsked || (error as ChatError).code !== 'offline') throw error
      this.#wish = wish
    }
  }

  /** The user has a new name, set here or on another of the user's connections. */
  renamed(fact: UserRenamed): void {
    this.#adopt(fact)
  }

  #adopt({ me, guestToken }: UserRenamed): void {
    const former = this.me
    this.me = me
    if (guestToken) this.#guest.keep((this.#saidToken = guestToken))
    if (former && former.id !== me.id) this.#parts.personChanged()
    if (JSON.stringify(me) !== JSON.stringify(former)) this.#parts.changed(me)
  }

  /** One call at a time; concurrent callers share its result. */
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
      // The application's own backend may be unavailable as well: try again later.
      throw new ChatError('token_failed', `unable to connect; the token function failed: ${wordsOf(cause)}`, {
        cause,
      })
    }
    if (typeof token === 'string' && token) return token
    // Reports only its type: an invalid token may still be a secret.
    throw unable(
      'connect',
      'token_required',
      `the token function gave no token; what it gave is ${kindOf(token)}`,
    )
  }

  #scheduleRefresh(expiresAt: number | undefined): void {
    clearTimeout(this.#timer)
    if (!this.#fetcher || expiresAt === undefined) return
    const lifetimeMs = expiresAt - this.now
    const delayMs = Math.max(MIN_REFRESH_MS, lifetimeMs * 0.75, lifetimeMs - REFRESH_MARGIN_MS)
    this.#timer = setTimeout(() => void this.#refresh(), Math.min(delayMs, MAX_TIMER_MS))
  }

  /** A refusal is not final: the server closes an expired session, and the reconnect fetches a token again. */
  async #refresh(): Promise<void> {
    const timer = this.#timer
    try {
      const token = await this.#fetch()
      if (timer !== this.#timer) return
      // Another person signed in meanwhile. A connection belongs to one person for its whole life (SESSION-3).
      if (comparePersons(token, this.#saidToken) === 'other') return this.#parts.reconnect()
      const { me, expiresAt } = await this.#parts.request('session:refresh', { token })
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

/** Formats "fetch failed (connect ECONNREFUSED …)": Node puts the actual failure into the cause. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error))
    return typeof cause === 'string' ? cause : `what it threw is ${kindOf(cause)}`
  const { message, name } = cause
  return (message || name) + (cause.cause instanceof Error ? ` (${cause.cause.message})` : '')
}

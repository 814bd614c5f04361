/**
 * The guest of this browser, shared by all its chats with one server and app: the token, the name a page requested, and
 * whether it was logged out. The storage is the source of truth. Never contacts the server.
 */
import { guestEntries } from './outbox/outbox-keys.js'
import type { Storage } from './storage.js'
import { comparePersons } from './protocol/token-subject.js'

/** The characters of a JWT, no longer than the server reads: a larger token would end every connection. */
const TOKEN = /^[\w.=+/-]{1,8192}$/

export class GuestIdentity {
  readonly key: string
  readonly #storage: Storage
  readonly #nameKey: string
  readonly #logoutKey: string
  readonly #entries: string
  /** Kept in memory in case the site clears its storage under an open chat. */
  #token: string | undefined
  /** The last logout in this browser that this chat has processed. */
  #seenLogout: string | undefined

  constructor(storage: Storage, scope: string) {
    this.#storage = storage
    this.key = `alcove:guest:${scope}`
    this.#nameKey = `alcove:name:${scope}`
    this.#logoutKey = `alcove:logout:${scope}`
    this.#entries = guestEntries(scope)
    this.#seenLogout = storage.get(this.#logoutKey)
  }

  get isKnown(): boolean {
    return (this.#token ?? this.#stored) !== undefined
  }

  /** Anything else stored under this key is ignored. */
  get #stored(): string | undefined {
    const stored = this.#storage.get(this.key)
    return TOKEN.test(stored ?? '') ? stored : undefined
  }

  /** The token to send to the server, if there is one; afterwards it is in the storage. */
  token(): string | undefined {
    const stored = this.#stored
    if (stored) this.#token = stored
    else if (this.#token) this.#storage.set(this.key, this.#token)
    return this.#token
  }

  /** The server issued this token for our guest. */
  keep(token: string): void {
    this.#token = token
    this.#storage.set(this.key, token)
  }

  /** The server rejected this token. */
  drop(token: string): void {
    this.#token = undefined
    // Another chat in this browser may already have replaced it.
    if (this.#storage.get(this.key) === token) this.#storage.remove(this.key)
  }

  /** Whether another chat in this browser logged the guest out and this one has not processed it yet. */
  get isLoggedOut(): boolean {
    const logout = this.#storage.get(this.#logoutKey)
    return logout !== undefined && logout !== this.#seenLogout
  }

  /** The stored guest is no longer ours. */
  follow(): void {
    this.#token = undefined
    this.#seenLogout = this.#storage.get(this.#logoutKey)
  }

  /** Whether another tab's guest is a different person from the subject of `token`. */
  isOtherThan(token = this.#token): boolean {
    return comparePersons(this.#stored, token) === 'other'
  }

  /**
   * Forgets the guest for good: token, name and unsent messages are removed. The logout marker stays for tabs that are
   * asleep.
   */
  forget(): void {
    for (const key of [this.key, this.#nameKey, ...this.#storage.keys(this.#entries)])
      this.#storage.remove(key)
    this.#storage.set(this.#logoutKey, `${Date.now()}.${Math.random().toString(36).slice(2)}`)
    this.follow()
  }

  /** A page passes the same name on every visit; only a different one may override a later rename. */
  isNewName(name: string): boolean {
    return name !== this.#storage.get(this.#nameKey)
  }

  keepName(name: string): void {
    this.#storage.set(this.#nameKey, name)
  }
}

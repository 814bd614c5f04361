/**
 * The guest of this browser, as all its chats with one server and app share it: the token, the name a page wished for
 * it, and whether somebody logged it out. Where two answers are possible the storage is right. It never asks the server.
 */
import { guestEntries } from './outbox/outbox-keys.js'
import type { Storage } from './storage.js'
import { comparePersons } from './protocol/token-subject.js'

/** A JWT's characters, and no more of them than the server reads: one that is too large would end every connection. */
const TOKEN = /^[\w.=+/-]{1,8192}$/

export class GuestIdentity {
  readonly key: string
  readonly #storage: Storage
  readonly #nameKey: string
  readonly #logoutKey: string
  readonly #entries: string
  /** For when the site empties the storage under an open chat. */
  #token: string | undefined
  /** The last logout of this browser that this chat has followed. */
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

  /** Whatever else stands in its place is as good as nothing. */
  get #stored(): string | undefined {
    const stored = this.#storage.get(this.key)
    return TOKEN.test(stored ?? '') ? stored : undefined
  }

  /** The token to say to the server, if there is one; after this the storage has it. */
  token(): string | undefined {
    const stored = this.#stored
    if (stored) this.#token = stored
    else if (this.#token) this.#storage.set(this.key, this.#token)
    return this.#token
  }

  /** The server gave this token for the guest we are. */
  keep(token: string): void {
    this.#token = token
    this.#storage.set(this.key, token)
  }

  /** The server does not take this token. */
  drop(token: string): void {
    this.#token = undefined
    // Another chat of this browser may have dropped it already, and have a new one.
    if (this.#storage.get(this.key) === token) this.#storage.remove(this.key)
  }

  /** Another chat of this browser logged the guest out, and this one has not followed yet. */
  get isLoggedOut(): boolean {
    const logout = this.#storage.get(this.#logoutKey)
    return logout !== undefined && logout !== this.#seenLogout
  }

  /** Not our guest any more. */
  follow(): void {
    this.#token = undefined
    this.#seenLogout = this.#storage.get(this.#logoutKey)
  }

  /** Another tab has become, or was first to become, somebody other than `token` speaks for. */
  isOtherThan(token = this.#token): boolean {
    return comparePersons(this.#stored, token) === 'other'
  }

  /** Nobody can be this guest again: token, name and unsent messages go. The sign stays, for tabs that sleep now. */
  forget(): void {
    for (const key of [this.key, this.#nameKey, ...this.#storage.keys(this.#entries)])
      this.#storage.remove(key)
    this.#storage.set(this.#logoutKey, `${Date.now()}.${Math.random().toString(36).slice(2)}`)
    this.follow()
  }

  /** A page passes the same name on every visit; only a new one may undo a later renaming. */
  isNewName(name: string): boolean {
    return name !== this.#storage.get(this.#nameKey)
  }

  keepName(name: string): void {
    this.#storage.set(this.#nameKey, name)
  }
}

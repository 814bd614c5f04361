/**
 * The caller of an operation, through whichever API: a person, an app's own server, an admin, or this server itself.
 * Knows what the caller may do; how an answer reaches them is no concern of an operation.
 */
import type { Capability, ChangeAuthor, User } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import { Refusal } from '../errors/refusal.js'
import type { Identity } from '../identity/identity.js'
import { standingOf, UNRESTRICTED, type Standing } from '../identity/standing.js'
import { readerKey } from '../limits/request-limits.js'

interface Acting {
  readonly app: App
  /** What it may do in the room now. */
  standing(room: { readonly id: string }): Standing
}

export interface UserActor extends Acting {
  readonly kind: 'user'
  readonly identity: Identity
  readonly user: User
  readonly address: string
}

/** The app's own server, with the app's secret key: may do everything in its rooms, and in no other app's. */
export interface AppActor extends Acting {
  readonly kind: 'app'
  /** The user for whom it asks, if it names one. */
  readonly user?: User | undefined
  readonly address: string
}

export interface AdminActor extends Acting {
  readonly kind: 'admin'
  readonly id: string
  readonly user?: undefined
  readonly address: string
}

export interface SystemActor extends Acting {
  readonly kind: 'system'
  readonly user?: undefined
  readonly address?: undefined
}

export type Actor = UserActor | AppActor | AdminActor | SystemActor

/** The parts of a session that may change while an operation runs: read them where they are used, never keep them. */
export interface LiveSession {
  readonly app: App
  readonly address: string
  identity: Identity
}

/**
 * A class, because every request creates one, and an object literal with accessors would cost more than everything else
 * in it.
 */
class SessionActor implements UserActor {
  readonly kind = 'user'
  readonly #session: LiveSession

  constructor(session: LiveSession) {
    this.#session = session
  }

  get app(): App {
    return this.#session.app
  }
  get address(): string {
    return this.#session.address
  }
  get identity(): Identity {
    return this.#session.identity
  }
  get user(): User {
    return this.#session.identity.user
  }
  standing(room: { readonly id: string }): Standing {
    return standingOf(this.#session.identity, room)
  }
}

export const userActor = (session: LiveSession): UserActor => new SessionActor(session)

export function appActor(app: App, address: string, user?: User): AppActor {
  return { kind: 'app', app, address, user, standing: () => UNRESTRICTED }
}

export function may(actor: Actor, capability: Capability, room: { readonly id: string }): boolean {
  return actor.standing(room).capabilities.includes(capability)
}

/** @throws Refusal `invalid_request` if the actor is nobody and asks for nobody */
export function requireUser({ user }: Actor, action: string): User {
  if (user) return user
  throw new Refusal('invalid_request', `unable to ${action}; it needs an author`)
}

/** The actor as the journal records it. */
export function authorOf(actor: Actor): ChangeAuthor {
  switch (actor.kind) {
    case 'user':
      return { kind: 'user', id: actor.user.id }
    case 'admin':
      return { kind: 'admin', id: actor.id }
    case 'app':
      return { kind: 'app', ...(actor.user && { id: actor.user.id }) }
    case 'system':
      return { kind: 'system' }
  }
}

/**
 * The reader whose turn a database read takes (storage/read-turns.ts). Users' keys contain a line break, so an app's id
 * never clashes with one.
 */
export function turnKey(actor: Actor): string {
  return actor.kind === 'user' ? readerKey(actor) : actor.app.id
}

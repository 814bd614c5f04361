/**
 * Who asks for an operation, whichever way they came: a person, an app's own server, an admin, or this server itself. What
 * they may do is asked here; how an answer reaches them is none of an operation's business.
 */
import type { Capability, ChangeAuthor, User } from '@alcove/sdk/protocol'
import type { App } from '../apps/app-settings.js'
import { capabilitiesIn, type Identity } from '../identity/identity.js'
import { readerKey } from '../limits/request-limits.js'

interface Acting {
  readonly app: App
  may(capability: Capability, roomId: string): boolean
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
  readonly user?: undefined
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

/** What of a session may be another while an operation runs: it is read where it is used, never kept. */
export interface LiveSession {
  readonly app: App
  readonly address: string
  identity: Identity
}

/** A class, since every request has one: accessors of an object made each time would cost more than the rest of it. */
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
  may(capability: Capability, roomId: string): boolean {
    return capabilitiesIn(this.#session.identity, roomId).includes(capability)
  }
}

export const userActor = (session: LiveSession): UserActor => new SessionActor(session)

export function appActor(app: App, address: string): AppActor {
  return { kind: 'app', app, address, may: () => true }
}

/** As the journal names them. */
export function authorOf(actor: Actor): ChangeAuthor {
  switch (actor.kind) {
    case 'user':
      return { kind: 'user', id: actor.user.id }
    case 'admin':
      return { kind: 'admin', id: actor.id }
    case 'app':
    case 'system':
      return { kind: actor.kind }
  }
}

/** Whose turn a read of the database takes (storage/read-turns.ts). No user's key has no line break. */
export function turnKey(actor: Actor): string {
  return actor.kind === 'user' ? readerKey(actor) : actor.app.id
}

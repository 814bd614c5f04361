/** What an operation is given, by what it is about. */
import type { OpenRoom } from '../rooms/room-hub.js'
import type { RoomRef } from '../rooms/room-ref.js'
import type { Actor, UserActor } from './actor.js'
import type { Seat } from './seat.js'
import type { Services } from './services.js'

export interface Context {
  actor: Actor
  services: Services
}

export interface RoomContext extends Context {
  room: RoomRef
}

export interface Contexts {
  /** The actor and their app. */
  app: Context
  /** A room: of those the connection is in where one asks, otherwise any of the app's. */
  room: RoomContext
  /** The connection that asks. */
  connection: Context & { actor: UserActor; seat: Seat }
  /** A room the connection is in. */
  joined: Context & { actor: UserActor; seat: Seat; room: OpenRoom }
}

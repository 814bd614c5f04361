/** The context that an operation receives, depending on its subject. */
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
  /** A room: for a connection, one it has joined; otherwise any room of the app. */
  room: RoomContext
  /** The connection that made the request. */
  connection: Context & { actor: UserActor; seat: Seat }
  /** A room that the connection has joined. */
  joined: Context & { actor: UserActor; seat: Seat; room: OpenRoom }
}

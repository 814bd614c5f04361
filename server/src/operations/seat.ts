/**
 * The connection that asks, as far as an operation may know it: the rooms it is in, whose it is, and the channels whose facts
 * it gets. A way in that has connections implements it.
 */
import type { ServerToClientEvents } from '@alcove/sdk/protocol'
import type { OpenRoom } from '../rooms/room-hub.js'
import { Refusal } from '../errors/refusal.js'
import type { LiveSession } from './actor.js'

export interface Seat extends LiveSession {
  /** Names the connection to the presence of its rooms. */
  readonly id: string
  readonly isOpen: boolean
  readonly rooms: Map<string, OpenRoom>
  /** From its resolution on the connection gets what is delivered in the channel on this node. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /** To this connection alone. */
  deliver<E extends keyof ServerToClientEvents>(event: E, ...fact: Parameters<ServerToClientEvents[E]>): void
}

/** Those of one user on this node. */
export interface Seats {
  ofUser(appId: string, userId: string): Iterable<Seat>
}

/** @throws Refusal `not_joined` */
export function joinedRoom(seat: Seat, roomId: string): OpenRoom {
  const room = seat.rooms.get(roomId)
  if (!room) throw new Refusal('not_joined', 'unable to use room; join it first')
  return room
}

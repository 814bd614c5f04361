/**
 * The requesting connection as an operation sees it: the rooms it has joined, its identity, and the channels it is
 * subscribed to. Implemented by APIs with connections.
 */
import type { ServerToClientEvents } from '@alcove/sdk/protocol'
import type { OpenRoom } from '../rooms/room-hub.js'
import { Refusal } from '../errors/refusal.js'
import type { LiveSession } from './actor.js'

export interface Seat extends LiveSession {
  /** Identifies the connection to the presence of its rooms. */
  readonly id: string
  readonly isOpen: boolean
  readonly rooms: Map<string, OpenRoom>
  /** Once it resolves, the connection receives everything delivered in the channel on this node. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): void
  /** Sends to this connection only. */
  deliver<E extends keyof ServerToClientEvents>(event: E, ...fact: Parameters<ServerToClientEvents[E]>): void
}

/** The connections of one user on this node. */
export interface Seats {
  ofUser(appId: string, userId: string): Iterable<Seat>
}

/** @throws Refusal `not_joined` */
export function joinedRoom(seat: Seat, roomId: string): OpenRoom {
  const room = seat.rooms.get(roomId)
  if (!room) throw new Refusal('not_joined', 'unable to use room; join it first')
  return room
}

/** What a request handler is: a schema for its input and a plain function of context and input. */
import type { z } from 'zod'
import type { Capability, RequestName, RequestOf, ResultOf } from '@alcove/sdk/protocol'
import { Refusal } from '../errors/refusal.js'
import { capabilitiesIn } from '../identity/identity.js'
import type { FanOut } from '../delivery/fan-out.js'
import type { GuestTokens } from '../identity/guest-token.js'
import type { OpenRoom, RoomHub } from '../rooms/room-hub.js'
import type { RoomCensus } from '../rooms/room-census.js'
import type { RoomWriter } from '../log/room-writer.js'
import type { RoomRepository } from '../storage/room-repository.js'
import type { Connection } from './connection.js'
import type { ConnectionRegistry } from './connection-registry.js'
import type { RateLimits } from '../limits/rate-limits.js'

export interface Services {
  hub: RoomHub
  fanOut: FanOut
  writer: RoomWriter
  rooms: RoomRepository
  census: RoomCensus
  rates: RateLimits
  guests: GuestTokens
  registry: ConnectionRegistry
}

export interface RequestContext {
  connection: Connection
  services: Services
  /** Lets the connection's next request start; called when this one's place in line is settled. */
  endTurn: () => void
}

export type Output<N extends RequestName> = Omit<ResultOf<N>, 'ok'>

export interface RequestHandler<N extends RequestName> {
  input: z.ZodType<RequestOf<N>>
  run: (context: RequestContext, input: RequestOf<N>) => Promise<Output<N>>
}

export type RequestHandlers = { [N in RequestName]: RequestHandler<N> }

/** @throws Refusal `not_joined` */
export function joinedRoom(connection: Connection, roomId: string): OpenRoom {
  const room = connection.rooms.get(roomId)
  if (!room) throw new Refusal('not_joined', 'unable to use room; join it first')
  return room
}

/** @throws Refusal `forbidden` */
export function requireCapability(connection: Connection, room: OpenRoom, capability: Capability): void {
  if (!capabilitiesIn(connection.identity, room.id).includes(capability)) {
    throw new Refusal('forbidden', `unable to do this in the room; it needs the capability ${capability}`)
  }
}

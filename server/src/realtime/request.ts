/** What a request handler is: a schema for its input and a plain function of context and input. */
import { z } from 'zod'
import {
  ROOM_ID_PATTERN,
  type Capability,
  type RequestName,
  type RequestOf,
  type ResultOf,
} from '@alcove/sdk/protocol'
import { Refusal } from '../errors.js'
import { capabilitiesIn } from '../identity/identity.js'
import type { FanOut } from '../cluster/fan-out.js'
import type { GuestTokens } from '../identity/guest-token.js'
import type { OpenRoom, RoomHub } from '../rooms/room-hub.js'
import type { RoomCensus } from '../rooms/room-census.js'
import type { RoomWriter } from '../rooms/room-writer.js'
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

export const RoomId = z.string().regex(ROOM_ID_PATTERN, 'should be 1 to 128 of A-Z a-z 0-9 . _ : @ / -')
export const Position = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
export const Since = z.strictObject({ epoch: z.string().max(64), rev: Position })

/** Names the first wrong field; never repeats what was sent. */
export function describeIssue(error: z.ZodError): string {
  const issue = innermost(error.issues[0])
  if (!issue) return 'it has the wrong shape'
  const where = issue.path.length > 0 ? `${issue.path.map(String).join('.').slice(0, 100)}: ` : ''
  return where + (issue.code === 'unrecognized_keys' ? 'unknown field' : issue.message.slice(0, 200))
}

/** Of several shapes that would do, the first is told: "Invalid input" would help nobody. */
function innermost(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  return issue?.code === 'invalid_union' ? (innermost(issue.errors[0]?.[0]) ?? issue) : issue
}

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

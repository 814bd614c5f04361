/** The services that the runner and the operations use, assembled in app.ts. */
import type { FanOut } from '../delivery/fan-out.js'
import type { GuestTokens } from '../identity/guest-token.js'
import type { Rosters } from '../cluster/roster.js'
import type { RateLimits } from '../limits/rate-limits.js'
import type { OwnReactionReads } from '../log/own-reactions.js'
import type { RoomLog } from '../log/room-log.js'
import type { RoomWriter } from '../log/room-writer.js'
import type { RoomCensus } from '../rooms/room-census.js'
import type { RoomHub } from '../rooms/room-hub.js'
import type { RoomRef, RoomRefs } from '../rooms/room-ref.js'
import type { RoomRepository } from '../storage/room-repository.js'
import type { BeforeChange } from './hooks.js'
import type { Seats } from './seat.js'

export interface Services {
  hub: Pick<RoomHub, 'open' | 'get' | 'releaseIfEmpty'>
  refs: RoomRefs
  /** The log of a room, open here or not. */
  logOf: (room: RoomRef) => RoomLog
  writer: Omit<RoomWriter, 'close'>
  rooms: Pick<RoomRepository, 'list' | 'listed'>
  reactions: OwnReactionReads
  rosters: Pick<Rosters, 'counts' | 'occupied'>
  census: Pick<RoomCensus, 'admitRoom' | 'countRoom'>
  rates: RateLimits
  fanOut: Pick<FanOut, 'send' | 'subscribed'>
  guests: Pick<GuestTokens, 'sign'>
  seats: Seats
  beforeChange: readonly BeforeChange[]
}

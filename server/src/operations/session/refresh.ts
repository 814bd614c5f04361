/** `session:refresh`: a fresh token without a reconnect. */
import { z } from 'zod'
import { Refusal, wireError } from '../../errors/refusal.js'
import type { Standing } from '../../identity/standing.js'
import { userKey } from '../../limits/request-limits.js'
import { may, type Actor } from '../actor.js'
import { asks } from '../operation.js'
import type { OpenRoom } from '../../rooms/room-hub.js'
import { leave } from '../rooms/leave.js'
import type { Seat } from '../seat.js'
import { signedIdentity } from './authenticate.js'
import { showAs } from './rename.js'

const REFRESH_RATE = { points: 10, windowSeconds: 60 }

export const refreshSession = asks({
  name: 'session:refresh',
  of: 'connection',
  isRepeatable: true,
  input: z.strictObject({ token: z.string() }),
  rate: ({ actor }) => [
    { name: 'refresh', key: userKey(actor), rate: REFRESH_RATE, action: 'refresh the session', points: 1 },
  ],
  async run({ actor, seat }, { token }) {
    const identity = await signedIdentity(seat.app, token, seat.identity.user.name)
    if (identity.user.id !== seat.identity.user.id) {
      throw new Refusal('token_invalid', 'unable to refresh the session; the token is for another user')
    }
    const former = new Map([...seat.rooms.values()].map((room) => [room, actor.standing(room)]))
    seat.identity = identity
    showAs(seat, identity.user)
    leaveUnreadable(actor, seat)
    announceCapabilities(actor, seat, former)
    return { me: identity.user, expiresAt: identity.expiresAt }
  },
})

/** Announced in the rooms where the fresh token grants different capabilities. */
function announceCapabilities(actor: Actor, seat: Seat, former: ReadonlyMap<OpenRoom, Standing>): void {
  for (const room of seat.rooms.values()) {
    const capabilities = [...actor.standing(room).capabilities]
    const isSame = capabilities.toSorted().join() === former.get(room)?.capabilities.toSorted().join()
    if (!isSame) seat.deliver('capabilities:changed', { room: room.id, capabilities })
  }
}

/** The fresh token may grant less than the old one. */
function leaveUnreadable(actor: Actor, seat: Seat): void {
  for (const room of [...seat.rooms.values()]) {
    if (may(actor, 'read', room)) continue
    leave(seat, room.id, 'left')
    const error = wireError(
      'room_not_found',
      'unable to stay in room; it does not exist or you may not read it',
    )
    seat.deliver('room:closed', { room: room.id, error })
  }
}

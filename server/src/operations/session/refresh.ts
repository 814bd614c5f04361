/** `session:refresh`: a fresh token without a reconnect. */
import { z } from 'zod'
import { Refusal, wireError } from '../../errors/refusal.js'
import { capabilitiesIn, type Identity } from '../../identity/identity.js'
import { userKey } from '../../limits/request-limits.js'
import { asks } from '../operation.js'
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
  async run({ seat }, { token }) {
    const identity = await signedIdentity(seat.app, token, seat.identity.user.name)
    if (identity.user.id !== seat.identity.user.id) {
      throw new Refusal('token_invalid', 'unable to refresh the session; the token is for another user')
    }
    const former = seat.identity
    seat.identity = identity
    showAs(seat, identity.user)
    leaveUnreadable(seat)
    announceCapabilities(seat, former)
    return { me: identity.user, expiresAt: identity.expiresAt }
  },
})

/** Announced in the rooms where the fresh token grants different capabilities. */
function announceCapabilities(seat: Seat, former: Identity): void {
  for (const room of seat.rooms.keys()) {
    const capabilities = [...capabilitiesIn(seat.identity, room)]
    const isSame = capabilities.toSorted().join() === capabilitiesIn(former, room).toSorted().join()
    if (!isSame) seat.deliver('capabilities:changed', { room, capabilities })
  }
}

/** The fresh token may grant less than the old one. */
function leaveUnreadable(seat: Seat): void {
  for (const room of [...seat.rooms.keys()]) {
    if (capabilitiesIn(seat.identity, room).includes('read')) continue
    leave(seat, room, 'left')
    const error = wireError(
      'room_not_found',
      'unable to stay in room; it does not exist or you may not read it',
    )
    seat.deliver('room:closed', { room, error })
  }
}

/** `user:rename`: a new name without a reconnect, on all of a user's connections. */
import { z } from 'zod'
import type { User, UserRenamed } from '@alcove/sdk/protocol'
import { Refusal } from '../../errors/refusal.js'
import { isRenamable } from '../../identity/identity.js'
import { chosenName } from '../../identity/name.js'
import { RENAMES_OF_USER } from '../../limits/address-budgets.js'
import { limitsOf } from '../limits.js'
import { asks } from '../operation.js'
import type { Seat } from '../seat.js'
import type { Services } from '../services.js'

export const rename = asks({
  name: 'user:rename',
  of: 'connection',
  input: z.strictObject({ name: z.string().max(1_000) }),
  check({ actor }) {
    if (!isRenamable(actor.identity))
      throw new Refusal('name_fixed', 'unable to rename; the name comes from the token')
  },
  rate: ({ actor }) =>
    limitsOf(actor, { name: 'rename', rate: RENAMES_OF_USER, budget: 'renames', action: 'rename' }),
  async run({ actor, seat, services }, { name }) {
    const { app } = actor
    const me: User = { ...actor.user, name: chosenName(name, app.limits.nameCharacters) }
    const fact = await adoptName(services, app.id, me, seat)
    services.fanOut.send('all', { kind: 'user:renamed', app: app.id, user: me })
    return fact
  },
})

/** All of the user's connections on this node; each receives the fact, except the one that asked. */
export async function adoptName(
  { guests, seats }: Pick<Services, 'guests' | 'seats'>,
  appId: string,
  me: User,
  asking?: Seat,
): Promise<UserRenamed> {
  const fact = { me, ...(me.guest && { guestToken: await guests.sign(appId, me) }) }
  for (const own of seats.ofUser(appId, me.id)) {
    if (!isRenamable(own.identity)) continue
    showAs(own, me)
    if (own !== asking) own.deliver('user:renamed', fact)
  }
  return fact
}

/** For the connection itself and for everybody in its rooms. */
export function showAs(seat: Seat, user: User): void {
  seat.identity = { ...seat.identity, user }
  for (const room of seat.rooms.values()) room.presence.update(user)
}

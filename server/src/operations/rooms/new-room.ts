/** The checks before anybody creates a room. */
import { NEW_ROOMS_OF_USER } from '../../limits/address-budgets.js'
import type { Actor } from '../actor.js'
import { limitsOf } from '../limits.js'
import type { Services } from '../services.js'

/** @throws Refusal `rate_limited` */
export async function admitRoom(actor: Actor, { rates, census }: Services): Promise<void> {
  const { app } = actor
  census.admitRoom(app)
  await rates.takeAll([
    ...limitsOf(actor, {
      name: 'new-room',
      rate: NEW_ROOMS_OF_USER,
      budget: 'newRooms',
      action: 'make a room',
    }),
    {
      name: 'new-room-app',
      key: app.id,
      rate: { points: app.limits.newRoomsPerMinute, windowSeconds: 60 },
      action: 'make a room in this app',
      points: 1,
    },
  ])
  census.countRoom(app.id)
}

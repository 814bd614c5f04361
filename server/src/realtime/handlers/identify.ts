/** `user:rename` and `session:refresh`: a new name, a fresh token, without a reconnect. */
import { z } from 'zod'
import type { User, UserRenamed } from '@alcove/sdk/protocol'
import { Refusal, wireError } from '../../errors/refusal.js'
import { capabilitiesIn, isRenamable, type Identity } from '../../identity/identity.js'
import { chosenName } from '../../identity/name.js'
import { signedIdentity } from '../../operations/session/authenticate.js'
import type { Connection } from '../connection.js'
import { RENAMES_OF_USER } from '../../limits/address-budgets.js'
import { limitsOf, userKey } from '../../limits/request-limits.js'
import type { RequestHandler, Services } from '../request.js'
import { leaveRoom } from './join-room.js'

const REFRESH_RATE = { points: 10, windowSeconds: 60 }

export const rename: RequestHandler<'user:rename'> = {
  input: z.strictObject({ name: z.string().max(1_000) }),
  async run({ connection, services }, { name }) {
    if (!isRenamable(connection.identity)) {
      throw new Refusal('name_fixed', 'unable to rename; the name comes from the token')
    }
    await services.rates.takeAll(
      limitsOf(connection, { name: 'rename', rate: RENAMES_OF_USER, budget: 'renames', action: 'rename' }),
    )
    const { app, identity } = connection
    const me: User = { ...identity.user, name: chosenName(name, app.limits.nameCharacters) }
    const fact = await adoptName(services, app.id, me, connection)
    services.fanOut.send('all', { kind: 'user:renamed', app: app.id, user: me })
    return fact
  },
}

/** All of the user's connections on this node; each but the one that asked is told. */
export async function adoptName(
  { guests, registry }: Pick<Services, 'guests' | 'registry'>,
  appId: string,
  me: User,
  asking?: Connection,
): Promise<UserRenamed> {
  const fact = { me, ...(me.guest && { guestToken: await guests.sign(appId, me) }) }
  for (const own of registry.ofUser(appId, me.id)) {
    if (!isRenamable(own.identity)) continue
    showAs(own, me)
    if (own !== asking) own.socket.emit('user:renamed', fact)
  }
  return fact
}

export const refreshSession: RequestHandler<'session:refresh'> = {
  input: z.strictObject({ token: z.string() }),
  async run({ connection, services }, { token }) {
    await services.rates.take('refresh', userKey(connection), REFRESH_RATE, 'refresh the session')
    const identity = await signedIdentity(connection.app, token, connection.identity.user.name)
    if (identity.user.id !== connection.identity.user.id) {
      throw new Refusal('token_invalid', 'unable to refresh the session; the token is for another user')
    }
    const former = connection.identity
    connection.identity = identity
    showAs(connection, identity.user)
    leaveUnreadable(connection)
    announceCapabilities(connection, former)
    return { me: identity.user, expiresAt: identity.expiresAt }
  },
}

function showAs(connection: Connection, user: User): void {
  connection.identity = { ...connection.identity, user }
  for (const room of connection.rooms.values()) room.presence.update(user)
}

/** In the rooms where the fresh token allows something else than the former one. */
function announceCapabilities({ identity, rooms, socket }: Connection, former: Identity): void {
  for (const room of rooms.keys()) {
    const capabilities = [...capabilitiesIn(identity, room)]
    const isSame = capabilities.toSorted().join() === capabilitiesIn(former, room).toSorted().join()
    if (!isSame) socket.emit('capabilities:changed', { room, capabilities })
  }
}

/** The fresh token may allow less than the old one. */
function leaveUnreadable(connection: Connection): void {
  for (const room of [...connection.rooms.keys()]) {
    if (capabilitiesIn(connection.identity, room).includes('read')) continue
    leaveRoom(connection, room, 'left')
    const error = wireError(
      'room_not_found',
      'unable to stay in room; it does not exist or you may not read it',
    )
    connection.socket.emit('room:closed', { room, error })
  }
}

/**
 * The limits on how many connections a user and an address may have. A place is taken in the handshake, before the
 * connection counts as one, so that handshakes at the same moment cannot all see the same free place.
 */
import { Refusal } from '../errors.js'
import type { Claim, SharedConnections } from '../cluster/shared-connections.js'
import type { Session } from './connection.js'

/** User or address to its number of places on this node. */
export type Counts = ReadonlyMap<string, number>

export interface ConnectionPlaces {
  /** @returns gives the place back; again does nothing. @throws Refusal `too_many_connections` */
  take(session: Pick<Session, 'app' | 'identity' | 'address'>): Promise<() => void>
}

/** Closed connections free their place at once; until then this is a fair wait. */
const RETRY_MS = 5_000

/** @param shared absent in a process that is alone */
export function createConnectionPlaces(shared?: SharedConnections): ConnectionPlaces {
  const apps = new Map<string, Map<string, number>>()
  shared?.follow(() => apps)

  function change(appId: string, field: string, by: 1 | -1): number {
    const counts = apps.get(appId) ?? new Map<string, number>()
    apps.set(appId, counts)
    const count = (counts.get(field) ?? 0) + by
    if (count > 0) counts.set(field, count)
    else counts.delete(field)
    if (counts.size === 0) apps.delete(appId)
    return count
  }

  /** Kept as long as the connection: holds nothing that it need not. */
  function releaseOnce(appId: string, fields: string[]): () => void {
    return () => {
      for (const field of fields.splice(0)) {
        const count = change(appId, field, -1)
        shared?.tell(appId, field, count)
      }
    }
  }

  return {
    async take({ app, identity, address }) {
      const limits = [
        { field: `u:${identity.user.id}`, limit: app.limits.connectionsPerUser, whose: 'user' },
        { field: `a:${address}`, limit: app.limits.connectionsPerAddress, whose: 'address' },
      ]
      const here = apps.get(app.id)
      for (const { field, limit, whose } of limits)
        if ((here?.get(field) ?? 0) >= limit) throw refusal(whose, limit)
      const claims: Claim[] = limits.map(({ field, limit }) => ({
        field,
        limit,
        count: change(app.id, field, 1),
      }))

      const giveBack = releaseOnce(
        app.id,
        limits.map(({ field }) => field),
      )
      const reached = await shared?.claim(app.id, claims)
      if (!reached) return giveBack
      giveBack()
      throw refusal(limits[claims.indexOf(reached)]!.whose, reached.limit)
    },
  }
}

function refusal(whose: string, limit: number): Refusal {
  return new Refusal(
    'too_many_connections',
    `unable to connect; this ${whose} has ${limit} connections already`,
    RETRY_MS,
  )
}

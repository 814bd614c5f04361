/** All connections of this node, by user and by address, and the limits on their number. */
import { Refusal } from '../errors.js'
import type { Connection, Session } from './connection.js'

export interface ConnectionRegistry {
  /** @throws Refusal `too_many_connections` */
  checkRoomFor(session: Session): void
  /** @returns removes the connection. */
  add(connection: Connection): () => void
  ofUser(appId: string, userId: string): Iterable<Connection>
  all(): Iterable<Connection>
  readonly size: number
}

/** Closed connections free their place at once; until then this is a fair wait. */
const RETRY_MS = 5_000

export function createConnectionRegistry(): ConnectionRegistry {
  const connections = new Set<Connection>()
  const byUser = new Map<string, Set<Connection>>()
  const byAddress = new Map<string, Set<Connection>>()
  const userKey = (appId: string, userId: string) => `${appId}\n${userId}`

  return {
    checkRoomFor({ app, identity, address }) {
      if ((byUser.get(userKey(app.id, identity.user.id))?.size ?? 0) >= app.limits.connectionsPerUser) {
        throw new Refusal(
          'too_many_connections',
          `unable to connect; this user has ${app.limits.connectionsPerUser} connections already`,
          RETRY_MS,
        )
      }
      if ((byAddress.get(userKey(app.id, address))?.size ?? 0) >= app.limits.connectionsPerAddress) {
        throw new Refusal(
          'too_many_connections',
          `unable to connect; this address has ${app.limits.connectionsPerAddress} connections already`,
          RETRY_MS,
        )
      }
    },
    add(connection) {
      const { app, identity, address } = connection
      const removals = [
        addTo(byUser, userKey(app.id, identity.user.id), connection),
        addTo(byAddress, userKey(app.id, address), connection),
      ]
      connections.add(connection)
      return () => {
        connections.delete(connection)
        for (const remove of removals) remove()
      }
    },
    ofUser: (appId, userId) => [...(byUser.get(userKey(appId, userId)) ?? [])],
    all: () => connections,
    get size() {
      return connections.size
    },
  }
}

function addTo<T>(sets: Map<string, Set<T>>, key: string, item: T): () => void {
  const set = sets.get(key) ?? new Set()
  set.add(item)
  sets.set(key, set)
  return () => {
    set.delete(item)
    if (set.size === 0 && sets.get(key) === set) sets.delete(key)
  }
}

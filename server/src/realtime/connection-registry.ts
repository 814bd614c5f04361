/** All connections of this node, and those of one user. Owns no limits: see connection-places.ts. */
import type { Connection } from './connection.js'

export interface ConnectionRegistry {
  /** @returns removes the connection. */
  add(connection: Connection): () => void
  ofUser(appId: string, userId: string): Iterable<Connection>
  all(): Iterable<Connection>
  readonly size: number
}

export function createConnectionRegistry(): ConnectionRegistry {
  const connections = new Set<Connection>()
  const byUser = new Map<string, Set<Connection>>()
  const userKey = (appId: string, userId: string) => `${appId}\n${userId}`

  return {
    add(connection) {
      const { app, identity } = connection
      const remove = addTo(byUser, userKey(app.id, identity.user.id), connection)
      connections.add(connection)
      return () => {
        connections.delete(connection)
        remove()
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

/** All connections of this node, and those of each user. Enforces no limits: see limits/connection-limits.ts. */
import type { Connection } from './connection.js'

export interface ConnectionRegistry {
  add(connection: Connection): void
  remove(connection: Connection): void
  ofUser(appId: string, userId: string): Iterable<Connection>
  all(): Iterable<Connection>
  readonly size: number
}

export function createConnectionRegistry(): ConnectionRegistry {
  const connections = new Set<Connection>()
  /** Most people have one connection, for which a set would cost more than the rest of the entry. */
  const byUser = new Map<string, Connection | Set<Connection>>()
  const userKey = (appId: string, userId: string) => `${appId}\n${userId}`
  const keyOf = ({ app, identity }: Connection) => userKey(app.id, identity.user.id)

  return {
    add(connection) {
      const key = keyOf(connection)
      const known = byUser.get(key)
      if (known === undefined) byUser.set(key, connection)
      else if (known instanceof Set) known.add(connection)
      else byUser.set(key, new Set([known, connection]))
      connections.add(connection)
    },
    remove(connection) {
      connections.delete(connection)
      const key = keyOf(connection)
      const known = byUser.get(key)
      if (known === connection) byUser.delete(key)
      if (!(known instanceof Set)) return
      known.delete(connection)
      if (known.size === 0) byUser.delete(key)
    },
    ofUser(appId, userId) {
      const known = byUser.get(userKey(appId, userId))
      if (known === undefined) return []
      return known instanceof Set ? [...known] : [known]
    },
    all: () => connections,
    get size() {
      return connections.size
    },
  }
}

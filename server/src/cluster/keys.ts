/**
 * Names of everything a deployment keeps in Redis. The deployment, that is, the database, stands in each of them: pub/sub
 * does not know the number of a database, and an app may have the same id in production and in staging. All of an app's
 * keys hash to one slot (`{app}`), so that one script may change several of them; no id can hold a brace. Nothing here
 * may not be lost.
 */

/** Nodes that keep other things under the same names must not meet: a change of their form changes this. */
export const PREFIX = 'alcove:1'

export interface RedisNames {
  /** Of all keys and channels. */
  readonly prefix: string
  /** Sorted set: node to the end of its lease, in milliseconds of Redis's clock. */
  readonly leases: string
  /** Set: apps in which a node keeps something. */
  nodeApps(node: string): string
  /** String: which node is clearing up after a dead one. */
  reaping(node: string): string
  /** Hash of a room: user to when they came, through which nodes, and their face. */
  members(app: string, room: string): string
  /** Sorted set: rooms with somebody in them, by how many. */
  rooms(app: string): string
  /** Hash: room to a number that grows with every change of its members. */
  versions(app: string): string
  /** Set: rooms in which a node holds members. */
  heldRooms(app: string, node: string): string
  /** Hash of a node: user or address to its number of connections. */
  connections(app: string, node: string): string
  /** Set: nodes with connections of an app; a dead one until it is cleared away. */
  connectedNodes(app: string): string
  /** Counter of one window: whose, and which limit. Printable, so that it is one line in every tool. */
  rate(window: string): string
  /** Written and published to find out whether this node may. */
  readonly probe: string
}

/** @param deployment of storage/deployment.ts; no brace, no blank */
export function namesOf(deployment: string): RedisNames {
  const prefix = `${PREFIX}:${deployment}`
  return {
    prefix,
    leases: `${prefix}:{nodes}:leases`,
    nodeApps: (node) => `${prefix}:{nodes}:apps:${node}`,
    reaping: (node) => `${prefix}:{nodes}:reaping:${node}`,
    members: (app, room) => `${prefix}:{${app}}:members:${room}`,
    rooms: (app) => `${prefix}:{${app}}:rooms`,
    versions: (app) => `${prefix}:{${app}}:versions`,
    heldRooms: (app, node) => `${prefix}:{${app}}:held:${node}`,
    connections: (app, node) => `${prefix}:{${app}}:connections:${node}`,
    connectedNodes: (app) => `${prefix}:{${app}}:connected`,
    rate: (window) => `${prefix}:rate:${printable(window)}`,
    probe: `${prefix}:{nodes}:probe`,
  }
}

/** What cannot be printed, a blank, and the escape itself as `%000a`: two texts never become one. */
function printable(text: string): string {
  return text.replace(/[^!-$&-~]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

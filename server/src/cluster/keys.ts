/**
 * Names of everything a deployment keeps in Redis. Each contains the deployment, that is, the database: pub/sub ignores
 * Redis database numbers, and an app may have the same id in production and in staging. All keys of an app hash to one
 * slot (`{app}`), so that one script may change several of them; no id can contain a brace. All of this data may be
 * lost.
 */

/** Nodes that use the same names for different data must not meet, so this changes with the format. */
export const PREFIX = 'alcove:1'

export interface RedisNames {
  /** The prefix of all keys and channels. */
  readonly prefix: string
  /** Sorted set: node to the end of its lease, in milliseconds of Redis's clock. */
  readonly leases: string
  /** Set: apps in which a node has data. */
  nodeApps(node: string): string
  /** String: the node that is cleaning up after a dead one. */
  reaping(node: string): string
  /** Hash of a room: user to the time they joined, their nodes, and their profile. */
  members(app: string, room: string): string
  /** Sorted set: occupied rooms, by number of members. */
  rooms(app: string): string
  /** Hash: room to a version that grows with every change of its members. */
  versions(app: string): string
  /** Set: rooms in which a node holds members. */
  heldRooms(app: string, node: string): string
  /** Hash of a node: user or address to its number of connections. */
  connections(app: string, node: string): string
  /** Set: nodes with connections of an app; dead ones until they are cleaned up. */
  connectedNodes(app: string): string
  /** Counter of one window: the caller and the limit. Printable, so that it is one line in every tool. */
  rate(window: string): string
  /** Written and published to find out whether this node is allowed to. */
  readonly probe: string
}

/** @param deployment from storage/deployment.ts; contains no brace and no space */
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

/** Encodes unprintable characters, spaces and the escape itself as `%000a`, so that the result is unambiguous. */
function printable(text: string): string {
  return text.replace(/[^!-$&-~]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * Names of everything this server keeps in Redis. All of an app's keys hash to one slot (`{app}`), so that one script
 * may change several of them; no id can hold a brace. Nothing here may not be lost.
 */

/** Nodes that keep other things under the same names must not meet: a change of their form changes this. */
const PREFIX = 'alcove:1'

export const CHANNEL_PREFIX = PREFIX

/** Sorted set: node to the end of its lease, in milliseconds of Redis's clock. */
export const leasesKey = `${PREFIX}:{nodes}:leases`
/** Set: apps in which a node keeps something. */
export const nodeAppsKey = (node: string): string => `${PREFIX}:{nodes}:apps:${node}`
/** String: which node is clearing up after a dead one. */
export const reapingKey = (node: string): string => `${PREFIX}:{nodes}:reaping:${node}`

/** Hash of a room: user to when they came, through which nodes, and their face. */
export const membersKey = (app: string, room: string): string => `${PREFIX}:{${app}}:members:${room}`
/** Sorted set: rooms with somebody in them, by how many. */
export const roomsKey = (app: string): string => `${PREFIX}:{${app}}:rooms`
/** Hash: room to a number that grows with every change of its members. */
export const versionsKey = (app: string): string => `${PREFIX}:{${app}}:versions`
/** Set: rooms in which a node holds members. */
export const heldRoomsKey = (app: string, node: string): string => `${PREFIX}:{${app}}:held:${node}`
/** Hash of a node: user or address to its number of connections. */
export const connectionsKey = (app: string, node: string): string => `${PREFIX}:{${app}}:connections:${node}`
/** Set: nodes with connections of an app; a dead one until it is cleared away. */
export const connectedNodesKey = (app: string): string => `${PREFIX}:{${app}}:connected`
/** Prefix of rate counters; the limit's name, rate and key follow. */
export const RATE_PREFIX = `${PREFIX}:rate`

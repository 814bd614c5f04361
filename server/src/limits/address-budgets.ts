/**
 * Everything that one address may use, in one table (ADR 22). An address is an IPv4 address or an IPv6 /64, see
 * client-address.ts. This file holds only the figures and their reasons; each names the code that counts it.
 *
 * Two settings say how many people are expected: before the app is known, the node's MAX_CONNECTIONS; afterwards, the
 * app's `connectionsPerAddress`, the number of people the app expects behind one address.
 */

/** Rates, counted in windows. */
export interface RateBudget {
  kind: 'rate'
  /** For the documentation: what is counted, and what happens above the limit. */
  counts: string
  beyond: string
  reason: string
  windowSeconds: number
  /** @param expected MAX_CONNECTIONS or `connectionsPerAddress`, see above */
  points: (expected: number) => number
}

/** Shares: how much at the same time, of things that cost the node memory or a descriptor while they last. */
export interface ShareBudget {
  kind: 'share'
  counts: string
  beyond: string
  reason: string
  /** For all addresses together. One address may have half of it. */
  total: (expected: number) => number
}

/** Before the app is known: constants, or shares of MAX_CONNECTIONS. */
export const NODE_BUDGETS = {
  silentConnections: {
    kind: 'share',
    counts:
      'TCP connections that owe the server a request; each KiB of an unfinished one counts as a connection',
    beyond: 'the oldest of the address is closed',
    reason:
      'A burst is accepted before its first request is read, so a share must be larger than the burst of a campus.',
    total: (maxConnections) => Math.max(4_000, Math.floor(maxConnections / 4)),
  },
  unnamedSessions: {
    kind: 'share',
    counts: 'Engine.IO sessions without a Socket.IO session, before it opens and after it ended',
    beyond: 'the oldest of the address is cut off',
    reason:
      'They never make a node full. A client needs one for two round trips, so even the share of a flooded address leaves it seconds.',
    total: (maxConnections) => Math.max(4_000, Math.floor(maxConnections / 2)),
  },
  newSessions: {
    kind: 'rate',
    counts: 'new Engine.IO sessions',
    beyond: '`rate_limited`',
    reason:
      'Three quarters of the 2,000 a second a node can open. What several addresses open together is shared out by address.',
    windowSeconds: 1,
    points: () => 1_500,
  },
  handshakes: {
    kind: 'rate',
    counts: 'Socket.IO handshakes, on all nodes',
    beyond: '`rate_limited`',
    reason: 'A whole campus reconnects within seconds; somebody who guesses tokens does not get far.',
    windowSeconds: 10,
    points: () => 3_000,
  },
  requests: {
    kind: 'rate',
    counts: 'plain HTTP requests, except `/healthz` and `/readyz`',
    beyond: '`rate_limited`',
    reason: 'That campus opens a page: the loader, the bundle and the room page for each of 3,000 people.',
    windowSeconds: 10,
    points: () => 10_000,
  },
  unknownApps: {
    kind: 'rate',
    counts: 'ids of apps that the node does not know, each a database statement',
    beyond: '`rate_limited`; ids the node knows pass',
    reason:
      'A page with a wrong id asks for the same one again and again, which is remembered; only guessing asks for many.',
    windowSeconds: 10,
    points: () => 60,
  },
  unknownKeys: {
    kind: 'rate',
    counts: 'secret keys that the node does not know, each a database statement over all apps',
    beyond: '`rate_limited`; keys the node knows pass',
    reason: 'A site repeats its wrong key, which is remembered; only guessing tries many.',
    windowSeconds: 10,
    points: () => 60,
  },
  accessChecks: {
    kind: 'rate',
    counts: '`GET /v1/apps/:app/access`, on all nodes',
    beyond: '`rate_limited`',
    reason: 'The SDK asks once after a refused connection.',
    windowSeconds: 10,
    points: () => 60,
  },
  apiRequests: {
    kind: 'rate',
    counts: 'requests of the server API except `GET /v1/rooms`, on all nodes',
    beyond: '`rate_limited`',
    reason:
      'A server that passes on what is written elsewhere: 300 messages a second. What an app may send in all is its own limit.',
    windowSeconds: 10,
    points: () => 3_000,
  },
  roomLists: {
    kind: 'rate',
    counts: '`GET /v1/rooms`, on all nodes',
    beyond: '`rate_limited`',
    reason: 'Bounds how many secrets can be guessed, too.',
    windowSeconds: 10,
    points: () => 60,
  },
} as const satisfies Record<string, RateBudget | ShareBudget>

/** For one user, guest or signed, at any address. Signed users have no other limits. */
export const JOINS_OF_USER = { points: 300, windowSeconds: 10 }
/** In steps of 16 KiB: a night of 10,000 messages in one go. */
export const READS_OF_USER = { points: 800, windowSeconds: 10 }
export const NEW_ROOMS_OF_USER = { points: 30, windowSeconds: 600 }
export const TYPING_OF_USER = { points: 30, windowSeconds: 10 }
export const RENAMES_OF_USER = { points: 5, windowSeconds: 10 }

/**
 * Once the app is known: multiples of its `connectionsPerAddress`. For guests; signed users have limits of their own.
 */
export const GUEST_BUDGETS = {
  newGuests: {
    kind: 'rate',
    counts: 'guests who were never here before',
    beyond: '`rate_limited`',
    reason: 'Everybody behind the address opens the page five times a minute with an empty storage.',
    windowSeconds: 60,
    points: (expected) => 5 * expected,
  },
  sends: {
    kind: 'rate',
    counts: 'messages, each with one point and one more for each started KiB',
    beyond: '`rate_limited`',
    reason:
      'Everybody writes a short message every two seconds, or fewer and longer ones; no more than 57 KB a second for 60 people are stored, in the longest messages.',
    windowSeconds: 10,
    points: (expected) => 10 * expected,
  },
  reads: {
    kind: 'rate',
    counts:
      'reads of logs (join, `room:sync`, `room:history`), a point for each started 16 KiB they answered',
    beyond: '`rate_limited`',
    reason:
      'Everybody scrolls back half a megabyte in ten seconds, four pages of long messages. One person may always read what a user may.',
    windowSeconds: 10,
    points: (expected) => Math.max(READS_OF_USER.points, 32 * expected),
  },
  joins: {
    kind: 'rate',
    counts: 'joins',
    beyond: '`rate_limited`',
    reason: 'Everybody comes back at once, with 20 rooms open. One person may always join what a user may.',
    windowSeconds: 10,
    points: (expected) => Math.max(JOINS_OF_USER.points, 20 * expected),
  },
  newRooms: {
    kind: 'rate',
    counts: 'joins that make a room',
    beyond: '`rate_limited`',
    reason:
      'A room is made by its first visitor: each person finds one article in ten minutes that nobody opened before.',
    windowSeconds: 600,
    points: (expected) => expected,
  },
  typing: {
    kind: 'rate',
    counts: '`typing:start`',
    beyond: '`rate_limited`',
    reason: 'All of them type; the SDK says so every three seconds.',
    windowSeconds: 10,
    points: (expected) => Math.max(TYPING_OF_USER.points, 5 * expected),
  },
  renames: {
    kind: 'rate',
    counts: 'renames',
    beyond: '`rate_limited`',
    reason: 'Each is sent to everybody in the room.',
    windowSeconds: 10,
    points: (expected) => Math.max(RENAMES_OF_USER.points, expected),
  },
} as const satisfies Record<string, RateBudget>

/**
 * Across all apps, an address has this many times its budget in one: a campus uses several apps at the same time, but
 * using many apps for their budgets gains nothing more. Apps that expect the same number of people share these windows.
 */
export const APPS_AT_ONCE = 5

/**
 * The share of a room's messages a second for all guests at one address in that room, so that others get through: half,
 * or everything if the app expects twice the usual number of people behind one address.
 */
const WHOLE_ROOM_FROM = 120
export function roomShare(expected: number): number {
  return Math.min(1, Math.max(0.5, expected / WHOLE_ROOM_FROM))
}

/** A budget in the form that the limiters take. The rates in NODE_BUDGETS are constants and ignore `expected`. */
export function rateOf(budget: RateBudget, expected = 0): { points: number; windowSeconds: number } {
  return { points: budget.points(expected), windowSeconds: budget.windowSeconds }
}

export function sharesOf(budget: ShareBudget, expected: number): { total: number; perAddress: number } {
  const total = budget.total(expected)
  return { total, perAddress: Math.floor(total / 2) }
}

/**
 * What one address may use, all of it in one table (ADR 22). An address is an IPv4 address or an IPv6 /64, see
 * client-address.ts. Only figures and their reasons stand here; what counts them is named with each.
 *
 * Two settings say how many people are expected. Before an app is known it is the node's MAX_CONNECTIONS; afterwards it is
 * the app's `connectionsPerAddress`, the number of people whom an app expects behind one address.
 */

/** How often, in windows. */
export interface RateBudget {
  kind: 'rate'
  /** For the documentation: what is counted, and what happens beyond it. */
  counts: string
  beyond: string
  reason: string
  windowSeconds: number
  /** @param expected MAX_CONNECTIONS or `connectionsPerAddress`, see above */
  points: (expected: number) => number
}

/** How much at the same time, of what costs the node memory or a descriptor while it lasts. */
export interface ShareBudget {
  kind: 'share'
  counts: string
  beyond: string
  reason: string
  /** Of all addresses together. One address may have half of it. */
  total: (expected: number) => number
}

/** The app is not known yet: constants, or shares of MAX_CONNECTIONS. */
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
    reason: 'Three quarters of the 2,000 a second a node can open: what remains is for everyone else.',
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
  accessChecks: {
    kind: 'rate',
    counts: '`GET /v1/apps/:app/access`, on all nodes',
    beyond: '`rate_limited`',
    reason: 'The SDK asks once after a refused connection.',
    windowSeconds: 10,
    points: () => 60,
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

/** The app is known: multiples of its `connectionsPerAddress`. For guests; signed users answer for themselves. */
export const GUEST_BUDGETS = {} as const satisfies Record<string, RateBudget>

/** A budget in the form the limiters take. Those of NODE_BUDGETS that are rates expect nothing: they are constants. */
export function rateOf(budget: RateBudget, expected = 0): { points: number; windowSeconds: number } {
  return { points: budget.points(expected), windowSeconds: budget.windowSeconds }
}

export function sharesOf(budget: ShareBudget, expected: number): { total: number; perAddress: number } {
  const total = budget.total(expected)
  return { total, perAddress: Math.floor(total / 2) }
}

/**
 * Which windows a request counts in (ADR 22). A signed user counts individually, because the id is signed with the
 * site's secret and cannot be made up. A guest can become a new one at any moment, so guests also share the budgets of
 * their address.
 */
import type { Limits } from '@alcove/sdk/protocol'
import { APPS_AT_ONCE, GUEST_BUDGETS, rateOf, roomShare } from './address-budgets.js'
import type { Limit, Rate } from './limit.js'

export interface Caller {
  app: { readonly id: string; readonly limits: Limits }
  identity: { readonly kind: 'guest' | 'signed'; readonly user: { readonly id: string } }
  address: string
}

export interface Counted {
  /** The name of the windows for one user; those of an address have the suffix `-address`. */
  name: string
  /** The rate for one user. */
  rate: Rate
  budget: keyof typeof GUEST_BUDGETS
  /** The action that fails above the limit, for "unable to …". */
  action: string
  /** The points it takes from the user's window, by default 1. */
  points?: number
  /** The points it takes from the address's window, by default the same. */
  addressPoints?: number
}

/** Narrowest first, as `takeAll` requires. */
export function limitsOf(caller: Caller, counted: Counted): Limit[] {
  const { name, rate, action, points = 1, addressPoints = points } = counted
  const own = { name, key: userKey(caller), rate, action, points }
  if (caller.identity.kind === 'signed') return [own]
  const ofAddress = {
    name: `${name}-address`,
    key: addressKey(caller),
    rate: rateOf(GUEST_BUDGETS[counted.budget], caller.app.limits.connectionsPerAddress),
    action: `${action} from this address`,
    points: addressPoints,
  }
  return [own, ofAddress, overAllApps(ofAddress, caller.address)]
}

/** Otherwise an address would have a separate budget for each app. */
function overAllApps(ofApp: Limit, address: string): Limit {
  const { name, action, points, rate } = ofApp
  return {
    name: `${name}-all-apps`,
    key: `@${address}`,
    rate: { points: rate.points * APPS_AT_ONCE, windowSeconds: rate.windowSeconds },
    action: `${action} in any app`,
    points,
  }
}

/** A new guest counts only against the address, having no windows yet. */
export function newGuestLimit(caller: Pick<Caller, 'app' | 'address'>): Limit {
  return {
    name: 'new-guest-address',
    key: addressKey(caller),
    rate: rateOf(GUEST_BUDGETS.newGuests, caller.app.limits.connectionsPerAddress),
    action: 'connect as a new guest from this address',
    points: 1,
  }
}

/** How many of a room's messages a second the guests at one address may use. */
export function roomShareOf(caller: Caller, ofRoom: Limit): Limit[] {
  if (caller.identity.kind === 'signed') return []
  const { name, key, rate, action, points } = ofRoom
  const share = Math.ceil(rate.points * roomShare(caller.app.limits.connectionsPerAddress))
  return [
    {
      name: `${name}-address`,
      key: `${key}\n${caller.address}`,
      rate: { points: share, windowSeconds: rate.windowSeconds },
      action: `${action} from this address`,
      points,
    },
  ]
}

/** The guests at one address take turns as one reader, across all apps. */
export function readerKey(caller: Caller): string {
  return caller.identity.kind === 'guest' ? `@${caller.address}` : userKey(caller)
}

export function userKey({ app, identity }: Pick<Caller, 'app' | 'identity'>): string {
  return `${app.id}\n${identity.user.id}`
}

/** Prefixed with `@` to distinguish it from a user's key. */
function addressKey({ app, address }: Pick<Caller, 'app' | 'address'>): string {
  return `${app.id}\n@${address}`
}

const SEND_STEP_BYTES = 1_024
const READ_STEP_BYTES = 16 * 1_024

export function sendPoints(bytes: number): number {
  return 1 + Math.ceil(bytes / SEND_STEP_BYTES)
}

/** At least one, which is taken before reading. */
export function readPoints(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / READ_STEP_BYTES))
}
